"""What we say: it fits, its places are known, it promises nothing that we cannot keep, and code and data agree."""

import ast
import re
from collections.abc import Iterator

import pytest

from api import gsm7
from api.triage.service import protocol
from tests.guards.texts import LONG, Said, replies, to_carers, to_staff
from tests.guards.tree import API, modules

FILES = ("carers", "chat", "referrals", "pages", "staff", "voice")
PLACE = re.compile(r"\[([^\]]*)\]")
OF_SERVICES = {"service", "number", "opens", "hours", "nation", "nations", "link"}
OF_REFERRALS = {"name", "good time", "need", "date"}
OF_NETS = {"watch for", "come back"}
FOR_CARERS = {"team number", "nurse", "time", "ending", *OF_SERVICES, *OF_REFERRALS, *OF_NETS}
OF_ROTAS = {"nurse", "rung", "date"}
FOR_STAFF = {
    "priority",
    "time",
    "code",
    "codes",
    "contact",
    "words",
    "link",
    "part",
    "about",
    "name",
    "count",
    "switch",
    *OF_ROTAS,
}
PAGES = {  # Unasked, on a lock screen.
    "page",
    "page_again",
    "page_worse",
    "page_added",
    "page_taken",
    "page_closed",
    "page_untold",
    "page_handed",
    "page_not_contacted",
    "page_last_resort",
    "page_drill",
    "page_hand_late",
    "page_hand_back",
    "page_hand_over_late",
    "page_overdue",
    "watch_silent",
}
NAMES_A_COLLEAGUE = {"page_taken"}  # Who took it must be known at once, and says nothing of a carer.
SAYS_WHO = {"nurse", "contact", "words"}

# What must never be said to a carer, as patterns over plain words.
FORBIDDEN = [
    r"calm down",
    r"(do not|don.t|never|no need to|instead of) (ring|ringing|call|calling|phone|dial) 999",
    r"\bwill (ring|call|phone|visit|come|be with) (you|to you)",
    r"\b(is|are) on (his|her|their|the) way",
    r"\bwithin \d+ (minutes|hours)",
    r"\bin \d+ (minutes|hours)\b",
    r"\b(give|take|inject) (them |him |her )?(\d|another|a|one|two|some)? ?(more )?(dose|mg|ml|tablet|morphine)",
    r"\bdon.t worry\b|\bnot to worry\b|\bno need to worry\b",
    r"\byou should have\b",
]


# That 999 is not needed is said of a death that was planned for, in the protocol's own words, and nowhere else.
NOT_NEEDED = re.compile(r"\b(no|not need|don.t need|without) (999|9 9 9)")
PLANNED_FOR = {"not_breathing", "expected_death", "imminent_dying"}


def forbidden(words: str) -> Iterator[str]:
    """The patterns that a text breaks."""
    plain = gsm7.to_gsm7(words).lower()
    yield from (pattern for pattern in FORBIDDEN if re.search(pattern, plain))


def named(said: tuple[Said, ...]) -> list[str]:
    return [f"{one.where} ({one.channel})" for one in said]


def test_there_is_something_to_check() -> None:
    assert len(to_carers()) > 100
    assert len(to_staff()) > 10


@pytest.mark.parametrize("said", [one for one in to_carers() if one.by_text], ids=lambda one: one.where)
def test_a_text_to_a_carer_fits_and_needs_no_other_alphabet(said: Said) -> None:
    assert gsm7.is_gsm7(said.filled), gsm7.lost(said.filled) or said.filled
    assert gsm7.length(said.filled) <= gsm7.TEXT_LIMIT


@pytest.mark.parametrize("said", to_staff(), ids=lambda one: one.where)
def test_a_text_to_staff_fits_and_a_page_shows_whole_on_a_lock_screen(said: Said) -> None:
    name = said.where.partition(":")[2]
    assert gsm7.is_gsm7(said.filled)
    assert gsm7.length(said.filled) <= (
        gsm7.PAGE_LIMIT if name in PAGES and said.channel != "voice" else gsm7.TEXT_LIMIT
    )


def test_a_page_names_nobody() -> None:
    pages = [one for one in to_staff() if one.where.partition(":")[2] in PAGES and one.channel != "voice"]
    assert len(pages) == len(PAGES)
    naming = {one.where.partition(":")[2] for one in pages if SAYS_WHO & set(PLACE.findall(one.words))}
    assert naming == NAMES_A_COLLEAGUE
    assert SAYS_WHO & set(PLACE.findall("[time]: ring [contact]"))


