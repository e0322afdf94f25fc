"""Structured logs: one JSON object a line, facts as fields, and never a carer's words or number.

`_drop_personal` is the last line of defence: a field with one of these names, or a value that looks like a telephone
number, is replaced whatever the caller intended.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

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
        "token",
        "matched",
    }
)
_LOOKS_LIKE_NUMBER = re.compile(r"\+?\d[\d\s()-]{8,}\d")


def _drop_personal(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for field, value in event.items():
        if field in PERSONAL_FIELDS:
            event[field] = "[removed]"
        elif isinstance(value, str) and field not in ("timestamp", "exception") and not _is_id(field):
            event[field] = _LOOKS_LIKE_NUMBER.sub("[number]", value)
    return event


def _is_id(field: str) -> bool:
    return field == "id" or field.endswith(("_id", "_sid"))


def configure(level: str) -> None:
    """Set up logging for this process."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    for noisy in ("twilio", "procrastinate", "aiohttp", "psycopg.pool"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _drop_personal,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def get(name: str) -> Any:
    """A logger for one module."""
    return structlog.get_logger(module=name)
