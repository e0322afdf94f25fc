"""What an import would do, over made-up directories: never anything to a record that is not that feed's."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from api.directory.exchange.rules import Entry, differences, plan, restoration


def entry(code: str, feed: str = "", name: str = "", **more: str) -> Entry:
    fields = {"name": name or code, "confidence": "low", **more}
    return Entry(code, feed, f"id-{code}", f"made-{code}", name or code, "Somebody", frozenset(), fields)


codes = st.sampled_from("abcdef")
feeds = st.sampled_from(["", "north", "south"])
records = st.builds(
    lambda code, feed, name, active: replace(entry(code, feed, name), active=active),
    codes,
    feeds,
    st.sampled_from("abcxyz"),
    st.booleans(),
)
directories = st.lists(records, max_size=6, unique_by=lambda one: one.code)


@given(directories, st.lists(records, max_size=6, unique_by=lambda one: one.code), st.none() | st.frozensets(codes))
def test_only_the_feeds_own_records_are_touched(
    held: list[Entry], read: list[Entry], unread: frozenset[str] | None
) -> None:
    incoming = [replace(one, feed="north", active=True) for one in read]
    found = plan("north", held, incoming, unread and frozenset(f"id-{code}" for code in unread))
    others = {one.code for one in held if one.feed != "north"}
    assert not found.written & others
    assert not {one.code for one in found.retired} & (others | {one.code for one in found.left} | found.written)
    assert len(found.added) + len(found.changed) + len(found.left) + len(found.clashes) == len(incoming)
    assert not (unread is None and found.retired)
    assert all(one.active and one.feed_id not in (unread or ()) for one in found.retired)


@given(directories)
def test_what_was_done_need_not_be_done_again(read: list[Entry]) -> None:
    incoming = [replace(one, feed="north", active=True) for one in read]
    again = plan("north", incoming, incoming, frozenset())
    assert (len(again.left), again.written, again.retired, again.clashes) == (len(incoming), frozenset(), (), ())


def test_codes_of_two_feeds_that_are_the_same_are_in_each_others_way() -> None:
    found = plan("north", [entry("a", "south")], [entry("a", "north", "b")], frozenset())
    assert [(one.entry.feed, one.other.feed) for one in found.clashes] == [("north", "south")]
    assert found.written == frozenset()


def test_what_staff_have_verified_is_only_taken_back_when_something_else_changes() -> None:
    held = entry("a", "north", confidence="high")
    same = plan("north", [held], [entry("a", "north")], frozenset())
    assert (len(same.left), same.changed) == (1, ())
    (changed,) = plan("north", [held], [entry("a", "north", url="x")], frozenset()).changed
    assert [(one.field, one.old, one.new) for one in changed.changes] == [
        ("confidence", "high", "low"),
        ("url", "", "x"),
    ]


def test_a_field_that_is_gone_is_a_change() -> None:
    assert [one.field for one in differences({"a": "1", "b": "2"}, {"a": "1"})] == ["b"]


@given(directories, directories)
def test_putting_back_changes_nothing_that_is_there(held: list[Entry], read: list[Entry]) -> None:
    found = restoration(held, read)
    assert found.written == {one.code for one in read} - {one.code for one in held}
    assert (found.changed, found.retired) == ((), ())
    assert len(found.added) + len(found.left) + len(found.clashes) == len(read)
