"""A handover sheet in words: the same sections for the page and for the PDF."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.console.board.presenters import TAGS, outcome
from api.console.presenters import CHANNELS, TASKS, category, count, rung, urgency, when
from api.escalations.rules import Event, State
from api.handovers.models import Handover, HandoverCorrection, HandoverRead
from api.people.models import Person
from api.switches.rules import TITLES

HERE = "/console/handovers"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to hand over. `said`: the carer's own words. `alarm`: something went wrong, or is still open."""

    title: str
    lines: list[str]
    said: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a sheet. `empty`: what is said when there is nothing in it."""

    code: str
    title: str
    items: list[Item]
    empty: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole sheet."""

    id: str
    title: str
    made: str
    summary: str
    sections: list[Section]
    added: list[str]
    read_by: list[str]
    is_read_by_me: bool
    chased: str


@dataclass(frozen=True, slots=True)
class Row:
    """One sheet of the list."""

    url: str
    title: str
    summary: str
    tag: str
    style: str


def title(one: Handover, now: datetime) -> str:
    """From when until when, as the list and the page name a sheet."""
    return f"{when(one.from_at, now)} to {when(one.until_at, now)}"


def row(one: Handover, reads: Sequence[HandoverRead], now: datetime) -> Row:
    """A sheet of the list in words."""
    by = [read.person.name for read in reads if read.handover_id == one.id]
    tag = f"Read by {', '.join(by)}" if by else "Nobody has read it"
    style = "accepted" if by else "unreached" if one.chased_at else "waiting"
    return Row(f"{HERE}/{one.id}", title(one, now), summary(one.sheet), tag, style)


def sheet(
    one: Handover,
    reads: Sequence[HandoverRead],
    corrections: Sequence[HandoverCorrection],
    maker: str,
    person: Person,
    now: datetime,
) -> Sheet:
    """A whole sheet in words."""
    return Sheet(
        id=str(one.id),
        title=title(one, now),
        made=f"Made {when(one.made_at, now)} by {maker}. {_stays(one.sheet)}",
        summary=summary(one.sheet),
        sections=list(sections(one.sheet, one.until_at)),
        added=[f"{added.person.name}, {when(added.at, now)}: {added.words}" for added in corrections],
        read_by=[f"{read.person.name}, {when(read.at, now)}" for read in reads],
        is_read_by_me=any(read.person_id == person.id for read in reads),
        chased=f"Nobody had read it, so a reminder went out {when(one.chased_at, now)}." if one.chased_at else "",
    )


def _stays(facts: dict[str, Any]) -> str:
    """Nothing on it is changed, but that the law may want a carer's part of it gone."""
    erased = facts.get("erased", 0)
    gone = (
        f" {count(erased, 'entry was', 'entries were')} erased since, because the carer asked for it." if erased else ""
    )
    return f"It stays as it was made; what is added stands at its end.{gone}"


def summary(facts: dict[str, Any]) -> str:
    """The whole night in a line."""
    calls = facts["escalations"]
    still = sum(call["state"] != State.RESOLVED for call in calls)
    parts = [
        f"{count(len(calls), 'call', 'calls')} for help, {still} still open",
        count(len(facts["conversations"]), "conversation held", "conversations held"),
        f"{count(len(facts['tasks']), 'task', 'tasks')} not done",
        count(len(facts["deaths"]), "death", "deaths"),
    ]
    return "; ".join(parts) + "."


def sections(facts: dict[str, Any], until: datetime) -> Iterator[Section]:
    """The parts of a sheet. Times are told as of the end of the night."""
    calls = [_call(one, until) for one in facts["escalations"]]
    yield Section("calls", "Calls for help", calls, "No carer called for help.")
    deaths = [_death(one, until) for one in facts["deaths"]]
    yield Section("deaths", "Deaths that we heard of", deaths, "We heard of no death.")
    talks = [_talk(one, until) for one in facts["conversations"]]
    yield Section("talks", "Conversations that people hold", talks, "Nobody holds a conversation.")
    others = [_other(one, until) for one in facts["others"]]
    yield Section("others", "Other conversations still open", others, "No other conversation of the night is open.")
    todo = [_task(one, until) for one in facts["tasks"]]
    yield Section("tasks", "Not done yet", todo, "Everything is done.")
    switched = [_switch(one, until) for one in facts["switches"]]
    yield Section("switched", "What was switched", switched, "Nothing was switched.")


