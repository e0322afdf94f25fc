"""The whole screen on one message, beside Rasa's own parse of the same messages; and what a strange message costs."""

import asyncio
import itertools
import json
import subprocess
import sys
import time

import aiohttp

from api.triage import screening
from tests.bench.figures import Figures, figures
from tests.bench.stage import Stage
from tests.harness.assistant import ROOT

LENGTH = 300
LONGEST = 10_000
STRANGE = {
    "10,000 characters": None,  # Made of the messages below.
    "10,000 pictures": "\U0001f62d" * LONGEST,
    "10,000 without a space": "x" * LONGEST,
    "right to left": "\u0645\u0631\u062d\u0628\u0627 \u0623\u062d\u062a\u0627\u062c \u0645\u0645\u0631\u0636\u0629 "
    * 15,
    "phrases begun and not ended": "tablets taken took all of his the lot i have no blood he is not " * 156,
    "null bytes": "he is\x00 not waking\x00 " * 15,
    "mixed languages": "\u017cona nie oddycha please help \u0627\u0644\u0622\u0646 on ne sait plus quoi faire " * 5,
}
_MEMORY = """
import psutil, api.triage.screening as screening
before = psutil.Process().memory_info().rss
screening.make_ready(); screening.grade("she will not wake up")
print((psutil.Process().memory_info().rss - before) / 1e6)
"""


def messages(length: int, count: int) -> list[str]:
    """Messages of exactly so many characters, from the development set, one after another."""
    lines = (ROOT / "data/evaluation/crises.jsonl").read_text(encoding="utf-8").splitlines()
    texts = itertools.cycle(json.loads(line)["text"] for line in lines)
    return [_joined(texts, length) for _ in range(count)]


def _joined(texts: "itertools.cycle[str]", length: int) -> str:
    found = next(texts)
    while len(found) < length:
        found += " " + next(texts)
    return found[:length]


def screened(texts: list[str]) -> Figures:
    """Phrases, learned screen and grading, one message after another on one core."""
    times, start = [], time.perf_counter()
    for text in texts:
        began = time.perf_counter()
        screening.grade(text)
        times.append(time.perf_counter() - began)
    return figures(times, time.perf_counter() - start)


async def parsed(stage: Stage, texts: list[str]) -> Figures:
    """Rasa's own parse of each, over its HTTP API."""
    url, times, start = f"{stage.running.url('bot')}/model/parse", [], time.perf_counter()
    async with aiohttp.ClientSession() as http:
        for text in texts:
            began = time.perf_counter()
            async with http.post(url, params={"token": "demo-bot-token"}, json={"text": text}) as answer:
                answer.raise_for_status()
                await answer.read()
            times.append(time.perf_counter() - began)
    return figures(times, time.perf_counter() - start)


async def compare(stage: Stage, count: int) -> dict[str, Figures]:
    """Every row of the report about the screen, measured while nothing else is.

    `in part`: the grade says that not all of it was read, so that a person does; no goal is set for these.
    """
    screening.make_ready()
    usual, often = messages(LENGTH, count), max(5, count // 20)
    screened(usual[:20])
    found = {SCREEN: screened(usual), PARSE: await parsed(stage, usual)}
    for name, text in STRANGE.items():
        texts = messages(LONGEST, often) if text is None else [text] * often
        way = "in part" if all(screening.grade(one).truncated for one in texts) else "screen"
        found[f"{way}: {name}"] = await asyncio.to_thread(screened, texts)
    return found


def memory_mb() -> float:
    """What the screen adds to a process that has it: resident memory, in megabytes."""
    done = subprocess.run([sys.executable, "-c", _MEMORY], cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


SCREEN = f"screen, {LENGTH} characters"
PARSE = f"Rasa's parse, {LENGTH} characters"
