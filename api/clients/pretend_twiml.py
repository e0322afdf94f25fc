"""Reading TwiML, for the pretend carrier: the verbs in their order, or what is wrong with the document.

What a document may hold is in `pretend_twiml_table`. Codes: https://www.twilio.com/docs/api/errors (read 26 November
2026): 11200 and 11205 nothing came, 12100 no XML, 12200 XML that is no TwiML, 13238 not for whoever waits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from api.clients.pretend_twiml_table import TABLE, WHILE_WAITING

NOTHING_CAME, NOT_TAKEN, NO_XML, NO_TWIML, NOT_WHILE_WAITING = 11205, 11200, 12100, 12200, 13238
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_APART = frozenset({"break", "p", "s"})  # A voice pauses here, so the words around do not run together.


class TwimlFault(ValueError):
    """A document that Twilio would not play: its code, and which verb or attribute it is."""

    def __init__(self, code: int, what: str) -> None:
        super().__init__(f"{code}: {what}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """One element: its name, its attributes, the words in it, and the verbs inside."""

    name: str
    attributes: dict[str, str]
    words: str
    inner: tuple["Verb", ...]

    def says(self, name: str, default: str = "") -> str:
        """An attribute, or what Twilio does without it."""
        return self.attributes.get(name, default)

    def is_on(self, name: str, default: bool = False) -> bool:
        """A boolean attribute."""
        return self.says(name, "true" if default else "false") == "true"

    def number(self, name: str, default: int) -> int:
        """A whole number, or `default` for none and for a word such as `auto`."""
        value = self.says(name)
        return int(value) if value.isdigit() else default


def answered(status: int, document: str) -> list[Verb]:
    """What our answer to a webhook, with its HTTP status, says is to be done. Raises TwimlFault."""
    if status == 0:
        raise TwimlFault(NOTHING_CAME, "nobody answered within 15 seconds")
    if not 200 <= status < 300:
        raise TwimlFault(NOT_TAKEN, f"answered {status}")
    return verbs(document)


def verbs(document: str) -> list[Verb]:
    """What a document says is to be done. Raises TwimlFault for what is no TwiML."""
    for fault in faults(document):
        raise fault
    return list(_verb(ElementTree.fromstring(document)).inner)  # noqa: S314  # What our own web process has answered.


def faults(document: str) -> Iterator[TwimlFault]:
    """Everything that is wrong with a document."""
    try:
        root = ElementTree.fromstring(document)  # noqa: S314  # What our own web process has answered.
    except ElementTree.ParseError as error:
        yield TwimlFault(NO_XML, f"not XML: {error}")
        return
    if root.tag == "Response":
        yield from _wrong(_verb(root))
    else:
        yield TwimlFault(NO_XML, "TwiML begins with Response")


def not_while_waiting(wanted: list[Verb]) -> None:
    """Raise TwimlFault for a verb that whoever waits for a conference cannot be played."""
    for verb in wanted:
        if verb.name not in WHILE_WAITING:
            raise TwimlFault(NOT_WHILE_WAITING, f"{verb.name} in a waitUrl")


def _wrong(verb: Verb) -> Iterator[TwimlFault]:
    known = TABLE[verb.name]
    for name, value in verb.attributes.items():
        allowed = known.attributes.get(name)
        if allowed is None:
            yield TwimlFault(NO_TWIML, f"{verb.name} has no attribute {name}")
        elif not allowed.allow(value):
            yield TwimlFault(NO_TWIML, f"{verb.name} {name}: {value!r} is out of range")
    if known.words is None and verb.name != "Response" and _text_of_its_own(verb):
        yield TwimlFault(NO_TWIML, f"{verb.name} has no words")
    if known.words is not None and not known.words.allow(verb.words if verb.name != "Dial" else _text_of_its_own(verb)):
        yield TwimlFault(NO_TWIML, f"{verb.name}: its words are out of range")
    for one in verb.inner:
        if one.name in known.inner:
            yield from _wrong(one)
        else:
            yield TwimlFault(NO_TWIML, f"{one.name} in {verb.name}")


def _text_of_its_own(verb: Verb) -> str:
    return "" if verb.inner else verb.words


def _verb(element: ElementTree.Element) -> Verb:
    attributes = {"xml:lang" if name == _XML_LANG else name: value for name, value in element.attrib.items()}
    return Verb(element.tag, attributes, " ".join(_heard(element).split()), tuple(_verb(one) for one in element))


def _heard(element: ElementTree.Element) -> str:
    """The words as they are heard: what a voice does with them is left out."""
    if element.tag == "sub" and "alias" in element.attrib:
        return element.attrib["alias"]
    heard = element.text or ""
    for one in element:
        around = " " if one.tag in _APART else ""
        heard += f"{around}{_heard(one)}{around}{one.tail or ''}"
    return heard
