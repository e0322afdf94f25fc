"""Builds a release and measures it: a program of its own, so that no process that serves carers does minutes of work.

    python -m api.review.learning.building <order.json>

It says how far it is, a line at a time, and leaves `built.json` in the release's folder. It goes when whoever started
it goes, with all that it has started: it watches its standard input for that.
"""

import fcntl
import filecmp
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from api import settings
from api.errors import Invalid
from api.review.learning import changing, measuring
from api.review.learning.measuring import Say
from api.review.learning.schemas import Built, Order
from api.triage import examples, service
from api.triage.rules import Protocol

BUILT = "built"  # Said when the folder is whole and only the measuring is left.
RESULT = "built.json"
NICE = 10
_RASA = "bot/.venv/bin/rasa"
_QUIET = {"PYTHONPATH": ".", "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONWARNINGS": "ignore"}


def build(order: Order, say: Say) -> Built:
    """The release in its folder, with its figures. Raises Invalid or TriageDataError for what cannot be released."""
    part = order.folder.with_name(f"{order.folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    say("copying the data")
    shutil.copytree(order.base, part / "data")
    for change in order.changes:
        changing.apply(change, part / "data")
    for miss in order.misses:
        changing.add_miss(miss, part / "data")
    say("reading every phrase and its examples")
    protocol = service.load(part / "data/triage")
    problems = examples.check(protocol)
    if problems:
        raise Invalid(" ".join(problems[:3]))
    model = _model(order, part, say)
    shutil.rmtree(order.folder, ignore_errors=True)
    part.rename(order.folder)
    say(BUILT)
    if model.is_relative_to(part):
        model = order.folder / model.relative_to(part)
    return _measured(order, model, protocol, say)


def _model(order: Order, part: Path, say: Say) -> Path:
    """A model that was trained on just these lines, with this program's answers: one there is, or a new one."""
    if _same(part / "data/nlu", order.base / "nlu"):
        return order.model
    if order.before_model != order.model and _same(part / "data/nlu", order.before_data / "nlu"):
        return order.before_model
    say("training the assistant, which takes some minutes")
    name = f"nightlight-{order.number}"
    files = ["--config", "config.yml", "--domain", "domain.yml", "--data", str(part / "data/nlu"), "data/rules"]
    command = [_RASA, "train", *files, "--out", str(part / "models"), "--fixed-model-name", name]
    with TemporaryDirectory() as cache, (part / "training.log").open("wb") as log:
        environment = {**os.environ, **_QUIET, "RASA_CACHE_DIRECTORY": cache}  # Where it works may be read-only.
        ran = subprocess.run(command, cwd=settings.ROOT, env=environment, stdout=log, stderr=log, check=False)  # noqa: S603
    trained = part / f"models/{name}.tar.gz"
    if ran.returncode != 0 or not trained.exists():
        raise Invalid("The assistant could not be trained from these lines: see training.log in the release's folder.")
    mark = hashlib.sha256(trained.read_bytes()).hexdigest()[:8]  # So that no two models ever have one name.
    return trained.rename(trained.with_name(f"{name}-{mark}.tar.gz"))


def _same(folder: Path, other: Path) -> bool:
    names = [path.name for path in folder.glob("*.yml")]
    if names != [path.name for path in other.glob("*.yml")]:
        names = sorted({*names, *(path.name for path in other.glob("*.yml"))})
    same, _, _ = filecmp.cmpfiles(folder, other, names, shallow=False)
    return len(same) == len(names)


def _measured(order: Order, model: Path, protocol: Protocol, say: Say) -> Built:
    data = order.folder / "data"
    messages = measuring.lines(data, order.quick)
    say(f"asking the assistant about {len(messages)} lines")
    now = measuring.understood(messages, model, order.quick)
    was = now if model == order.before_model else measuring.understood(messages, order.before_model, order.quick)
    say("reading the phrases of before")
    held = service.load(order.before_data / "triage")
    before = list(measuring.decided(messages, was, held, lambda far: say(f"measuring before: {far}")))
    after = list(measuring.decided(messages, now, protocol, lambda far: say(f"measuring after: {far}")))
    found = measuring.figures(messages, before, after)
    trained = None if model == order.model else model
    return Built(data=data, model=trained, before=found[0], after=found[1], compared=found[2])


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _go_with_parent() -> None:
    """Until the other end of our standard input is closed, which also kill -9 does; then everything of ours ends."""
    sys.stdin.read()
    os.killpg(0, signal.SIGKILL)


def main(arguments: Sequence[str]) -> int:
    """Build what the order says. Returns 1, with the reason on standard error, where that cannot be done."""
    os.nice(NICE)
    Thread(target=_go_with_parent, daemon=True).start()
    with Path(arguments[0]).open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # Two would write into one folder.
        except BlockingIOError:
            sys.stderr.write("Another program builds it already.\n")
            return 1
        return _build(Order.model_validate_json(file.read()))


def _build(order: Order) -> int:
    try:
        built = build(order, _say)
    except (Invalid, service.TriageDataError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    (order.folder / RESULT).write_text(built.model_dump_json(indent=1), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
