"""A handover sheet as a PDF: real text, tagged as headings and paragraphs, with bookmarks, a language and a title.

A tagged PDF (ISO 32000-1, 14.8) is read aloud in order, and its page feet are left out. It is not PDF/UA, which also
wants every font in the file. The library tags nothing but pictures by itself, so what it has for that is used here.

The fonts are those that every PDF reader has, so no font file has to be shipped; they know the letters of western
Europe. Any other sign is written as its plain letter, or else by its name in brackets, so that none is lost silently.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from fpdf import FPDF, ViewerPreferences
from fpdf.enums import MethodReturnValue

from api.console.handover.presenters import Item, Section, Sheet

ENCODING = "windows-1252"
FONT = "helvetica"
MARGIN, LINE = 18, 5.5  # Millimetres.


class Paper(FPDF):
    """A4 with the name of the sheet and the number of the page at the foot of each."""

    def __init__(self, foot: str, title: str, subject: str) -> None:
        super().__init__(format="A4")
        self.foot = writable(foot)
        self.core_fonts_encoding = ENCODING
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN + 4)
        self.set_lang("en-GB")
        self.set_title(writable(title))
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_author("Nightlight")
        self.set_subject(writable(subject))
        self.add_page()

    def footer(self) -> None:
        """One foot."""
        self.set_y(-MARGIN)
        self.set_font(FONT, size=9)
        with self.artifact():
            self.cell(0, 8, f"{self.foot}    Page {self.page_no()} of {{nb}}", align="C")

    def say(self, words: str, size: float = 11, style: str = "", indent: float = 0, tag: str = "P") -> None:
        """A paragraph, or a heading (`tag`: H1, H2, H3). What goes over a page's end is tagged on each page."""
        height = LINE * size / 11
        self.set_font(FONT, style=style, size=size)
        self.set_x(MARGIN + indent)
        laid = self.multi_cell(0, height, writable(words), align="L", dry_run=True, output=MethodReturnValue.LINES)
        found = cast("list[str]", laid)
        left = [line.encode("latin-1").decode(ENCODING) for line in found]  # As bytes of the fonts' own letters.
        while left:
            room = int((self.page_break_trigger - self.y) / height)
            if room < 1:
                self.add_page()
                continue
            self.set_x(MARGIN + indent)
            with self.tagged(tag):
                self.multi_cell(0, height, "\n".join(left[:room]), new_x="LMARGIN", new_y="NEXT", align="L")
            left = left[room:]

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn meanwhile is no content: nobody reads it aloud."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def head(self, title: str) -> None:
        """The heading of a part, with its bookmark."""
        self.ln(4)
        self.set_font(FONT, style="B", size=14)
        self.start_section(title)
        self.say(title, 14, "B", tag="H2")

    @contextmanager
    def tagged(self, tag: str, alt: str = "", read: str = "") -> Iterator[None]:
        """What is written meanwhile is one part of the tags, and must stay on this page.

        `alt` tells a picture; `read` is read aloud in place of what is written.
        """
        number = self.struct_builder.next_mcid_for_page(self.page)
        self._add_marked_content(struct_type=f"/{tag}", mcid=number, alt_text=alt or None)
        aloud = f" /ActualText <{read.encode('utf-16-be', 'replace').hex()}>" if read else ""
        self._out(f"/{tag} <</MCID {number}{aloud.replace('<', '<feff', 1)}>> BDC")
        yield
        self._out("EMC")


def writable(words: str) -> str:
    """Words in the letters that the fonts have."""
    return "".join(_sign(char) for char in unicodedata.normalize("NFC", words))


def _sign(char: str) -> str:
    if char == "\n" or (_has(char) and char.isprintable()):
        return char
    plain = unicodedata.normalize("NFKD", char).encode("ascii", "ignore").decode()
    if plain.isprintable() and plain.strip():
        return plain
    name = unicodedata.name(char, "")
    if " LETTER " in name:
        letter = name.partition(" LETTER ")[2].split(" ")[0]
        return letter if "CAPITAL" in name else letter.lower()
    return f"[{name.lower()}]" if name and "VARIATION SELECTOR" not in name and "JOINER" not in name else " "


def _has(char: str) -> bool:
    try:
        char.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def pdf(sheet: Sheet, team: str) -> bytes:
    """The sheet as the bytes of a PDF."""
    paper = Paper(f"Nightlight handover, {sheet.title}", f"Handover sheet, {sheet.title}", team)
    paper.say(f"Handover sheet, {sheet.title}", 18, "B", tag="H1")
    paper.say(f"{team}. {sheet.made}")
    paper.say(sheet.summary, style="B")
    for section in sheet.sections:
        _section(paper, section)
    _list(paper, "Added afterwards", sheet.added, "Nothing was added.")
    _list(paper, "Read by", sheet.read_by, "Nobody yet.")
    return bytes(paper.output())


def _section(paper: Paper, section: Section) -> None:
    paper.head(section.title)
    for item in section.items:
        _item(paper, item)
    if not section.items:
        paper.say(section.empty)


def _item(paper: Paper, item: Item) -> None:
    paper.ln(2)
    paper.say(item.title, 12, "B", tag="H3")
    for alarm in item.alarms:
        paper.say(f"ALARM: {alarm}", style="B", indent=4)
    for said in item.said:
        paper.say(said, 12, "I", indent=4)
    for line in item.lines:
        paper.say(line, indent=4)


def _list(paper: Paper, title: str, lines: list[str], empty: str) -> None:
    paper.head(title)
    for line in lines or [empty]:
        paper.say(line)
