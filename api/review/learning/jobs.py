"""Building releases in a program of their own, and following the one that is in use, here and in the assistant."""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from api import live, logs, queue, settings
from api.clients import rasa
from api.database import transaction
from api.errors import Invalid
from api.review.learning import building, patching, releases, service
from api.review.learning.rules import Stage
from api.review.service import BOT_PYTHON
from api.triage import service as triage

_log = logs.get(__name__)
_STIR_SECONDS = 15.0  # A sign of life at least this often.
_FOLLOW_SECONDS = 15.0  # Without a notice, how often a process looks which release is in use.
_ASSISTANT_SECONDS = 5.0
_START_SECONDS = 20.0  # The most that a start waits for the release in use.


class _Using:
    """What this process goes by. `data` None: the program's own. `refused`, `no_assistant`: what was told, once."""

    data: Path | None = None
    refused: UUID | None = None
    no_assistant: str = ""


@queue.app.task(name="learning.build", queue=queue.LEARNING)
async def build(release_id: str) -> None:
    """Build and measure a release, unless another job does."""
    one = UUID(release_id)
    async with transaction() as session:
        order = await releases.claim(session, one)
    if order is None:
        return
    order.folder.parent.mkdir(parents=True, exist_ok=True)
    file = order.folder.with_name(f"{order.number}.json")
    file.write_text(order.model_dump_json(), encoding="utf-8")
    try:
        await _run(one, file)
        text = (order.folder / building.RESULT).read_text(encoding="utf-8")
    except Invalid as refused:
        async with transaction() as session:
            await releases.fail(session, one, refused.detail)
        return
    async with transaction() as session:
        await releases.finish(session, one, text)


async def _run(release_id: UUID, file: Path) -> None:
    """Let the program work, and pass on how far it is. Raises Invalid with its reason where it cannot finish."""
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "api.review.learning.building",
        str(file),
        cwd=settings.ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    reasons = asyncio.create_task(_all_of(program.stderr))
    try:
        words, state = "beginning", Stage.BUILDING
        while True:
            with suppress(TimeoutError):
                line = await asyncio.wait_for(_line_of(program.stdout), _STIR_SECONDS)
                if not line:
                    break
                words = line.decode().strip()
                state = Stage.BUILT if words == building.BUILT else state
            async with transaction() as session:
                await releases.stir(session, release_id, words, state)
        if await program.wait() != 0:
            raise Invalid(((await reasons).decode().strip().splitlines() or ["It stopped without a word."])[-1])
    finally:
        if program.stdin is not None:
            program.stdin.close()  # If it still works, it ends now.
        reasons.cancel()


async def _line_of(stream: asyncio.StreamReader | None) -> bytes:
    return await stream.readline() if stream is not None else b""


async def _all_of(stream: asyncio.StreamReader | None) -> bytes:
    return await stream.read() if stream is not None else b""


async def sweep() -> None:
    """Builds whose job was killed begin again; one that never finishes fails."""
    if not can_build():
        return
    async with transaction() as session:
        lost = await releases.lost(session)
    for one in lost:
        _log.warning("release_lost", release_id=str(one))
        async with transaction() as session:
            await queue.wake(session, "learning.build", queue.LEARNING, release_id=str(one))


async def follow() -> None:
    """Go by the release in use. One that cannot be read is refused: what was in use stays, and the page says so."""
    async with transaction() as session:
        found = await releases.in_use(session)
    data = Path(found.data_path) if found and found.data_path else None
    if data == _Using.data:
        return
    try:
        await asyncio.to_thread(triage.use, data or settings.get().data_dir)
    except (triage.TriageDataError, OSError) as error:
        await _refuse(found.id if found else None, str(error))
        return
    _Using.data, _Using.refused = data, None
    _log.info("release_in_use", release=found.number if found else None)


async def _refuse(release_id: UUID | None, words: str) -> None:
    """In the log once, and on the pages as long as it is so."""
    if release_id is None:
        return
    if release_id != _Using.refused:
        _Using.refused = release_id
        _log.error("release_refused", release_id=str(release_id), why=words)
    async with transaction() as session:
        await releases.cannot_use(session, release_id, f"A process cannot use it and goes on with what it had. {words}")


async def begin() -> None:
    """At a start: go by the release in use before the first message is read. Without a database: by our own data."""
    try:
        await asyncio.wait_for(follow(), _START_SECONDS)
    except Exception:  # The line starts in any case, and the timer tries again.
        _log.exception("release_not_followed")


async def follow_forever() -> None:
    """Until cancelled: at every notice, and on a timer."""
    async for _ in live.rounds(live.RELEASE, every=_FOLLOW_SECONDS):
        try:
            await follow()
        except Exception:
            _log.exception("release_not_followed")


async def keep_assistant() -> None:
    """Give the assistant the model of the release in use, if it has another: after a release, and after its restart."""
    async with transaction() as session:
        wanted = await releases.model_in_use(session)
    if wanted is None:
        return
    try:
        if await rasa.model() != Path(wanted).name:
            await rasa.use_model(wanted)
            _log.info("model_in_use", model=Path(wanted).name)
        _Using.no_assistant = ""
    except rasa.BotUnavailable as error:
        await _without_assistant(wanted, error)


async def _without_assistant(wanted: str, error: rasa.BotUnavailable) -> None:
    """In the log once for each reason, and on the pages as long as it is so, if it is no mere restart."""
    if str(error) != _Using.no_assistant:
        _Using.no_assistant = str(error)
        _log.warning("model_not_in_use", model=Path(wanted).name, why=str(error))
    if not isinstance(error, rasa.ModelRefused):
        return
    async with transaction() as session:
        if held := await releases.in_use(session):
            await releases.cannot_use(session, held.id, f"The assistant cannot use it. {error}")


async def keep_assistant_forever() -> None:
    """Until cancelled: at every notice, and every few seconds, because Rasa may restart at any time."""
    async for _ in live.rounds(live.RELEASE, every=_ASSISTANT_SECONDS):
        try:
            await keep_assistant()
        except Exception:
            _log.exception("assistant_not_followed")


@queue.app.task(name="learning.commit", queue=queue.LEARNING)
async def commit(release_id: str) -> None:
    """What a release brings, as commits on a branch of the connected clone. What Git refuses stands on the page."""
    async with transaction() as session:
        row = await releases.one(session, UUID(release_id))
        changes = [service.change(one) for one in await service.to_build(session, row)]
    repository = settings.get().learning_repository
    text = await asyncio.to_thread(patching.patch, changes, settings.get().data_dir)
    if not repository or not text:
        return
    try:
        await asyncio.to_thread(patching.commit, text, Path(repository), f"learned/release-{row.number}")
    except Invalid as refused:
        async with transaction() as session:
            await releases.trouble(session, row.id, refused.detail)


def can_build() -> bool:
    """Whether the assistant's environment is beside this process: without it nothing can be trained or measured."""
    return (settings.ROOT / BOT_PYTHON).exists()