def test_every_place_is_known_and_is_filled() -> None:
    for said, known in [(one, FOR_CARERS) for one in to_carers()] + [(one, FOR_STAFF) for one in to_staff()]:
        assert set(PLACE.findall(said.words)) <= known, said.where
        assert "[" not in said.filled, said.where
    assert set(LONG) == FOR_CARERS | FOR_STAFF


def test_nothing_is_said_that_must_never_be_said() -> None:
    assert {one.where: list(forbidden(one.words)) for one in to_carers() if list(forbidden(one.words))} == {}


def test_that_999_is_not_needed_is_said_only_of_a_death_that_was_planned_for_and_with_the_other_case() -> None:
    found = [one for one in to_carers() if NOT_NEEDED.search(one.words.lower())]
    assert {one.where.partition(":")[0] for one in found} <= PLANNED_FOR
    for said in found:
        assert re.search(r"\b[Ii][Ff]\b.*expect", said.words), f"{said.where} does not say of whom it holds"
        assert re.search(r"[Rr]ing 999|[Rr]ing 9 9 9", said.words), f"{said.where} does not say when to ring"
    assert NOT_NEEDED.search("you do not need 999")


@pytest.mark.parametrize(
    "words",
    [
        "Please calm down.",
        "You don’t ring 999 for this.",
        "There is no need to call 999",
        "A nurse will ring you.",
        "She will be with you soon",
        "The nurse is on her way.",
        "Somebody answers within 10 minutes",
        "In 20 minutes a nurse rings",
        "Give another dose",
        "Take 5 mg",
        "Don't worry.",
    ],
)
def test_what_must_never_be_said_would_be_noticed(words: str) -> None:
    assert list(forbidden(words))


@pytest.mark.parametrize(
    "words",
    ["Ring 999 now.", "I will tell you here when a nurse has your message.", "A nurse can ring you on that number."],
)
def test_what_may_be_said_is_left_alone(words: str) -> None:
    assert not list(forbidden(words))


def test_whoever_is_told_of_danger_is_told_of_999() -> None:
    """Texts that say how a call for help stands always say what to do if it cannot wait."""
    standing = {"nurse_asked_for", "still_telling", "accepted", "not_reached_yet", "nobody_reached", "closed_by_nurse"}
    standing |= {"closed_with_net", "closed_after_death", "stood_down"}
    for said in replies("carers"):
        if said.where.partition(":")[2] in standing:
            assert re.search(r"999|9 9 9", said.words), said.where


SAYING = {"say", "say_approved", "_write", "_say", "Standing"}


def said_in_code() -> set[str]:
    """Every name of a text that stands in code where a text is said."""
    found = set()
    for module in modules():
        for node in ast.walk(module.source):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in SAYING:
                found |= {name for argument in node.args if (name := name_in(argument))}
    return found - {"sms", "web", "voice"}


def name_in(node: ast.expr) -> str:
    """The name that is written out here; empty for anything else."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and re.fullmatch(r"[a-z0-9_]+", value) else ""


def strings() -> set[str]:
    """Every string in code and every quoted name in templates and scripts."""
    found = {
        node.value
        for module in modules()
        for node in ast.walk(module.source)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for path in [*(API / "templates").rglob("*.html"), *(API / "static").glob("*.js")]:
        found |= set(re.findall(r"[\"']([a-z0-9_]+)[\"']", path.read_text(encoding="utf-8")))
    return found


def in_data() -> set[str]:
    return {one.where.partition(":")[2] for file in FILES for one in replies(file)}


def test_every_text_that_code_says_exists() -> None:
    assert len(said_in_code()) > 20
    assert said_in_code() - in_data() == set()


def test_every_text_that_exists_is_said_somewhere() -> None:
    assert in_data() - strings() == set()
    assert {one.question for one in protocol().categories.values()} - {""} <= in_data()
    assert "no_such_text" not in strings()


def test_a_name_is_used_once() -> None:
    every = [(one.where.partition(":")[2], one.channel) for file in FILES for one in replies(file)]
    assert len(every) == len(set(every))
