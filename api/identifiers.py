"""Direct identifiers as they are kept: the same value of the same column is always the same text under one key.

So equality and unique indexes go on working, and nobody without the key reads a value or makes one (AES-SIV, RFC 5297,
with the column's name as associated data). What it gives away all the same is in docs/decisions/0010.

A kept value is `sealed:<key>:<ending>:<text>`: which key sealed it; a mark that values with the same last characters
share, where a column is searched by those; and what is sealed, in URL-safe base64.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api import settings
from api.errors import NightlightError

PREFIX = "sealed:"
ENDING = 3  # Characters. A list shows no more of a number, so nobody knows more of it to search for.
_DEMO = "demo-identifier-key"  # On a developer's machine that has no key. Production does not start without one.
_PARTS = 4


class Unreadable(NightlightError):
    """A kept value does not open. The message names its column and never quotes it."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key, ready to use. `name` says in a kept value which one sealed it, and nothing about the key."""

    name: str
    siv: AESSIV
    marks: bytes


@lru_cache(maxsize=8)
def _key(secret: str) -> Key:
    raw = _derived(secret, b"nightlight identifiers", 64)
    name = _derived(secret, b"nightlight identifiers: name", 4).hex()
    return Key(name, AESSIV(raw), _derived(secret, b"nightlight identifiers: endings", 32))


def _derived(secret: str, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=purpose).derive(secret.encode())


def keys() -> tuple[Key, ...]:
    """The keys that open; the first of them seals."""
    wanted = settings.get()
    secrets = [one.get_secret_value() for one in (wanted.identifier_key, wanted.old_identifier_key) if one]
    return tuple(map(_key, filter(None, secrets))) or (_key(_DEMO),)


def seal(column: str, value: str, *, with_ending: bool = False, key: Key | None = None) -> str:
    """A value of this column as it is kept, under the key that seals. An empty one stays empty."""
    if not value:
        return value
    key = key or keys()[0]
    mark = _mark(key, column, value) if with_ending else ""
    sealed = key.siv.encrypt(value.encode(), [column.encode()])
    return f"{PREFIX}{key.name}:{mark}:{base64.urlsafe_b64encode(sealed).decode()}"


def forms(column: str, value: str, *, with_ending: bool = False) -> list[str]:
    """Every text under which a value of this column may be kept: one for each key that opens."""
    return [seal(column, value, with_ending=with_ending, key=key) for key in keys()]


def opened(column: str, kept: str) -> str:
    """The value out of what is kept. A text that was never sealed is its own value: a call for help goes on with it.

    Raises Unreadable when it was changed, is another column's, or no key of ours opens it.
    """
    if not kept.startswith(PREFIX):
        return kept
    parts = kept.split(":")
    key = next((one for one in keys() if len(parts) == _PARTS and one.name == parts[1]), None)
    if key is None:
        raise Unreadable(f"A value of {column} was sealed with a key that is not set.")
    try:
        value = key.siv.decrypt(base64.urlsafe_b64decode(parts[3]), [column.encode()]).decode()
    except (InvalidTag, ValueError):
        raise Unreadable(f"A value of {column} does not open: it was changed, or stands in the wrong place.") from None
    if parts[2] and parts[2] != _mark(key, column, value):
        raise Unreadable(f"A value of {column} does not open: the mark of its ending was changed.")
    return value


def starts(column: str, ending: str) -> list[str]:
    """How kept values of this column begin whose last `ENDING` characters are these, under each key that opens."""
    return [f"{PREFIX}{key.name}:{_mark(key, column, ending)}:" for key in keys()]


def under_first_key() -> str:
    """How values begin that the key that seals has sealed."""
    return f"{PREFIX}{keys()[0].name}:"


def lock_number(*parts: str) -> int:
    """The number of an advisory lock that is the same whichever key seals."""
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


def _mark(key: Key, column: str, value: str) -> str:
    """Figures and letters a to f, so that LIKE takes none of it for a sign. Without a key it says nothing."""
    said = f"{column}\n{value[-ENDING:]}".encode()
    return hmac.digest(key.marks, said, "sha256")[:4].hex()
