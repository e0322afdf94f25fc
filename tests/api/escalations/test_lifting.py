"""What was said before can make what is said now more urgent, and nothing that is said makes it less."""

import pytest

from api.escalations.rules import Worry, lifted
from api.triage.rules import Priority
from tests.harness import hearing
from tests.harness.line import CARER, NURSE_ONE, Line

OUT = Worry("out_of_medicine", Priority.P2, "now", sure=True)
TIRED = Worry("carer_exhausted", Priority.P2, "then", sure=True)


def guess(category: str, contact: str) -> Worry:
    return Worry(category, Priority.P2, contact, sure=False)


def test_one_amber_worry_stays_amber() -> None:
    assert lifted([OUT], []) == (Priority.P2, "")


def test_two_amber_worries_are_red_in_one_message_and_in_two() -> None:
    assert lifted([OUT, TIRED], [])[0] == Priority.P1
    assert lifted([OUT], [TIRED])[0] == Priority.P1


def test_several_guesses_at_one_message_are_one_worry() -> None:
    assert lifted([guess("carer_exhausted", "now"), guess("carer_alone_frightened", "now")], [])[0] == Priority.P2
    assert lifted([guess("carer_exhausted", "now")], [guess("out_of_medicine", "then")])[0] == Priority.P1


def test_a_guess_beside_a_phrase_is_not_counted() -> None:
    assert lifted([OUT, guess("carer_exhausted", "now")], [])[0] == Priority.P2


@pytest.mark.parametrize(("priority", "lift"), [(Priority.P3, Priority.P2), (Priority.P2, Priority.P1)])
def test_a_third_contact_about_the_same_worry_goes_up_one_step(priority: Priority, lift: Priority) -> None:
    told = [Worry("out_of_medicine", priority, contact, sure=True) for contact in ("now", "one", "two")]
    assert lifted(told[:1], told[1:]) == (lift, "third contact about the same worry within 24 hours")
    assert lifted(told[:1], told[1:2]) == (priority, "")


async def test_the_nurse_is_paged_again_at_the_higher_priority(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = hearing.put_in(monkeypatch)
    heard.may_be("nowt left in the brown bottle", 0.95, "out_of_medicine")
    heard.may_be("another night like that will finish my nerves", 0.95, "carer_exhausted")
    await line.text(CARER, "nowt left in the brown bottle")
    assert "NIGHTLIGHT P2" in line.last(NURSE_ONE)

    await line.text(CARER, "another night like that will finish my nerves")
    assert "NIGHTLIGHT P1" in line.last(NURSE_ONE)


async def test_to_ask_for_a_person_is_no_amber_worry(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    hearing.put_in(monkeypatch).may_be("nowt left in the brown bottle", 0.95, "out_of_medicine")
    await line.text(CARER, "nurse")
    await line.text(CARER, "nowt left in the brown bottle")
    assert [page for page in line.phone(NURSE_ONE) if "P1" in page] == []
