"""A sheet as a PDF keeps every sign that somebody wrote, in letters that every reader of PDFs has."""

import pytest

from api.console.handover.presenters import Item, Section, Sheet
from api.console.handover.printing import pdf, writable


@pytest.mark.parametrize(
    ("wrote", "stands"),
    [
        ("“he’s blue” – 5 €", "“he’s blue” – 5 €"),
        ("José Łukasz Đoković", "José Lukasz Dokovic"),
        ("pls 😭 help", "pls [loudly crying face] help"),
        ("ﬁne½", "fine½"),
        ("a\u200db\ufe0f", "a b "),
        ("two\nlines", "two\nlines"),
    ],
)
def test_a_sign_that_the_fonts_lack_is_written_out(wrote: str, stands: str) -> None:
    assert writable(wrote) == stands


def test_a_long_sheet_has_numbered_pages_a_title_and_a_language() -> None:
    items = [
        Item("P0 Life threat now", ["Taken."] * 10, said=["02:14 “hes blue 😭”"], alarms=["STILL OPEN: waiting."])
    ] * 20
    calls = Section("calls", "Calls for help", items, "None.")
    made = pdf(Sheet("1", "20:00 to 08:00", "Made 08:00.", "20 calls.", [calls], [], [], False, ""), "A team")
    assert made.startswith(b"%PDF-")
    assert b"/Lang (en-GB)" in made
    assert b"/Outlines" in made
    assert made.count(b"/Type /Page\n") > 3
