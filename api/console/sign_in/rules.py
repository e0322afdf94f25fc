"""Where a browser may be sent after signing in."""

import re

HOME = "/console"
_LOCAL = re.compile(r"/(?!/)[A-Za-z0-9/_.~-]*")


def safe_next(wanted: str) -> str:
    """The path that was asked for if it lies on this site, and the board otherwise."""
    return wanted if _LOCAL.fullmatch(wanted) and not wanted.startswith("/console/sign-") else HOME
