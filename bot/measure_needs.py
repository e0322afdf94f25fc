"""How often a second need is found: where there is one, and where there is none. Inside Rasa's environment.

python -m bot.measure_needs <model>

Where there is none: every message of data/evaluation/everyday.jsonl, which are never trained on. Where there are two:
training lines that ask for something, put together two by two, so that figure flatters.
"""

import asyncio
import json
import random
import sys
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent

from bot.clauses import asks, clauses
from bot.needs import needs
from bot.nlu.measure import training_lines

ROOT = Path(__file__).parents[1]
JOINTS = (" and ", ". ", "? also ", ". another thing, ")
PAIRS = 200
WORDS = (4, 20)  # Of a line that is put together with another: a message, not a word and not a letter.
# Needs that stand beside others; of which others: bot/needs.py.
LEFT_OUT = ("out_of_scope", "greeting", "thanks", "goodbye", "person_please", "not_that", "text_me_that", "more")


async def found(agent: Any, text: str) -> tuple[str, str] | None:
    """The two needs that are found in a text, if two are."""
    read = await needs(text, agent.parse_message)
    return (read.first["intent"]["name"], read.second["intent"]["name"]) if read.second else None


def pairs() -> list[tuple[str, set[str]]]:
    """Messages with two needs, each with the needs in it; the same at each call."""
    lines = [
        (text.rstrip(".?!"), intent)
        for text, intent in zip(*training_lines(), strict=True)
        if intent not in LEFT_OUT
        and WORDS[0] <= len(text.split()) <= WORDS[1]
        and len(clauses(text)) == 1
        and asks(text)
    ]
    chosen = random.Random(7)
    made: list[tuple[str, set[str]]] = []
    while len(made) < PAIRS:
        (one, first), (other, second) = chosen.sample(lines, 2)
        if first != second:
            made.append((one + chosen.choice(JOINTS) + other, {first, second}))
    return made


async def main(model: str) -> None:
    """Print the figures."""
    agent = Agent.load(model)
    evaluation = (ROOT / "data/evaluation/everyday.jsonl").read_text(encoding="utf-8").splitlines()
    wrong = [two for line in evaluation if (two := await found(agent, json.loads(line)["text"]))]
    print(f"one need: a second was found in {len(wrong)} of {len(evaluation)}, {len(wrong) / len(evaluation):.1%}")
    results = [(await found(agent, text), truth) for text, truth in pairs()]
    right = sum(two is not None and set(two) == truth for two, truth in results)
    any_two = sum(two is not None for two, _ in results)
    print(f"two needs: two were found in {any_two / PAIRS:.1%}, both of them right in {right / PAIRS:.1%} of {PAIRS}")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
