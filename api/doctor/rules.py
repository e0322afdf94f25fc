"""What each step of setting up the line should look like, and what to do when it does not."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from api.clients.carrier import Account, OwnNumber, SenderPool


class Level(StrEnum):
    """How it stands. Anything that is WRONG keeps the line from working."""

    WELL = "well"
    LOOK = "look"  # Works, or cannot be told from here: a person must look.
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `do`: what to do about it; empty when it is well."""

    level: Level
    words: str
    do: str = ""


SKEW = timedelta(seconds=30)
RENEW_BEFORE = timedelta(days=14)
_E164 = re.compile(r"\+[1-9]\d{7,14}")
_SID = re.compile(r"[A-Z]{2}[0-9a-f]{32}")


def well(words: str) -> Finding:
    """Nothing to do."""
    return Finding(Level.WELL, words)


def look(words: str, do: str) -> Finding:
    """A person must look."""
    return Finding(Level.LOOK, words, do)


def wrong(words: str, do: str) -> Finding:
    """The line does not work so."""
    return Finding(Level.WRONG, words, do)


def settings(
    account_sid: str, pager: str, pool_sid: str, lines: Collection[str], production: bool
) -> Iterator[Finding]:
    """The settings that can be told wrong from right without asking anybody."""
    if not production:
        yield look(
            "This is a development installation.", "Set NIGHTLIGHT_ENVIRONMENT to production before carers use it."
        )
    if not (account_sid.startswith("AC") and _SID.fullmatch(account_sid)):
        yield wrong(
            "The account SID has not Twilio's form.", "Copy NIGHTLIGHT_TWILIO_ACCOUNT_SID (AC…) from its console."
        )
    for what, number in [("The staff number", pager), *(("A line number", one) for one in lines)]:
        if not _E164.fullmatch(number):
            yield wrong(
                f"{what} is not in the form +44….", "Write it so: in NIGHTLIGHT_PAGER_NUMBER, or the team's file."
            )
    if pager in lines:
        yield wrong("Staff are paged from a carers' number.", "Buy a second number for NIGHTLIGHT_PAGER_NUMBER.")
    if pool_sid and not (pool_sid.startswith("MG") and _SID.fullmatch(pool_sid)):
        yield wrong("The messaging service has not Twilio's form.", "Copy the SID that begins with MG.")


def account(found: Account) -> Iterator[Finding]:
    """Whether the account may be used."""
    if found.status != "active":
        yield wrong(f"Twilio says that the account is {found.status}.", "Sign in at Twilio and see what it asks for.")
    elif found.is_trial:
        do = "Upgrade the account: a trial rings and texts verified numbers only."
        yield wrong("The account is a trial.", do)
    else:
        yield well("Twilio knows us and the account is active.")


def clock(difference: timedelta, whose: str) -> Finding:
    """Our clock against another."""
    seconds = round(abs(difference).total_seconds())
    if abs(difference) <= SKEW:
        return well(f"Our clock and {whose} differ by {seconds} seconds.")
    return wrong(f"Our clock and {whose} differ by {seconds} seconds.", "Have this machine keep network time (NTP).")


def line_number(name: str, found: OwnNumber | None, pool: SenderPool | None, public_url: str) -> Iterator[Finding]:
    """A number by which carers reach a team. `pool`: the messaging service that it is in, if it is in one."""
    if found is None:
        yield wrong(f"{name}: the account has no such number.", "Buy it, or mend line_number in the team's file.")
        return
    wanted = f"{public_url}/twilio/voice"
    if found.taken_elsewhere:
        do = "Take them off the number: while one is set, Twilio does not ask our addresses."
        yield wrong(f"{name}: an application or a trunk is set.", do)
    if not found.can_call:
        yield wrong(f"{name}: it cannot take calls.", "Buy a number that can both call and text.")
    if not found.can_text:
        yield wrong(f"{name}: it cannot send texts.", "Buy a number that can both call and text.")
    if found.voice_url != wanted or found.voice_method.upper() != "POST":
        yield wrong(f"{name}: calls do not come to us.", f"Set “A call comes in” to {wanted}, HTTP POST.")
    if found.status_callback != f"{wanted}/status":
        yield wrong(f"{name}: we are not told when a call ends.", f"Set “Call status changes” to {wanted}/status.")
    yield from _fallback(name, found, public_url)
    yield from _texts(name, found, pool, f"{public_url}/twilio/sms")


def _fallback(name: str, found: OwnNumber, public_url: str) -> Iterator[Finding]:
    if not found.voice_fallback_url:
        do = "Put what `api voice fallback` prints on another host, and set its address as “Primary handler fails”."
        yield wrong(f"{name}: when we are down, callers hear Twilio's error and are cut off.", do)
    elif found.voice_fallback_url.startswith(public_url):
        yield wrong(f"{name}: the fallback is on our own host.", "Put it on a host that stays up when we are down.")
    else:
        do = "Ring the number while our address is stopped, before the first night."
        yield look(f"{name}: a fallback is set. Whether it still says what is true cannot be told from here.", do)


