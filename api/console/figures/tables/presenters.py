"""A report as sections of tables, in words."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from api.console.board.presenters import OUTCOMES
from api.console.directory.presenters import need
from api.console.figures.charts.rules import Kind
from api.console.figures.counts.presenters import Counts, largest_first
from api.console.figures.presenters import (
    NO_CASE,
    NO_TIME,
    NOT_SHOWN,
    Fact,
    Linked,
    Row,
    Section,
    Table,
    day,
    number,
    share,
    taken,
    value,
)
from api.console.presenters import CHANNELS, brief, category, urgency
from api.conversations.aftercare.outcomes import service as outcomes
from api.conversations.aftercare.outcomes.rules import Due
from api.conversations.languages import service as languages
from api.conversations.rules import AskOutcome
from api.reporting.hiding.rules import Cell, Hidden, Portion
from api.reporting.service import Clock, Equity, Report, targets
from api.triage.rules import Priority

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NOT_KNOWN = "Not known"
ASKS: dict[str, str] = {
    AskOutcome.YES: "Yes, please",
    AskOutcome.NO: "No",
    AskOutcome.CANNOT_TALK: "No good time to talk, so a nurse was paged",
    AskOutcome.UNANSWERED: "No answer, so a nurse was paged or somebody asked to ring",
    AskOutcome.OVERTAKEN: "Another message called for a nurse first",
    "": "Still open",
}
RATES = {
    "answered": "First answer in time",
    "accepted": "Call for help accepted in time",
    "missed": "Something was not understood",
    "called": "A nurse was called for",
    "handed": "Passed to a person to answer",
}
CLOCKS = {
    "paged": "Until the first page",
    "accepted": "Until acceptance",
    "contacted": "Until somebody spoke with them",
}
AFTER: dict[str, str] = {Due.DAY: "after 24 hours", Due.WEEK: "after 7 days"}


def sections(report: Report, linked: Linked) -> list[Section]:
    """All of it."""
    found = [_contacts(report, linked), _soon(report, linked), _calls(report, linked), _told(report)]
    return [*found, _short(report), _fair(report), _after(report)]


def _channel(code: str) -> str:
    return CHANNELS.get(code, code)


def _district(code: str) -> str:
    return code or NOT_KNOWN


def _priority(code: str) -> str:
    return f"{code} {urgency(code).words}" if code in list(Priority) else code


def _contacts(report: Report, linked: Linked) -> Section:
    made, one = Counts(report), report.contacts
    needs = sorted(one.needs.items(), key=lambda pair: (-(value(pair[1]) or 0), pair[0]))
    tables = [
        made.table("days", "Contacts by day", "Day", one.by_day, day, chart=Kind.LINE,
                   short=lambda key: f"{key.day} {key:%b}"),
        made.table("hours", "Contacts by hour of the day", "From", one.by_hour, lambda key: f"{key:02}:00",
                   url=lambda key: linked(kind="contacts", hour=key), short=lambda key: f"{key:02}"),
        made.table("weekdays", "Contacts by day of the week", "Day", one.by_weekday, WEEKDAYS.__getitem__,
                   url=lambda key: linked(kind="contacts", weekday=key), short=lambda key: WEEKDAYS[key][:3]),
        made.table("channels", "Contacts by channel", "Channel", one.by_channel, _channel,
                   url=lambda key: linked(kind="contacts", channel=key)),
        made.table("new", "New carers and carers who came back", "Carer", one.by_newness,
                   lambda key: "Came back" if key else "New",
                   url=lambda key: linked(kind="contacts", returning=int(key)),
                   note="New is whoever had not come before on this channel."),
        Table("needs", "Contacts by need", ("Need", "Contacts"),
              [Row(need(code), [number(shown, report.fewest)], linked(kind="contacts", need=code))
               for code, shown in needs],
              "One contact may have several needs, so these do not add up to all contacts."),
        made.table("areas", "Contacts by area", "Postcode district", largest_first(one.by_district), _district,
                   url=lambda key: linked(kind="contacts", district=key or "none"), chart=None),
        made.table("languages", "Contacts by language", "Language", largest_first(one.by_language), languages.title,
                   url=lambda key: linked(kind="contacts", language=key or "none"), chart=None, note=_LANGUAGE),
    ]  # fmt: skip
    return Section("contacts", "How often carers came", tables)


def _soon(report: Report, linked: Linked) -> Section:
    within = ", ".join(f"{_channel(code)} {seconds:g} s" for code, seconds in report.answer_within.items())
    accept, contact = targets()
    head = ("Half within", "9 in 10 within", "In time")
    clocks = report.calls.clocks
    return Section(
        "soon",
        "How soon",
        [
            Table("answers", "Time to the first answer", ("Channel", "Contacts", *head),
                  list(_clock(report.answers, report.fewest, _channel)),
                  f"From the carer's first message to our first words. Promised within: {within}."),
            Table("paged", "From danger recognised to the first page", ("Priority", "Calls", *head[:2]),
                  list(_clock(clocks["paged"], report.fewest, _priority))),
            Table("accepted", "From danger recognised to acceptance", ("Priority", "Calls", *head, "Target"),
                  list(_clock(clocks["accepted"], report.fewest, _priority, accept, linked)), _IN_TIME),
            Table("contacted", "From danger recognised to somebody speaking with the carer",
                  ("Priority", "Calls", *head, "Target"),
                  list(_clock(clocks["contacted"], report.fewest, _priority, contact)), _IN_TIME),
        ],
    )  # fmt: skip


_IN_TIME = (
    "In time: those that met the target, of all that met it or whose time for it is over. What was closed before that "
    "without it does not count. Targets: data/triage/priorities.yml. A call that became more urgent counts under the "
    "most urgent, from its beginning."
)


def _clock(
    one: Clock, fewest: int, words: Callable[[str], str], target: Mapping[str, timedelta] | None = None,
    linked: Linked | None = None,
) -> Iterator[Row]:  # fmt: skip
    shown = one.n.shown or {}
    for key, n in shown.items():
        times = one.times.get(key)
        cells = [number(n, fewest), *(_times(times.half, times.most, n) if times else (NO_TIME, NO_TIME))]
        if one.in_time is not None:
            cells.append(_part(n, one.in_time.parts, key))
        if target is not None:
            cells.append(brief(target[key]))
        yield Row(words(key), cells, linked(kind="calls", priority=key, late=1) if linked else "")
    whole = [number(one.n.total, fewest), taken(one.whole.half), taken(one.whole.most)]
    whole += [share(one.in_time.whole)] if one.in_time is not None else []
    yield Row("All", [*whole, ""] if target is not None else whole)


def _times(half: float | None, most: float | None, n: Cell) -> tuple[str, str]:
    return (NO_TIME, NO_TIME) if isinstance(n, Hidden) else (taken(half), taken(most))


def _calls(report: Report, linked: Linked) -> Section:
    made, one = Counts(report), report.calls
    tables = [
        made.table("priorities", "Calls for help by priority", "Priority", one.by_priority, _priority, of="Calls",
                   url=lambda key: linked(kind="calls", priority=key), short=str),
        made.table("categories", "Calls for help by what was wrong", "Category", largest_first(one.by_category),
                   category, of="Calls", url=lambda key: linked(kind="calls", category=key), chart=None),
        made.table("outcomes", "How calls for help ended", "Outcome", largest_first(one.by_outcome),
                   lambda key: OUTCOMES.get(key, key) if key else "Still open", of="Calls", chart=None),
    ]  # fmt: skip
    wrong, reviewed = (
        _of(share(some, True), some.n, report.fewest) for some in (one.wrong_to_page, report.aftercare.reviewed_false)
    )
    facts = [
        Fact("Carers who did not feel safe waiting", number(one.cannot_wait, report.fewest),
             linked(kind="calls", cannot_wait=1)),
        Fact("Calls for which everybody on call was tried and nobody answered", number(one.used_up, report.fewest),
             linked(kind="calls", used_up=1)),
        Fact("Pages that could not be delivered", number(one.pages_failed, report.fewest)),
        Fact("False pages, as those who were paged say", wrong, linked(kind="calls", wrong=1)),
        Fact("False pages, as reviewers say", reviewed),
    ]  # fmt: skip
    return Section("calls", "Calls for help", tables, facts)


def _of(words: str, n: Cell, fewest: int) -> str:
    return f"{words} of {number(n, fewest)} judged" if n else "nobody has judged one"


def _told(report: Report) -> Section:
    made, title = Counts(report), "Carers asked whether they need a nurse, and what became of it"
    asks = made.table("asks", title, "Answer", report.asks.by_outcome, lambda key: ASKS[key], of="Asked", chart=None)
    told, found, is_open = report.signposts.number, report.signposts.found, report.signposts.is_open
    rows = [
        Row(need(code), [number(n, report.fewest), _part(n, found.parts, code), _part(n, is_open.parts, code)])
        for code, n in (largest_first(told).shown or {}).items()
    ]
    whole = Row("All", [number(told.total, report.fewest), share(found.whole), share(is_open.whole)])
    signposts = Table(
        "signposts", "Services that carers were told of", ("Need", "Times", "Something met the need", "Open when told"),
        [*rows, whole], "Open when told: of those whose hours are known, one of the named services was open then.",
    )  # fmt: skip
    return Section("told", "What carers were asked and told", [asks, signposts])


def _part(n: Cell, parts: Mapping[str, Portion] | None, key: str) -> str:
    """The share of a part of `n` cases. Beside a hidden number none: its bound would tell the number."""
    if isinstance(n, Hidden):
        return NOT_SHOWN
    one = (parts or {}).get(key)
    return share(one) if one is not None else NO_CASE


def _short(report: Report) -> Section:
    few, rates, texts = report.fewest, report.rates, report.contacts.undelivered
    shares = [(RATES[code], rates[code].by_channel.whole) for code in ("missed", "handed", "called")]
    facts = [Fact(f"Contacts: {words.lower()}", share(one, True)) for words, one in shares]
    facts += [
        Fact("Texts to carers that did not arrive", number(texts.total, few)),
        Fact("Of these, texts that matter for safety", number((texts.shown or {}).get(True, Hidden.WITHHELD), few)),
        Fact("Telephone calls that ended before anybody spoke with the carer", number(report.missed_calls, few)),
    ]
    return Section("short", "Where we fell short", [], facts)


_LANGUAGE = "A language counts when the carer named it, for themselves or whom they care for, or wrote in it."


def _fair(report: Report) -> Section:
    note = "In brackets the 95% interval (Wilson): where two do not overlap, the difference is hardly chance."
    head = tuple(RATES.values())
    channels = _equity(report.rates, lambda one: one.by_channel.parts, _channel)
    districts = _equity(report.rates, lambda one: one.by_district.parts, _district)
    spoken = _equity(report.rates, lambda one: one.by_language.parts, languages.title)
    return Section("fair", "Whom we serve less well", [
        Table("fair_channels", "Rates by channel", ("Channel", *head), channels, note),
        Table("fair_areas", "Rates by area", ("Postcode district", *head), districts, note),
        Table("fair_languages", "Rates by language", ("Language", *head), spoken, f"{note} {_LANGUAGE}"),
    ])  # fmt: skip


def _equity(
    rates: Mapping[str, Equity], of: Callable[[Equity], Mapping[str, Portion] | None], words: Callable[[str], str]
) -> list[Row]:
    found = [of(rates[code]) for code in RATES]
    keys = sorted({key for one in found if one is not None for key in one})
    return [Row(words(key), [_rate(one, key) for one in found]) for key in keys]


def _rate(parts: Mapping[str, Portion] | None, key: str) -> str:
    if parts is None or key not in parts:
        return NO_CASE if parts is not None else "not shown"
    return share(parts[key], interval=True)


def _after(report: Report) -> Section:
    made, one = Counts(report), report.aftercare
    answers = {"yes": "Yes", "partly": "Partly", "no": "No", "": "No answer"}
    tables = [
        made.table(code, title, "Answer", found, lambda key: answers[key], of="Carers", chart=None)
        for code, title, found in (
            ("helped", "Did this help?", one.helped),
            ("safe", "Do you feel safe now?", one.safe),
        )
    ]
    for due, shown in one.outcomes.items():
        title = f"How it was {AFTER[due]}"
        table = made.table(f"after_{due}", title, "Outcome", shown, outcome_title, of="Carers", chart=None)
        tables.append(table)
    return Section("after", "What came afterwards", tables)


def outcome_title(code: str) -> str:
    """As data/outcomes.yml calls it. Whatever the file does not have any more keeps its own word."""
    word = outcomes.wanted().words.get(code)
    return word.title if word else code.replace("_", " ").capitalize() or "Not recorded"
