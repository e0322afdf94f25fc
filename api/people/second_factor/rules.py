"""The second factor, purely: which code is right at a moment (RFC 6238), and how codes are written."""

import hmac
import secrets
from datetime import datetime

import pyotp

SECONDS = 30  # How long one code lasts.
EITHER_SIDE = 1  # Codes before and after the present one that are taken as well: telephones' clocks differ.
RECOVERY_CODES = 8
FEW_LEFT = 3  # From here on the person is told to make new ones.
ISSUER = "Nightlight"
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # None that is taken for another when it is read off paper.
_GROUPS, _GROUP = 3, 5


def new_secret() -> str:
    """A secret of 160 bits, as authenticator apps want it (base32)."""
    return pyotp.random_base32()


def address(secret: str, email: str) -> str:
    """What the picture says to an authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, typed: str, now: datetime, last_step: int | None) -> int | None:
    """The 30 seconds to which this code belongs. None: it is wrong, out of date, or has been used.

    `last_step`: those of the last code that was taken. It and all before it are never taken again.
    """
    code, step = "".join(typed.split()), int(now.timestamp()) // SECONDS
    for near in range(step - EITHER_SIDE, step + EITHER_SIDE + 1):
        right = pyotp.TOTP(secret).at(near * SECONDS)
        if hmac.compare_digest(right.encode(), code.encode()) and (last_step is None or near > last_step):
            return near
    return None


def new_recovery_codes() -> list[str]:
    """Codes to be kept on paper, each of some 74 bits: `k7mpa-x2wqd-9ehtr`."""
    return ["-".join(_group() for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)]


def _group() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(_GROUP))


def tidy(typed: str) -> str:
    """A recovery code as it was made, however it was typed."""
    signs = "".join(char for char in typed.lower() if char in _SIGNS)
    return "-".join(signs[at : at + _GROUP] for at in range(0, len(signs), _GROUP))
