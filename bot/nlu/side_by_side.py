"""Our pipeline and Rasa's default one on the same lines: how often they are right, how long they take.

python -m bot.nlu.side_by_side OUT.json [WHICH ...]     inside Rasa's environment; the default one takes long to train

Both are trained by Rasa from data/nlu and judged on data/evaluation/everyday.jsonl, which neither has seen. Time for
training is counted in seconds of a processor, so that what else runs on the machine does not count.
"""

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent

ROOT = Path(__file__).parents[2]
PIPELINES = {"ours": ROOT / "config.yml", "default": Path(__file__).with_name("default_pipeline.yml")}
SAME = {"what_this_is": "who_are_you"}  # One need in two intents, because they are answered differently.


def everyday() -> list[tuple[str, str]]:
    """Text and need of every everyday message that is judged."""
    lines = (ROOT / "data/evaluation/everyday.jsonl").read_text(encoding="utf-8").splitlines()
    return [(one["text"], one["need"]) for one in map(json.loads, lines)]


def train(config: Path, folder: str) -> tuple[str, float]:
    """The trained model and how many seconds of a processor it took, the start of Rasa included."""
    rasa = str(Path(sys.executable).with_name("rasa"))
    files = ["--config", str(config), "--nlu", "data/nlu", "--out", folder, "--fixed-model-name", "model"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([rasa, "train", "nlu", *files], cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return f"{folder}/model.tar.gz", after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


async def judged(agent: Any, messages: list[tuple[str, str]]) -> tuple[list[list[str]], list[float]]:
    """For each message its three likeliest needs, and the milliseconds that the parse took."""
    await agent.parse_message(messages[0][0])
    ranked, took = [], []
    for text, _ in messages:
        start = time.perf_counter()
        found = await agent.parse_message(text)
        took.append((time.perf_counter() - start) * 1000)
        names = [one["name"] for one in found["intent_ranking"] if one["name"] != "nlu_fallback"]
        ranked.append(list(dict.fromkeys(SAME.get(name, name) for name in names))[:3])
    return ranked, took


def report(messages: list[tuple[str, str]], ranked: list[list[str]], took: list[float]) -> dict[str, Any]:
    """The figures of one pipeline."""
    truth = [need for _, need in messages]
    wrong = Counter(f"{need} read as {best[0]}" for need, best in zip(truth, ranked, strict=True) if best[0] != need)
    return {
        "messages": len(truth),
        "first": round(statistics.mean(best[0] == need for need, best in zip(truth, ranked, strict=True)), 4),
        "among_three": round(statistics.mean(need in best for need, best in zip(truth, ranked, strict=True)), 4),
        "parse_ms": {"p50": round(statistics.median(took), 1), "p95": round(statistics.quantiles(took, n=20)[-1], 1)},
        "confusions": {what: count for what, count in wrong.most_common() if count > 1},
    }


async def main(which: list[str]) -> dict[str, Any]:
    """Everything that was measured."""
    messages: list[tuple[str, str]] = everyday()
    found: dict[str, Any] = {}
    for name in which or list(PIPELINES):
        with tempfile.TemporaryDirectory() as folder:
            model, seconds = train(PIPELINES[name], folder)
            found[name] = {"training_processor_seconds": round(seconds, 1)}
            found[name] |= report(messages, *await judged(Agent.load(model), messages))
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(asyncio.run(main(sys.argv[2:])), indent=1), encoding="utf-8")
