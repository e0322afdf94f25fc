"""A sheet as a PDF keeps every sign that somebody wrote, in letters that every reader of PDFs has."""

import re
import zlib

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
    assert b"/Title (Handover sheet, 20:00 to 08:00)" in made
    assert b"/DisplayDocTitle true" in made
    assert b"/Outlines" in made
    assert made.count(b"/Type /Page\n") > 3


def test_a_sheet_is_tagged_so_that_it_is_read_aloud_in_order_and_without_the_feet_of_its_pages() -> None:
    long = "The carer was told what to watch for. " * 300  # Over more than one page.
    calls = Section("calls", "Calls for help", [Item("P0 Life threat now", [long], said=["02:14 “hes blue”"])], "None.")
    made = pdf(Sheet("1", "20:00 to 08:00", "Made 08:00.", "1 call.", [calls], [], [], False, ""), "A team")
    assert b"/Marked true" in made
    assert b"/StructTreeRoot" in made
    kinds = re.findall(rb"/S /(Document|H1|H2|H3|P)\n", made)
    assert kinds[:6] == [b"Document", b"H1", b"P", b"P", b"H2", b"H3"]
    pages = [zlib.decompress(part) for part in re.findall(rb"stream\n(.*?)\nendstream", made, re.DOTALL)]
    assert len(pages) > 1
    for page in pages:
        assert page.count(b"BDC") + 1 == page.count(b"EMC"), (
            "each part that is tagged ends on its own page, as the foot does"
        )
        untagged = re.sub(rb"/\w+ (<</MCID \d+>> BDC|BMC).*?EMC", b"", page, flags=re.DOTALL)
        assert b"Tj" not in untagged, "nothing that is written is left out, except as a foot"