def _at(iso: str | None, until: datetime) -> str:
    return when(datetime.fromisoformat(iso), until) if iso else ""


def _call(one: dict[str, Any], until: datetime) -> Item:
    still_open = [] if one["state"] == State.RESOLVED else [f"STILL OPEN: {TAGS[one['state']].lower()}."]
    return Item(
        title=f"{one['priority']} {urgency(one['priority']).words}: {category(one['category'])}",
        said=[f"{_at(said['at'], until)} “{said['words']}”" for said in one["said"]],
        lines=list(_course(one, until)),
        alarms=still_open + [_alarm(alarm, until) for alarm in one["alarms"]],
        url=f"/console/escalations/{one['id']}",
    )


def _course(one: dict[str, Any], until: datetime) -> Iterator[str]:
    nurse = one["nurse"] or "Nobody"
    yield f"Came by {CHANNELS[one['channel']].lower()} at {_at(one['raised_at'], until)}."
    if one["accepted_at"]:
        yield f"Taken by {nurse} at {_at(one['accepted_at'], until)}."
    if one["contacted_at"]:
        yield f"Spoken with at {_at(one['contacted_at'], until)}."
    if one["resolved_at"]:
        yield f"Closed at {_at(one['resolved_at'], until)}: {outcome(one['outcome'])}. {one['note']}".strip()
        told = "The carer was told what to do if anything changes." if one["carer_told"] else "The carer was NOT told."
        yield f"Safety-net: {one['safety_net']} {told}" if one["safety_net"] else f"Safety-net: {told}"


def _alarm(one: dict[str, Any], until: datetime) -> str:
    at = _at(one["at"], until)
    words: dict[str, str] = {
        Event.LADDER_USED_UP: "everyone on call was tried and nobody answered",
        Event.RUNG_SKIPPED: f"nobody who can be paged was down as {rung(one.get('rung', ''))}",
        Event.PAGE_FAILED: f"the page to {one.get('nurse', 'somebody')} could not be delivered",
        Event.ACCEPT_LATE: "nobody accepted within the target time",
        Event.PAGE_TOO_LATE: f"the page to {one.get('nurse', 'somebody')} was held up on our side",
        Event.HAND_ON_LATE: f"{one.get('to', 'a colleague')} had not answered in time when asked to take over",
        Event.CONTACT_LATE: f"{one.get('nurse', 'whoever accepted')} had not noted that they spoke with the carer",
    }
    return f"{at}: {words.get(one['kind'], str(one['kind']).replace('_', ' '))}."


def _death(one: dict[str, Any], until: datetime) -> Item:
    lines = [f"Heard by {CHANNELS[one['channel']].lower()} at {_at(one['at'], until)}."]
    return Item("The person cared for has died", lines, url=f"/console/conversations/{one['id']}")


def _talk(one: dict[str, Any], until: datetime) -> Item:
    heard = [f"The carer was last heard from at {_at(one['heard_at'], until)}."]
    waits = ["The carer has no answer yet."] if one["carer_waits"] else []
    name = one["held_by"] or "A colleague"
    return Item(
        f"{name}, by {CHANNELS[one['channel']].lower()}", heard, alarms=waits, url=f"/console/conversations/{one['id']}"
    )


def _other(one: dict[str, Any], until: datetime) -> Item:
    heard = f"{CHANNELS[one['channel']]}, last heard from at {_at(one['heard_at'], until)}"
    return Item(heard, ["The assistant answers there."], url=f"/console/conversations/{one['id']}")


def _task(one: dict[str, Any], until: datetime) -> Item:
    due = f"Due {_at(one['due_at'], until)}. Taken by: {one['taken_by'] or 'nobody yet'}."
    tried = [f"Rung {count(one['tries'], 'time', 'times')} without an answer."] if one["tries"] else []
    return Item(
        title=f"{one['priority']} {TASKS.get(one['kind'], one['kind'])}",
        lines=[one["reason"], due, *tried],
        alarms=["It is late."] if one["late"] else [],
        url=f"/console/tasks/{one['id']}",
    )


def _switch(one: dict[str, Any], until: datetime) -> Item:
    ends = "still on, until" if one["on"] else "to"
    lines = [f"{_at(one['set_at'], until)} {ends} {_at(one['ends_at'], until)}. {one['reason']}"]
    return Item(TITLES.get(one["kind"], one["kind"]), lines, alarms=["Still on."] if one["on"] else [])
