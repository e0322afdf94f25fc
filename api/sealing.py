"""Sealing what must be kept and read again: nobody without the key reads or changes it.

For the secrets of second factors, which are rows, and for what a browser carries for us for a few minutes. The keys are
settings: the first seals, both open.
"""

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from api import clock, settings


def _key(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))


def secrets() -> list[str]:
    """The keys as they are set, the one that seals first."""
    wanted = settings.get()
    return [key.get_secret_value() for key in (wanted.seal_key, wanted.old_seal_key) if key and key.get_secret_value()]


def _keys() -> MultiFernet:
    found = secrets()
    if not found:
        raise RuntimeError("NIGHTLIGHT_SEAL_KEY is not set")
    return MultiFernet([_key(secret) for secret in found])


def seal(what: dict[str, Any]) -> str:
    """Something sealed, as text that is safe in a form, a cookie and a column."""
    return _keys().encrypt_at_time(json.dumps(what).encode(), int(clock.now().timestamp())).decode()


def opened(sealed: str, seconds: int | None = None) -> dict[str, Any] | None:
    """What was sealed, if it was we who sealed it (and no longer than so many seconds ago); None otherwise."""
    try:
        raw = (
            _keys().decrypt(sealed.encode())
            if seconds is None
            else _keys().decrypt_at_time(sealed.encode(), seconds, int(clock.now().timestamp()))
        )
    except (InvalidToken, TypeError, UnicodeEncodeError):
        return None
    found: dict[str, Any] = json.loads(raw)
    return found
