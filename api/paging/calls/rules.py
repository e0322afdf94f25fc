"""What a key means in a call to staff, and how often it is asked for. Nothing but a key accepts: no machine can."""

from enum import StrEnum

MOST_TURNS = 3  # So often a page is read out, twice each time, before the call ends by itself.


class Step(StrEnum):
    """What was done in one turn of a call, and so what is said next."""

    READ = "read"  # The page, or the offer to put through, once more.
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONFIRMED = "confirmed"  # A drill: whoever holds the phone has pressed a key.
    TAKEN = "taken"  # It is no longer open, or somebody else has it.
    NO_KEY = "no_key"
    PUT_THROUGH = "put_through"
    CLOSED = "closed"  # The call for help is over, so nobody is put through.


class Wish(StrEnum):
    """What whoever holds the phone wants."""

    ACCEPT = "accept"
    DECLINE = "decline"
    AGAIN = "again"
    NOTHING = "nothing"


_KEYS = {"1": Wish.ACCEPT, "2": Wish.DECLINE}


def wish(key: str, turn: int) -> Wish:
    """What a key asks for in this turn (from 1). Star, any other and none at all: hear it again, but not for ever."""
    return _KEYS.get(key) or (Wish.AGAIN if turn < MOST_TURNS else Wish.NOTHING)


def wants_through(key: str, turn: int) -> Step:
    """What comes of a key when somebody is asked to press 1 to be put through."""
    if key == "1":
        return Step.PUT_THROUGH
    return Step.READ if turn < MOST_TURNS else Step.NO_KEY


def spoken_number(dialled: str) -> str:
    """A telephone number as it is read out slowly: `07700 900123` is `0 7 7 0 0, 9 0 0 1 2 3`."""
    return ", ".join(" ".join(group) for group in dialled.split())


def spoken_priority(code: str) -> str:
    """`P1S` as it is read out: `P 1 S`."""
    return " ".join(code)