def _texts(name: str, found: OwnNumber, pool: SenderPool | None, wanted: str) -> Iterator[Finding]:
    asked = found.sms_url if pool is None or pool.asks_number else pool.inbound_url
    if asked == wanted:
        yield well(f"{name}: texts come to us.")
    elif pool is None or pool.asks_number:
        yield wrong(f"{name}: texts do not come to us.", f"Set “A message comes in” to {wanted}, HTTP POST.")
    else:
        do = f"In the messaging service's integration, choose “Defer to sender's webhook”, or give it {wanted}."
        yield wrong(f"{name}: the messaging service takes its texts elsewhere.", do)


def staff_number(found: OwnNumber | None, public_url: str) -> Iterator[Finding]:
    """The number that staff are paged from."""
    wanted = f"{public_url}/twilio/pager"
    if found is None:
        yield wrong("Staff number: the account has no such number.", "Buy it, or mend NIGHTLIGHT_PAGER_NUMBER.")
        return
    if not (found.can_call and found.can_text):
        yield wrong("Staff number: it cannot both call and text.", "Buy one that can.")
    if found.sms_url != wanted or found.taken_elsewhere:
        do = f"Set “A message comes in” to {wanted}, HTTP POST."
        yield wrong("Staff number: answers to pages do not come to us.", do)
    else:
        yield well("Staff number: answers to pages come to us.")


def sender_pool(pool: SenderPool | None, lines: Collection[str], pager: str) -> Iterator[Finding]:
    """The messaging service. Whether Advanced Opt-Out is on, Twilio's API does not tell."""
    if pool is None:
        do = "Make one with Advanced Opt-Out and set NIGHTLIGHT_TWILIO_MESSAGING_SERVICE_SID: see docs/operating.md."
        yield wrong("No messaging service is set: STOP would be answered in Twilio's own words.", do)
        return
    if missing := [one for one in lines if one not in pool.numbers]:
        yield wrong(f"{len(missing)} of the line numbers are not in its sender pool.", "Add them there.")
    if pager in pool.numbers:
        yield wrong(
            "The staff number is in its sender pool.", "Take it out: pages must not go out from a carers' number."
        )
    do = "See in Twilio's console that Advanced Opt-Out is on and has our words: docs/operating.md."
    yield look("The messaging service is there. Its opt-out words cannot be read from here.", do)


def certificate(ends_at: datetime, now: datetime) -> Finding:
    """A certificate that is valid now."""
    days = (ends_at - now).days
    if ends_at - now < RENEW_BEFORE:
        return look(f"Our certificate ends in {days} days.", "See why it has not renewed itself.")
    return well(f"Our certificate is valid for {days} days.")


def webhooks(signed: int, unsigned: int) -> Finding:
    """The HTTP statuses that a signed webhook and an unsigned one met."""
    if signed != 200:
        do = "NIGHTLIGHT_PUBLIC_URL must be letter for letter what Twilio calls; web must run with the same settings."
        return wrong(f"A webhook with our signature was answered with {signed}.", do)
    if unsigned != 403:
        return wrong(f"A webhook with no signature was answered with {unsigned}.", "Stop web and see what runs there.")
    return well("Webhooks with our signature are believed, others are refused.")


def worker(last_beat: datetime | None, now: datetime, silent_after: timedelta) -> Finding:
    """The worker's last sign of life."""
    if last_beat is None or now - last_beat > silent_after:
        when = "never" if last_beat is None else f"{round((now - last_beat).total_seconds())} seconds ago"
        return wrong(f"The worker's last sign of life: {when}. Nobody is paged.", "Start `python -m api.worker`.")
    return well("The worker works.")


def office(team: str, dialled: str | None, is_open: bool, ours: Collection[str]) -> Finding:
    """What is by day. `dialled`: the office's number, if a key rings it; `ours`: the line's and the staff's."""
    if dialled is None:
        return well(f"{team}: no key rings an office, at any hour.")
    if dialled in ours:
        do = "Write the office's own number under `telephone` in the team's file."
        return wrong(f"{team}: the key for the office rings the line itself.", do)
    return well(f"{team}: a key rings the office in its hours, and {'it is open' if is_open else 'not'} now.")


def on_call(team: str, held: Collection[str], rungs: Collection[str]) -> Finding:
    """Who is on call at this moment. `rungs`: those that must be held."""
    missing = [rung for rung in rungs if rung not in held]
    if not held:
        return wrong(f"{team}: nobody is on call now, so nobody is paged.", "Publish a rota (Console, Rota).")
    if missing:
        return wrong(f"{team}: nobody holds {', '.join(missing)} now.", "Publish a rota without gaps (Console, Rota).")
    return well(f"{team}: everybody who must be is on call.")
