"""Topics: the same names everywhere, enough lines of each, and none that belongs to two."""

from collections import Counter

import pytest

from tests.bot.content import FALLBACK, ROOT, lines, read, rules

TOPICS = {path.stem for path in (ROOT / "data/nlu").glob("*.yml")}
DOMAIN = read(ROOT / "domain.yml")


# The API begins this form; no message is ever recognised as it.
BEGUN_BY_THE_API = "after_danger"
# How the form of guides ends. It is begun after the answers to other topics.
NO_TOPIC = "guides"
# An action begins this one, after the answers that may end with an offer.
BEGUN_BY_AN_ACTION = "referral"
FORMS = {BEGUN_BY_THE_API, BEGUN_BY_AN_ACTION, NO_TOPIC}
# A whole message such as "2", read by pattern (bot/whole_messages.py).
BY_PATTERN = "choice"


def test_a_topic_has_the_same_name_in_both_folders() -> None:
    assert {path.stem for path in (ROOT / "data/rules").glob("*.yml")} == TOPICS | FORMS


def test_each_intent_has_lines_and_one_rule() -> None:
    with_lines = {intent for _, intent, _ in lines()}
    answered = Counter(intent for intent, _ in rules())
    assert with_lines | {FALLBACK, BEGUN_BY_THE_API, BY_PATTERN} == set(DOMAIN["intents"]) == set(answered)
    assert set(answered.values()) == {1}


def test_each_rule_names_an_action_that_exists() -> None:
    assert {action for _, action in rules()} <= {*DOMAIN["actions"], *DOMAIN["responses"]}


def test_only_rules_decide() -> None:
    config = read(ROOT / "config.yml")
    assert [policy["name"] for policy in config["policies"]] == ["RulePolicy"]
    # An intent that has no rule yet must be answered, not met with silence.
    assert config["policies"][0]["core_fallback_action_name"] in DOMAIN["actions"]
    assert not (ROOT / "data/stories").exists()


def test_a_conversation_is_never_cut_by_the_clock() -> None:
    assert DOMAIN["session_config"] == {"session_expiration_time": 0, "carry_over_slots_to_new_session": True}


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_each_topic_has_enough_lines_short_and_long(topic: str) -> None:
    texts = [text for name, _, text in lines() if name == topic]
    assert len(texts) >= 40
    assert min(map(len, texts)) <= 15
    assert max(map(len, texts)) >= 30


def test_no_line_stands_twice() -> None:
    seen = Counter(" ".join(text.lower().split()) for _, _, text in lines())
    assert [text for text, count in seen.items() if count > 1] == []


def test_no_line_could_be_a_last_goodbye_or_a_call_for_rescue() -> None:
    """Those belong to the screen; training an everyday answer on them would teach the assistant to chat back."""
    danger = [
        "kill my",
        "kill him",
        "kill her",
        "suicid",
        "end it all",
        "want to die",
        "not breathing",
        "cant breathe",
        "overdose",
        "this is goodbye",
    ]
    assert [text for _, _, text in lines() if any(words in text.lower().replace("'", "") for words in danger)] == []
