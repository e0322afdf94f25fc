"""Structured logs: one JSON object a line, facts as fields, and never a carer's words or number.

What libraries log goes the same way. `_drop_personal` is the last line of defence: a field with one of these names, or
a value that looks like a telephone number, is replaced whatever the caller intended. Of an error we keep its type and
where it happened, and its message only if it is one of ours: a database quotes whole rows in its messages.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from types import TracebackType
from typing import Any

import structlog

from api.errors import NightlightError

PERSONAL_FIELDS = frozenset(
    {
        "body",
        "text",
        "words",
        "number",
        "phone",
        "address",
        "contact_number",
        "email",
        "name",
        "password",
        "secret",
        "cookie",
        "invitation",
        "token",
        "matched",
    }
)
_LOOKS_LIKE_NUMBER = re.compile(r"[+(]{0,2}\d[\d\s()-]{8,}\d")
_NOISY = ("twilio", "procrastinate", "aiohttp", "psycopg.pool")
_NO_HANDLERS_OF_THEIR_OWN = ("uvicorn", "uvicorn.error")


class _Ours(logging.Handler):
    """The one handler of this process: the error stream, whatever that is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line. One that cannot be written is lost: the library's own report would quote what it held."""
        with suppress(Exception):
            sys.stderr.write(self.format(record) + "\n")


def _drop_personal(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    return {field: _without_personal(field, value) for field, value in event.items()}


def _without_personal(field: str, value: Any) -> Any:
    if field in PERSONAL_FIELDS:
        return "[removed]"
    if isinstance(value, dict):
        return {key: _without_personal(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_personal(field, inner) for inner in value]
    if isinstance(value, str) and field != "timestamp" and not _is_id(field):
        return _LOOKS_LIKE_NUMBER.sub("[number]", value)
    return value


def _is_id(field: str) -> bool:
    return field == "id" or field.endswith(("_id", "_sid"))


def _first_line(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Of what a library says, the first line: the others quote what it was working on."""
    return {**event, "event": str(event["event"]).partition("\n")[0]}


def _add_where(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Instead of an error: its type, and where it came from."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["exception"] = list(_chain(error))
    return event


def _chain(error: BaseException) -> Iterator[str]:
    """The error and whatever led to it, the newest first, each followed by its places, the innermost last."""
    message = f": {error.detail}" if isinstance(error, NightlightError) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{message}"
    yield from _places(error.__traceback__)
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _chain(part)
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _chain(earlier)


def _places(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"


_FINISH: list[Any] = [
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _add_where,
    _drop_personal,
    structlog.processors.JSONRenderer(default=str),
]


def configure(level: str) -> None:
    """Set up logging for this process. `level` is for our own lines; libraries speak from WARNING on."""
    _speak(level)
    _take_in_libraries()


def _speak(level: str) -> None:
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, *_FINISH],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _take_in_libraries() -> None:
    handler = _Ours()
    beginning: list[Any] = [structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _first_line]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=beginning,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_FINISH],
        )
    )
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    for earlier in [one for one in root.handlers if isinstance(one, _Ours)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _NO_HANDLERS_OF_THEIR_OWN:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True


def get(name: str) -> Any:
    """A logger for one module."""
    return structlog.get_logger(module=name)


_speak("INFO")  # Whoever forgets `configure` must not get the library's own lines, which show what variables hold.
