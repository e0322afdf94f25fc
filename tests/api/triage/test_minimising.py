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
        ("sorry to bother u but hes gone grey and i really didnt want to be a nuisance", "but hes gone grey"),
        ("We don't like to kick up a fuss only it's her breathing", "only it's her breathing"),
    ],
)
def test_they_are_left_out_wherever_they_stand(message: str, left: str) -> None:
    assert minimising.without(message, protocol()).strip(" ,.") == left.strip(" ,.")


@pytest.mark.parametrize(
    "message",
    [
        "I don't want to be a burden any more",
        "sorry for your loss",
        "they made such a fuss of him",
        "",
        "\x00",
        "sorry",
    ],
)
def test_what_may_be_meant_in_earnest_stays(message: str) -> None:
    assert minimising.without(message, protocol()) == message


@pytest.mark.parametrize(
    "message",
    ["das dead nobody said this could happen", "he thinks im the burglar"],
)
def test_a_message_that_pages_pages_with_them(message: str) -> None:
    for told in (message, f"{message} i dont want to make a fuss", f"Sorry to trouble you at this hour, {message}"):
        assert screening.grade(told).decision == Decision.PAGE
