"""The same document as a PDF."""

from api.console.handover.printing import Paper
from api.console.privacy.exported.presenters import Document, Part


def pdf(document: Document) -> bytes:
    """The document as the bytes of a PDF. Its first page is for whoever hands it over, and can be taken off."""
    paper = Paper(document.title, document.title, "Personal data")
    paper.say("Before you hand this over", 18, "B", tag="H1")
    for line in document.first:
        paper.say(line)
        paper.ln(2)
    paper.add_page()
    paper.say(document.title, 18, "B", tag="H1")
    paper.say(document.made)
    paper.say(document.about)
    for part in document.parts:
        _part(paper, part)
    return bytes(paper.output())


def _part(paper: Paper, part: Part) -> None:
    paper.head(part.title)
    for item in part.items:
        paper.ln(2)
        if item.title:
            paper.say(item.title, 12, "B", tag="H3")
        for line in item.lines:
            paper.say(line, indent=4 if item.title else 0)
