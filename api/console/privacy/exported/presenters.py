"""Everything about one person in plain words, as headings and lines: the same for the page and for the PDF."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api import clock
from api.console.figures.tables.presenters import outcome_title
from api.console.outcomes.presenters import AFTER
from api.console.people.presenters import ROLES
from api.console.presenters import CHANNELS, TASKS, as_dialled, category, count
from api.console.referrals.presenters import TAGS
from api.conversations.languages import service as languages
from api.conversations.rules import Author
from api.privacy.exporting.service import Export, Look, Words
from api.privacy.retention.rules import Action, Rule
from api.referrals.rules import State

type Row = Mapping[str, Any]
NOT_PASSED_ON = (State.REQUESTED,)
ACTIONS: Mapping[str, str] = {
    Action.DELETE: "it is deleted",
    Action.BLANK: "words, names and numbers are taken out; times stay for figures",
}
# Tables of which every row stands in the document in words. Of the others it says how many there are.
IN_WORDS = frozenset(
    {
        "conversations", "messages", "escalations", "escalation_findings", "escalation_events", "escalation_facts",
        "tasks", "referrals", "carer_calls", "staff_calls", "directory_signposts", "learning_consents",
        "survey_answers", "outcomes", "reviews",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """One thing with what there is to say of it."""

    title: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Part:
    """One heading and what stands under it."""

    title: str
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Document:
    """The whole. `first` is for whoever hands it over."""

    title: str
    made: str
    first: list[str]
    about: str
    parts: list[Part]


def document(export: Export, words: Words, rules: Sequence[Rule]) -> Document:
    """Everything in plain words."""
    others = sorted(as_dialled(number) for number in export.found.others)
    listed = f"Other numbers that were given: {', '.join(others)}." if others else "No other number was given."
    parts = [_known_by(export), *(_conversation(export, one) for one in export.rows["conversations"])]
    parts += [_passed_on(export), _looks(export), _kept(rules), Part("Whom to ask", [Item("", [words.ask])])]
    title = "What the Nightlight line holds about you"
    return Document(title, f"Made {day(export.made_at)}.", [*words.first, listed], words.about, parts)


def day(at: datetime | None) -> str:
    """A moment with its day, on a UK clock."""
    if at is None:
        return "not known"
    local = at.astimezone(clock.UK)
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def _known_by(export: Export) -> Part:
    numbers = [as_dialled(number) for number in sorted(export.found.numbers)]
    threads = ["a web chat, or a call with a withheld number"] * len(export.found.threads)
    return Part("By what we know you", [Item("", [*numbers, *threads] or ["Nothing but the conversation itself."])])


def _of(export: Export, table: str, column: str, among: set[UUID]) -> list[Row]:
    return [row for row in export.rows.get(table, ()) if row[column] in among]


def _conversation(export: Export, one: Row) -> Part:
    mine = {one["id"]}
    cases = {row["id"] for row in _of(export, "escalations", "conversation_id", mine)}
    items = [Item("What we kept of it", list(_facts(one)))]
    items += [_message(row) for row in _of(export, "messages", "conversation_id", mine)]
    items += [_call(row) for row in _of(export, "carer_calls", "conversation_id", mine)]
    items += [_case(export, row) for row in _of(export, "escalations", "conversation_id", mine)]
    items += [_nurse_call(row) for row in _of(export, "staff_calls", "escalation_id", cases)]
    items += [_task(row) for row in _of(export, "tasks", "conversation_id", mine)]
    items += [_referral(row) for row in _of(export, "referrals", "conversation_id", mine)]
    items += [_signpost(row) for row in _of(export, "directory_signposts", "conversation_id", mine)]
    items += [_survey(row) for row in _of(export, "survey_answers", "conversation_id", mine)]
    items += [_outcome(row) for row in _of(export, "outcomes", "conversation_id", mine)]
    items += [_review(row) for row in _of(export, "reviews", "conversation_id", mine)]
    items += [_learning(row) for row in _of(export, "learning_consents", "conversation_id", mine)]
    return Part(f"{CHANNELS.get(one['channel'], one['channel'])}, begun {day(one['opened_at'])}", items)


def _facts(one: Row) -> Iterator[str]:
    yield f"The last message was {day(one['last_message_at'])}."
    if one["contact_number"]:
        yield f"Number to ring: {as_dialled(one['contact_number'])}."
    if one["nation"] or one["district"]:
        yield f"Place: {' '.join(filter(None, (one['district'], one['nation'])))}. We keep no more of a postcode."
    if one["language"]:
        yield f"Language that you named or wrote in: {languages.title(one['language'])}."
    if one["opted_out_at"]:
        yield f"You asked for no more texts {day(one['opted_out_at'])}."
    if one["died_at"]:
        yield f"We understood {day(one['died_at'])} that the person you cared for has died."
    if one["blanked_at"]:
        yield f"Its words and numbers were taken out {day(one['blanked_at'])}, because they were old enough."


def _message(row: Row) -> Item:
    who = {Author.CARER: "You", Author.STAFF: "A member of staff"}.get(row["author"], "Nightlight")
    lines = [row["body"] or "(no words)"]
    if row["understood"] and row["understood"].get("intent"):
        lines.append(f"The assistant took it to be about: {str(row['understood']['intent']).replace('_', ' ')}.")
    if row["media_count"]:
        lines.append(f"With {count(row['media_count'], 'picture', 'pictures')}, which we did not keep.")
    return Item(f"{day(row['at'])}: {who}", lines)


def _call(row: Row) -> Item:
    number = as_dialled(row["caller"]) if row["caller"] else "a withheld number"
    way = f"We rang {number}" if row["back_no"] else f"You rang us from {number}"
    return Item(f"{day(row['started_at'])}: a telephone call", [f"{way}. It ended {day(row['ended_at'])}."])


def _case(export: Export, row: Row) -> Item:
    mine = {row["id"]}
    lines = [f"Urgency {row['priority']}: {category(row['category'])}."]
    for found in _of(export, "escalation_findings", "escalation_id", mine):
        heard = f" in “{found['matched']}”" if found["matched"] else ""
        lines.append(f"{day(found['at'])}: recognised {found['title'].lower()}{heard}.")
    for event in _of(export, "escalation_events", "escalation_id", mine):
        note = f" Note: {event['detail']['note']}" if event["detail"].get("note") else ""
        lines.append(f"{day(event['at'])}: {event['kind'].replace('_', ' ')}.{note}")
    for fact in _of(export, "escalation_facts", "escalation_id", mine):
        lines.append(f"{day(fact['at'])}: staff noted about {fact['topic'].replace('_', ' ')}: {fact['words']}")
    return Item(f"{day(row['raised_at'])}: a call for help", lines)


def _nurse_call(row: Row) -> Item:
    seconds = f" You were connected for {row['carer_seconds']} seconds." if row["carer_seconds"] else ""
    return Item(f"{day(row['created_at'])}: our line rang a member of staff about it", [f"It was a call.{seconds}"])


def _task(row: Row) -> Item:
    done = f"Done {day(row['done_at'])}." if row["done_at"] else "Not done yet."
    note = f" Note: {row['note']}" if row["note"] else ""
    return Item(f"{day(row['created_at'])}: {TASKS.get(row['kind'], row['kind'])}", [row["reason"], f"{done}{note}"])


def _referral(row: Row) -> Item:
    lines = [
        f"For: {row['asked_for']}. Name: {row['name']}. Number: {row['number']}. Good time: {row['good_time']}.",
        f"You said yes {day(row['consented_at'])} to this: {row['consent_question']}",
        f"It stands at: {TAGS.get(row['state'], row['state'])}.",
    ]
    return Item(f"You asked to be rung by {row['service_name']}", lines + ([row["note"]] if row["note"] else []))


def _signpost(row: Row) -> Item:
    return Item(f"{day(row['at'])}: services for {row['need'].replace('_', ' ')}", [", ".join(row["service_codes"])])


def _survey(row: Row) -> Item:
    helped, safe = row["helped"] or "no answer", row["safe"] or "no answer"
    return Item(f"{day(row['asked_at'])}: we asked how it was", [f"Did we help: {helped}. Did you feel safe: {safe}."])


def _outcome(row: Row) -> Item:
    if row["recorded_at"] is None:
        return Item(f"{AFTER[row['due']]}: what became of it", ["Nobody has written it down."])
    note = [f"Note: {row['note']}"] if row["note"] else []
    return Item(f"{AFTER[row['due']]}: what became of it", [f"{outcome_title(row['outcome'])}.", *note])


def _review(row: Row) -> Item:
    call = "should have been called" if row["should_have_escalated"] else "did not have to be called"
    note = [f"Note: {row['note']}"] if row["note"] else []
    return Item(f"{day(row['at'])}: a reviewer read it", [f"They found that a nurse {call}.", *note])


def _learning(row: Row) -> Item:
    ended = f" You took it back {day(row['withdrawn_at'])}." if row["withdrawn_at"] else ""
    return Item(f"{day(row['given_at'])}: your words may teach the line", [f"How you said so: {row['how']}.{ended}"])


def _passed_on(export: Export) -> Part:
    sent = [row for row in export.rows.get("referrals", ()) if row["state"] not in NOT_PASSED_ON]
    lines = [f"{row['service_name']}: your name, number and good time, as you agreed." for row in sent]
    lines += [f"The sheet that a team hands over, {day(begun)} to {day(until)}." for begun, until in export.sheets]
    lines.append("Texts and calls went through Twilio, which carries them for us.")
    more = [f"{name.replace('_', ' ')}: {len(rows)}" for name, rows in export.rows.items() if name not in IN_WORDS]
    return Part(
        "Where it went, and what else is kept", [Item("", [*lines, f"Also kept: {'; '.join(more) or 'nothing'}."])]
    )


def _looks(export: Export) -> Part:
    lines = [f"{day(look.at)}: {_who(look)} {look.action.replace('_', ' ')} ({look.subject})." for look in export.looks]
    return Part("Who read it, and who did something with it", [Item("", lines or ["Nobody."])])


def _who(look: Look) -> str:
    if look.actor == "staff":
        return f"a member of staff ({ROLES.get(look.role, 'no longer here')})"
    return "you" if look.actor == "carer" else look.actor.replace(":", " ", 1)


def _kept(rules: Sequence[Rule]) -> Part:
    lines = [
        f"{rule.title}: {rule.days} days, counted from {rule.counted_from}; then {ACTIONS[rule.action]}."
        for rule in rules
        if rule.days is not None and rule.carers
    ]
    return Part("How long it is kept", [Item("", lines)])


def as_json(export: Export) -> str:
    """Every row as it stands, for machines."""
    whole = {
        "made_at": export.made_at,
        "known_by": export.found.known_by,
        "other_numbers": sorted(export.found.others),
        "rows": export.rows,
        "looks": [asdict(look) for look in export.looks],
        "handover_sheets": export.sheets,
    }
    return json.dumps(whole, default=_as_text, ensure_ascii=False, indent=1) + "\n"


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
