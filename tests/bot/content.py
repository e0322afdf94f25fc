"""The domain, the rules and the training lines as plain data, for the tests that read them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CHANNELS = {"sms", "web", "voice"}
# What we say in answer to what we do not understand; these have no rule of their own topic.
FALLBACK = "nlu_fallback"


def read(path: Path) -> Any:
    """One YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def responses() -> dict[str, dict[str, str]]:
    """Of each response, the wording of each channel."""
    domain = read(ROOT / "domain.yml")
    return {name: {one["channel"]: one["text"] for one in variants} for name, variants in domain["responses"].items()}


def wordings(channel: str) -> list[tuple[str, str]]:
    """Each response and its wording on one channel."""
    return [(name, texts.get(channel, "")) for name, texts in responses().items()]


def rules() -> Iterator[tuple[str, str]]:
    """Each rule's intent and the action that answers it."""
    for path in sorted((ROOT / "data/rules").glob("*.yml")):
        for rule in read(path)["rules"]:
            if "intent" not in rule["steps"][0]:
                continue  # How a form ends.
            intent, action, *_ = rule["steps"]
            yield intent["intent"], action["action"]


def lines() -> Iterator[tuple[str, str, str]]:
    """Each training line with its topic (the file) and its intent."""
    for path in sorted((ROOT / "data/nlu").glob("*.yml")):
        for block in read(path)["nlu"]:
            for line in block["examples"].splitlines():
                yield path.stem, block["intent"], line.removeprefix("- ").strip()


def said_by_actions() -> set[str]:
    """The responses that the custom actions say, read from their source."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "actions").glob("*.py")]
    values = [node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    # `utter_action` is Rasa's own name of the field that says which response was said.
    said = {value for value in values if isinstance(value, str) and value.startswith("utter_")}
    asked = {f"utter_ask_{topic}" for topic in read(ROOT / "data/triage/questions.yml")["topics"]}
    return said - {"utter_action", "utter_ask_"} | asked
