"""One reader of yes and no, as strict as what hangs on the answer: a fact, a number read back, or consent."""

import pytest

from actions.yes_or_no import Counts, yes_or_no

FACT, ALONE, CONSENT = Counts.IN_AN_ANSWER, Counts.ALONE, Counts.CONSENT


@pytest.mark.parametrize(
    ("said", "fact", "alone", "consent"),
    [
        ("yes", "yes", "yes", "yes"),
        ("Aye please, that’s fine", "yes", "yes", "yes"),
        ("ok go ahead", None, "yes", "yes"),
        ("no thank you", "no", "no", "no"),
        ("don't bother", None, "no", "no"),
        ("that's right", "yes", "yes", None),
        ("thats wrong", None, "no", "no"),
        ("he does", "yes", None, None),
        ("not yet love", "no", None, None),
        ("yes but not from you", None, None, None),
        ("yes 07700900123", "yes", None, None),
        ("no its 07700900456", "no", None, None),
        ("yes?", "yes", None, None),
        ("hes not well", None, None, None),
        ("", None, None, None),
    ],
)
def test_what_counts(said: str, fact: str | None, alone: str | None, consent: str | None) -> None:
    assert (yes_or_no(said, FACT), yes_or_no(said, ALONE), yes_or_no(said, CONSENT)) == (fact, alone, consent)
