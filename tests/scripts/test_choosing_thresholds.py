"""What the learned screen's thresholds are chosen by."""

from types import SimpleNamespace

from scripts.screen.choose import floor_of

DANGER = {"she is not breathing": 0.31, "he fell": 0.127, "nothing matters": 0.002, "human please": 0.001}


def phrase(hit: str, *, believed: bool = False, asked: bool = False) -> SimpleNamespace:
    return SimpleNamespace(hit=(hit,), believed=believed, asked=asked)


def test_only_phrases_that_its_doubts_can_silence_lower_the_floor() -> None:
    doubted = [phrase("she is not breathing"), phrase("he fell")]
    acted_on = [phrase("nothing matters", asked=True), phrase("human please", believed=True)]
    category = SimpleNamespace(asks_first=False, phrases=[*doubted, *acted_on])
    learned = SimpleNamespace(hear=lambda message: SimpleNamespace(danger=DANGER[message]))
    assert floor_of(SimpleNamespace(categories={"any": category}), learned) == 0.12
