"""Words that make little of a message take nothing away from it."""

import pytest

from api.triage import minimising, screening
from api.triage.grading import Decision
from api.triage.service import protocol


@pytest.mark.parametrize(
    ("message", "left"),
    [
        ("she flinches when he comes near. I don't want to make a fuss", "she flinches when he comes near."),
        ("Hello, I am so sorry to trouble you at this hour. mum wont talk", "mum wont talk"),
        ("sorry to bother u but hes gone grey and i really didnt want to make any fuss", "but hes gone grey"),
        ("We don't like to kick up a fuss only it's her breathing", "only it's her breathing"),
    ],
)
def test_they_are_left_out_wherever_they_stand(message: str, left: str) -> None:
    assert minimising.without(message, protocol()).strip(" ,.") == left.strip(" ,.")


def test_where_windows_of_a_long_sentence_overlap_nothing_is_taken_away_twice() -> None:
    before, after = "i u r " * 14, "i u r " * 13
    message = f"{before}sorry to bother you HE HAS GONE GREY NOW {after}"
    assert minimising.without(message, protocol()).split() == f"{before}HE HAS GONE GREY NOW {after}".split()


def test_a_message_leads_to_as_much_with_them() -> None:
    alone, beside = "nothing matters any more", "nothing matters any more i dont want to make a fuss"
    assert screening.grade(alone).decision == screening.grade(beside).decision == Decision.ASK


def test_where_they_cannot_be_told_the_message_is_heard_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(minimising, "without", broken)
    found = screening.grade("he is choking and his face is turning purple")
    assert (found.decision, found.failed) == (Decision.PAGE, True)
