"""Reading TwiML, for the pretend carrier: the verbs that we use, in their order."""

from dataclasses import dataclass
from xml.etree import ElementTree


@dataclass(frozen=True, slots=True)
class Verb:
    """One element: its name, its attributes, the words in it, and the verbs inside."""

    name: str
    attributes: dict[str, str]
    words: str
    inner: tuple["Verb", ...]


def verbs(document: str) -> list[Verb]:
    """What a document says is to be done. Raises ValueError for what is no TwiML, as Twilio does (error 12100)."""
    try:
        root = ElementTree.fromstring(document)  # noqa: S314  # What our own web process has answered.
    except ElementTree.ParseError as error:
        raise ValueError(f"not XML: {error}") from error
    if root.tag != "Response":
        raise ValueError("TwiML begins with Response")
    return [_verb(element) for element in root]


def _verb(element: ElementTree.Element) -> Verb:
    words = " ".join("".join(element.itertext()).split())
    return Verb(element.tag, dict(element.attrib), words, tuple(_verb(one) for one in element))
