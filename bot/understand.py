"""What the trained assistant makes of many messages, without a server: for `make eval`, inside Rasa's environment.

python -m bot.understand <model>      stdin: a JSON list of texts     stdout: a JSON list of
{"intent": name, "ranking": [[name, confidence], ...]}
"""

import asyncio
import json
import sys
from typing import Any

from rasa.core.agent import Agent

_RANKING_LENGTH = 10


async def understand(model: str, texts: list[str]) -> list[dict[str, Any]]:
    """The intent and the ranking of each text, in order. A text without words has neither."""
    agent = Agent.load(model)
    return [await _one(agent, text) for text in texts]


async def _one(agent: Agent, text: str) -> dict[str, Any]:
    if not text.strip():
        return {"intent": "", "ranking": []}
    parsed = await agent.parse_message(text)
    ranking = [[intent["name"], float(intent["confidence"])] for intent in parsed.get("intent_ranking", [])]
    return {"intent": parsed["intent"].get("name") or "", "ranking": ranking[:_RANKING_LENGTH]}


if __name__ == "__main__":
    # Rasa prints to stdout while it loads: what we found goes to the descriptor that was there before.
    out, sys.stdout = sys.stdout, sys.stderr
    json.dump(asyncio.run(understand(sys.argv[1], json.load(sys.stdin))), out)
