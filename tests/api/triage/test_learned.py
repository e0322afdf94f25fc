"""The learned screen's files, and how it reads what is long, empty or strange."""

import shutil
from pathlib import Path

import pytest

from api.triage.learned import LearnedScreen, ModelError
from api.triage.rules import LONGEST_MESSAGE

MODEL = Path(__file__).parents[3] / "data/triage/model"


@pytest.fixture(scope="module")
def learned() -> LearnedScreen:
    return LearnedScreen(MODEL)


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("he has gone ever such a funny colour and i cannot get him to wake up", "unconscious_unrousable"),
        ("theres blood all over the bed and it keeps coming", "catastrophic_bleed"),
        ("the syringe driver is bleeping and the light has gone red", "syringe_driver_problem"),
        ("i do not want to be here any more once she has gone i am going with her", "suicidal_carer"),
    ],
)
def test_it_hears_danger_and_names_it(learned: LearnedScreen, message: str, category: str) -> None:
    heard = learned.hear(message)
    assert heard.danger >= learned.thresholds.page
    assert heard.categories[0][0] == category


@pytest.mark.parametrize(
    "message",
    ["can i get any money for looking after him", "thank you for everything last week", "what time do you open"],
)
def test_everyday_messages_are_no_danger(learned: LearnedScreen, message: str) -> None:
    assert learned.hear(message).danger < learned.thresholds.ask


@pytest.mark.parametrize(
    "message",
    [
        "",
        "   ",
        "\u200b",
        "\U0001f62d" * 400,
        "\u0627\u0644\u0645\u0633\u0627\u0639\u062f\u0629",
        "a" * LONGEST_MESSAGE,
        "\x00\x01",
    ],
)
def test_strange_messages_are_read_without_complaint(learned: LearnedScreen, message: str) -> None:
    assert 0 <= learned.hear(message).danger <= 1


def test_danger_at_the_end_of_a_very_long_message_is_heard(learned: LearnedScreen) -> None:
    chatter = "the district nurse comes on mondays and we have tea and biscuits together in the kitchen. " * 60
    heard = learned.hear(f"{chatter} he has stopped breathing and he has gone blue, help me")
    assert heard.danger >= learned.thresholds.page


@pytest.mark.parametrize("beside", ["my neighbour has a new car.", "The clocks went back last night."])
def test_a_sentence_about_something_else_lowers_no_page(learned: LearnedScreen, beside: str) -> None:
    message = f"{beside} das dead nobody said this could happen"
    assert learned.readings(message)[0].danger < learned.thresholds.page, "it needs no other reading"
    assert learned.hear(message).danger >= learned.thresholds.page


def test_a_slip_of_the_finger_lowers_no_page(learned: LearnedScreen) -> None:
    message = "he thinsk im the burglar"
    assert learned.readings(message)[0].danger < learned.thresholds.page, "it needs no other reading"
    assert learned.hear(message).danger >= learned.thresholds.page


def test_a_message_of_which_something_is_left_out_says_so(learned: LearnedScreen) -> None:
    assert not learned.hear("the key is under the pot").in_part
    assert learned.hear("we have tea in the kitchen " * 200).in_part


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "letters.npz", "words.txt"])
def test_a_file_that_is_not_the_measured_one_is_refused(tmp_path: Path, name: str) -> None:
    shutil.copytree(MODEL, tmp_path / "model")
    with (tmp_path / "model" / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match=name):
        LearnedScreen(tmp_path / "model")


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    shutil.copytree(MODEL, tmp_path / "model")
    (tmp_path / "model/model.onnx").unlink()
    with pytest.raises(ModelError, match=r"model\.onnx"):
        LearnedScreen(tmp_path / "model")
