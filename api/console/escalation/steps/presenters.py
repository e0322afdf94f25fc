"""What may be done now with one escalation, the next thing first, and whether to ask if it was right to page."""

from dataclasses import dataclass

from api.console.board.service import Known
from api.console.escalation.service import Case
from api.console.presenters import case_url
from api.conversations.carer_calls.rules import CallState
from api.escalations.rules import NOBODY_HAS_IT, State
from api.paging.rules import PageState
from api.people.models import Person


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may be done now. `asks`: it leads to a form; otherwise one press does it. `key`: its shortcut."""

    name: str
    label: str
    url: str
    key: str
    asks: bool = False
    main: bool = False


@dataclass(frozen=True, slots=True)
class Feedback:
    """The question whether it was right to page, for somebody who was paged. `said`: what they said before."""

    url: str
    said: str


def actions(known: Known, person: Person) -> list[Action]:
    """What this person may do, the one that comes next first."""
    one = known.escalation
    url = case_url(None, one.id)
    if one.is_handed_to(person):
        return [_take_over(url), _decline(url)]
    if one.state in NOBODY_HAS_IT:
        return [
            Action("accept", "Accept", f"{url}/accept", "a", main=True),
            *([_decline(url)] if _is_asked(known, person) else []),
            Action("widen", "Page the next now", f"{url}/widen", "w"),
            Action("stand-down", "Stand down", f"{url}/stand-down", "s", asks=True),
        ]
    if one.state == State.RESOLVED:
        return []
    close = Action("resolve", "Close", f"{url}/resolve", "x", asks=True, main=one.state == State.CONTACTED)
    spoken = Action("contacted", "I have spoken with them", f"{url}/contacted", "c", main=True)
    return [*([spoken] if one.state == State.ACCEPTED else []), close, _hand_on(url)]


def colleagues(case: Case) -> list[dict[str, str]]:
    """Who can be asked to come into the call that goes on; nobody, unless a nurse and the carer are on the line."""
    call = case.talk.call
    if call is None or call.state != CallState.CONNECTED or call.nurse_call is None:
        return []
    return [{"value": str(one.id), "text": one.name} for one in case.colleagues if one.id != call.nurse_call.person_id]


def _take_over(url: str) -> Action:
    return Action("accept", "Take over", f"{url}/accept", "a", main=True)


def _decline(url: str) -> Action:
    return Action("decline", "Decline", f"{url}/decline", "d")


def _hand_on(url: str) -> Action:
    return Action("hand-on", "Hand on", f"{url}/hand-on", "h", asks=True)


def _is_asked(known: Known, person: Person) -> bool:
    return any(page.person_id == person.id and page.state == PageState.OPEN for page, _ in known.pages)


def feedback(known: Known, person: Person, said: bool | None) -> Feedback | None:
    """The question whether it was right to page, for whoever was paged and is no longer being asked."""
    mine = [page for page, _ in known.pages if page.person_id == person.id]
    if not mine or mine[-1].state == PageState.OPEN:
        return None
    return Feedback(f"{case_url(None, known.escalation.id)}/feedback", {None: "", True: "yes", False: "no"}[said])
