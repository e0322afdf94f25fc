"""What is kept of an identifier: always the same for the same, for nobody else to read, change or put elsewhere."""

from collections.abc import Iterator

import pytest

from api import identifiers
from api.identifiers import Unreadable
from tests.harness.line import configure

COLUMN, OTHER = "conversations.contact_number", "referrals.number"
NUMBER, TWIN, ANOTHER = "+447700900001", "+447700911001", "+447700900002"
FIRST, SECOND = "demo-identifier-key-of-tests", "demo-identifier-key-two"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    configure(identifier_key=FIRST, old_identifier_key="")


@pytest.mark.parametrize("value", [NUMBER, "Zoë Nowak-Łęcka", "a" * 5000, "withheld:SM1", "sealed:"])
def test_a_value_shows_nothing_of_itself_and_opens_again(value: str) -> None:
    kept = identifiers.seal(COLUMN, value, with_ending=True)
    assert value not in kept.removeprefix(identifiers.PREFIX)
    assert value[-3:] not in kept.rpartition(":")[0].removeprefix(identifiers.PREFIX)
    assert identifiers.opened(COLUMN, kept) == value
    assert identifiers.seal(COLUMN, value, with_ending=True) == kept, "the same value is the same text"


def test_an_empty_value_and_one_that_was_never_sealed_are_themselves() -> None:
    assert identifiers.seal(COLUMN, "") == ""
    assert identifiers.opened(COLUMN, "") == ""
    assert identifiers.opened(COLUMN, NUMBER) == NUMBER


def test_another_columns_value_is_no_value_here() -> None:
    kept = identifiers.seal(OTHER, NUMBER)
    assert kept != identifiers.seal(COLUMN, NUMBER)
    with pytest.raises(Unreadable, match=COLUMN):
        identifiers.opened(COLUMN, kept)


def test_whatever_was_changed_is_noticed_and_the_error_quotes_nothing() -> None:
    kept = identifiers.seal(COLUMN, NUMBER, with_ending=True)
    for place in range(len(identifiers.PREFIX), len(kept)):
        changed = f"{kept[:place]}{'A' if kept[place] != 'A' else 'B'}{kept[place + 1 :]}"
        with pytest.raises(Unreadable) as noticed:
            identifiers.opened(COLUMN, changed)
        assert changed not in str(noticed.value)
        assert NUMBER not in str(noticed.value)
    for cut in (kept[:-4], identifiers.PREFIX, f"{kept}:more", identifiers.seal(COLUMN, TWIN)[:20]):
        with pytest.raises(Unreadable):
            identifiers.opened(COLUMN, cut)


def test_an_ending_is_found_and_says_nothing_without_the_key() -> None:
    ones, twins, others = (
        identifiers.seal(COLUMN, one, with_ending=True).rpartition(":")[0] + ":" for one in (NUMBER, TWIN, ANOTHER)
    )
    assert ones == twins != others
    assert identifiers.starts(COLUMN, "001") == [ones]
    assert identifiers.starts(OTHER, "001") != [ones]
    configure(identifier_key=SECOND)
    assert identifiers.starts(COLUMN, "001") != [ones]


def test_two_keys_open_and_the_first_seals() -> None:
    before = identifiers.seal(COLUMN, NUMBER)
    configure(identifier_key=SECOND)
    with pytest.raises(Unreadable, match="a key that is not set"):
        identifiers.opened(COLUMN, before)
    configure(old_identifier_key=FIRST)
    assert identifiers.opened(COLUMN, before) == NUMBER
    after = identifiers.seal(COLUMN, NUMBER)
    assert after != before
    assert after.startswith(identifiers.under_first_key())
    assert identifiers.forms(COLUMN, NUMBER) == [after, before]
    configure(old_identifier_key="")
    assert identifiers.opened(COLUMN, after) == NUMBER


def test_the_number_of_a_lock_does_not_change_with_the_key() -> None:
    one = identifiers.lock_number("sms", NUMBER)
    configure(identifier_key=SECOND)
    assert identifiers.lock_number("sms", NUMBER) == one != identifiers.lock_number("web", NUMBER)
    assert -(2**63) <= one < 2**63
