"""A task in words: what to do, by when, who has it, what was tried, and what may be noted of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.console.conversation import presenters as talk
from api.console.conversation.presenters import TaskRow
from api.console.presenters import Entry, count, length, when
from api.console.tasks.rules import NO_ANSWER, Show
from api.console.tasks.service import Case, Listed
from api.escalations import tasks
from api.escalations.models import TaskEvent
from api.escalations.rules import TaskMove, TaskOutcome
from api.people.models import Person

HERE = "/console/tasks"
SHOWS: dict[str, str] = {
    Show.ALL: "Everything",
    Show.MINE: "Mine",
    Show.FREE: "Nobody has taken it",
    Show.COORDINATOR: "For a coordinator",
}
OUTCOMES: dict[str, str] = {
    TaskOutcome.SPOKE: "I spoke with the carer",
    NO_ANSWER: "No answer: ring again",
    TaskOutcome.NOT_REACHED: "Close it: ringing on would not help",
    TaskOutcome.DONE: "It is done",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the list. `late`: how late it is, in words."""

    task: TaskRow
    due: str
    late: str
    who: str
    tries: str
    for_coordinator: bool


@dataclass(frozen=True, slots=True)
class WorkList:
    """A team's tasks, with how many are late."""

    rows: list[Row]
    summary: str
    alarm: str
    title: str


def work_list(listed: Sequence[Listed], now: datetime) -> WorkList:
    """The list in words."""
    rows = [row(one, now) for one in listed]
    late = sum(bool(one.late) for one in rows)
    alarm = f"{count(late, 'task is', 'tasks are')} past the time by which a carer should have heard." if late else ""
    return WorkList(rows, f"{len(rows)} to do, {late} late", alarm, f"({late} late) To do" if late else "To do")


def row(one: Listed, now: datetime) -> Row:
    """One task in words, as of now."""
    task = one.task
    is_late = task.done_at is None and task.due_at <= now
    left = "" if is_late else f" ({length(task.due_at - now)} left)"
    return Row(
        task=talk.task_row(task, one.conversation.channel, one.escalation_id, now),
        due=f"Due {when(task.due_at, now)}{left}",
        late=f"Late by {length(now - task.due_at)}" if is_late else "",
        who=one.taken_by or "Nobody yet",
        tries=f"Tried {count(task.tries, 'time', 'times')}" if task.tries else "",
        for_coordinator=tasks.is_for_coordinator(task),
    )


def choices(allowed: Sequence[str]) -> list[dict[str, str]]:
    """What may be noted, for the form."""
    return [{"value": code, "text": OUTCOMES[code]} for code in allowed]


def colleagues(case: Case) -> list[dict[str, str]]:
    """Whom it can be handed to, for the form."""
    return [{"value": str(person.id), "text": person.name} for person in case.colleagues]


def history(case: Case, now: datetime) -> list[Entry]:
    """What was done about it, newest first."""
    entries = [Entry(when(event.at, now), _words(event, now), event.kind == TaskMove.LATE) for event in case.events]
    return entries[::-1]


def _words(event: TaskEvent, now: datetime) -> str:
    detail = event.detail
    nurse, note = detail.get("nurse", "Somebody"), f" “{detail['note']}”" if detail.get("note") else ""
    words: dict[str, str] = {
        TaskMove.TAKEN: f"{nurse} has taken it",
        TaskMove.HANDED_ON: f"{nurse} handed it to {detail.get('to', 'a colleague')}",
        TaskMove.NO_ANSWER: f"{nurse} rang and nobody answered. Again at {_again(event, now)}",
        TaskMove.FOR_COORDINATOR: f"Nobody answered {detail.get('tries', 3)} times, so a coordinator must decide",
        TaskMove.LATE: "Its time was over and nobody had done it. The team was told",
        TaskMove.DONE: f"{nurse}: {OUTCOMES.get(detail.get('outcome', ''), 'it is done').lower()}",
    }
    return f"{words.get(TaskMove(event.kind), event.kind)}.{note}"


def _again(event: TaskEvent, now: datetime) -> str:
    again = event.detail.get("again")
    return when(datetime.fromisoformat(again), now) if again else "a time that was not noted"


def is_mine(case: Case, person: Person) -> bool:
    """Whether this person has taken it."""
    return case.listed.task.taken_by_id == person.id
