"""Problems that are expected to happen on somebody's machine, told in words that say what to do."""

from __future__ import annotations

NO_SPACE_SIGNS = ("No space left on device", "ENOSPC", "Disk quota exceeded", "os error 28")
NO_NETWORK_SIGNS = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname",
    "failed to lookup address",
    "Failed to fetch",
    "Could not connect",
    "Connection refused",
    "NewConnectionError",
    "(from versions: none)",
)


class Problem(Exception):
    """Something that the person at the keyboard can put right; the message says how, and no traceback is shown."""


def advice_for(output: str, otherwise: str) -> str:
    """What to do about a command that failed, judged by what it printed.

    `output` is the end of the command's log; `otherwise` is the advice when nothing in it is recognised.
    """
    if any(sign in output for sign in NO_SPACE_SIGNS):
        return "The disk is full: free some space (a first set-up needs about 4 GB) and run the same command again."
    if any(sign in output for sign in NO_NETWORK_SIGNS):
        return (
            "A package registry could not be reached: check the internet connection (and the proxy settings, "
            "if this network has a proxy) and run the same command again."
        )
    return otherwise
