"""The list of calls as Twilio's API answers it: newest first, filtered, a page at a time.

Source: Twilio's OpenAPI description (npm `@twilio/cli-core`, `twilio_api_v2010.json`), `ListCall`, which a test checks.
A moment without a clock time is a day in UTC, and `>` and `<` include it, as they do at Twilio.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from api.clients.pretend_call_forms import PassedCall, call_as_json
from api.clients.pretend_forms import API_VERSION
from api.clients.pretend_refusals import Refused

_PAGE_SIZE, _LARGEST_PAGE = 50, 1000
_PAGING = ("Page", "PageSize", "PageToken")


def list_as_json(calls: Iterable[PassedCall], account_sid: str, query: Mapping[str, str]) -> dict[str, Any]:
    """One page of the calls that the query asks for. Raises Refused for a query that cannot be read."""
    size, page = _whole(query, "PageSize", _PAGE_SIZE, 1, _LARGEST_PAGE), _whole(query, "Page", 0, 0, 1_000_000)
    found = [call for call in reversed(list(calls)) if _matches(call, query)]
    start = page * size
    some = found[start : start + size]
    path = f"/{API_VERSION}/Accounts/{account_sid}/Calls.json"
    asked = {name: value for name, value in query.items() if name not in _PAGING} | {"PageSize": str(size)}

    def uri(number: int, token: str = "") -> str:
        more = {"PageToken": token} if token else {}
        return f"{path}?{urlencode(asked | {'Page': str(number)} | more)}"

    return {
        "calls": [call_as_json(call, account_sid) for call in some],
        "start": start,
        "end": max(start, start + len(some) - 1),
        "page": page,
        "page_size": size,
        "uri": uri(page),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(page - 1, f"PB{some[0].sid}") if page and some else None,
        "next_page_uri": uri(page + 1, f"PA{some[-1].sid}") if start + size < len(found) else None,
    }


def _whole(query: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = query.get(name, str(default))
    if not (value.isdigit() and least <= int(value) <= most):
        raise Refused(400, 20001, f"{name} is out of range: {value}")
    return int(value)


def _matches(call: PassedCall, query: Mapping[str, str]) -> bool:
    is_so = {
        "To": call.to,
        "From": call.sender,
        "Status": call.status,
        "ParentCallSid": call.parent.sid if call.parent else "",
    }
    if any(name in query and query[name] != value for name, value in is_so.items()):
        return False
    started = None if call.status == "queued" else call.at
    return _in_time(started, query, "StartTime") and _in_time(call.ended_at, query, "EndTime")


def _in_time(moment: datetime | None, query: Mapping[str, str], name: str) -> bool:
    for sign in ("", "<", ">"):
        if f"{name}{sign}" not in query:
            continue
        if moment is None:
            return False
        first, last = _span(f"{name}{sign}", query[f"{name}{sign}"])
        if (sign != "<" and moment < first) or (sign != ">" and moment >= last):
            return False
    return True


def _span(name: str, value: str) -> tuple[datetime, datetime]:
    """The first moment that a value means, and the first one after it."""
    try:
        if len(value) == len("2026-11-26"):
            first = datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
            return first, first + timedelta(days=1)
        first = datetime.fromisoformat(value)
    except ValueError as error:
        raise Refused(400, 20001, f"{name} is no time: {value}") from error
    first = (first if first.tzinfo else first.replace(tzinfo=UTC)).replace(microsecond=0)
    return first, first + timedelta(seconds=1)
