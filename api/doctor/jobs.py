"""The checks, one after another. Each looks at one step of setting up and says what it found."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import aiohttp
from sqlalchemy.exc import SQLAlchemyError

from api import clock, settings
from api.channels.voice.offices import service as offices
from api.clients import own_address, rasa, twilio_setup
from api.clients.carrier import CarrierError, SenderPool
from api.database import transaction
from api.doctor import rules, service
from api.doctor.rules import Finding
from api.migrate import newest
from api.people.models import Team
from api.rota.service import ground
from api.watch import service as watch
from api.watch.rules import Part

type Check = Callable[[], Awaitable[list[Finding]]]
_NO_ANSWER = (aiohttp.ClientError, OSError, TimeoutError)


async def _teams() -> list[Team]:
    async with transaction() as session:
        return await service.teams(session)


async def _lines() -> list[str]:
    return [team.line_number for team in await _teams()]


async def written() -> list[Finding]:
    """The settings, and the numbers in the teams' files."""
    wanted = settings.get()
    found = rules.settings(
        wanted.twilio_account_sid,
        wanted.pager_number,
        wanted.twilio_messaging_service_sid,
        await _lines(),
        wanted.environment == "production",
    )
    return list(found) or [rules.well("The settings have the right form.")]


async def database() -> list[Finding]:
    """The tables, and that the database's clock is ours: due times are compared with it."""
    async with transaction() as session:
        has = await service.revision(session)
        difference = await service.database_time(session) - clock.now()
    at = rules.clock(difference, "the database's")
    if has != newest():
        do = "Run `python -m api.commands database prepare`."
        return [rules.wrong(f"The tables are those of migration {has}, not of {newest()}.", do), at]
    return [rules.well("The tables are up to date."), at]


async def address() -> list[Finding]:
    """Our public address: https, a certificate, an answer."""
    url = settings.get().public_url
    do = "See the proxy, the name in DNS and the firewall: Twilio must reach us from the internet."
    if not url.startswith("https://"):
        return [rules.wrong("NIGHTLIGHT_PUBLIC_URL does not begin with https://.", "Give it a name and a certificate.")]
    try:
        ends = rules.certificate(await own_address.certificate_ends(), clock.now())
        status = await own_address.ready()
    except ssl.SSLCertVerificationError as error:
        return [
            rules.wrong(f"Our certificate is not valid: {error.verify_message}.", "Renew it, with its whole chain.")
        ]
    except _NO_ANSWER as error:
        return [rules.wrong(f"Our public address does not answer ({type(error).__name__}).", do)]
    if status != 200:
        return [ends, rules.wrong(f"/health/ready answers with {status}.", "See web's log and the database.")]
    return [ends, rules.well("Our public address answers.")]


async def webhooks() -> list[Finding]:
    """That web believes what Twilio signs for our public address, and nothing else."""
    try:
        return [rules.webhooks(await own_address.webhook(signed=True), await own_address.webhook(signed=False))]
    except _NO_ANSWER as error:
        return [rules.wrong(f"A webhook met no answer ({type(error).__name__}).", "See the check of the address.")]


async def account() -> list[Finding]:
    """That Twilio knows us, and what time it is there."""
    found = await twilio_setup.account()
    findings = list(rules.account(found))
    if found.answered_at is not None:
        findings.append(rules.clock(found.answered_at - clock.now(), "Twilio's"))
    return findings


async def _pool() -> SenderPool | None:
    sid = settings.get().twilio_messaging_service_sid
    return await twilio_setup.sender_pool(sid) if sid else None


async def numbers() -> list[Finding]:
    """That every number is the account's and asks us."""
    wanted, pool, found = settings.get(), await _pool(), await twilio_setup.numbers()
    findings: list[Finding] = []
    for team in await _teams():
        of = pool if pool is not None and team.line_number in pool.numbers else None
        line = found.get(team.line_number)
        findings += rules.line_number(f"Line of {team.code}", line, of, wanted.public_url)
    return findings + list(rules.staff_number(found.get(wanted.pager_number), wanted.public_url))


async def sender_pool() -> list[Finding]:
    """The messaging service through which carers' texts go out."""
    return list(rules.sender_pool(await _pool(), await _lines(), settings.get().pager_number))


async def permissions() -> list[Finding]:
    """That nurses and carers in the United Kingdom may be rung."""
    if await twilio_setup.may_ring_uk():
        return [rules.well("Numbers in the United Kingdom may be rung.")]
    do = "Twilio's console, Voice, Settings, Geo permissions: tick United Kingdom, low risk."
    return [rules.wrong("Numbers in the United Kingdom may not be rung.", do)]


async def worker() -> list[Finding]:
    """That somebody pages."""
    async with transaction() as session:
        beat = await watch.last_beat(session, Part.WORKER)
    return [rules.worker(beat, clock.now(), timedelta(seconds=settings.get().silent_after_seconds))]


async def assistant() -> list[Finding]:
    """That Rasa answers."""
    if await rasa.answers():
        return [rules.well("The assistant answers.")]
    do = "Start it; it takes a minute to load. Until then carers get the fallback, and danger is paged all the same."
    return [rules.wrong("The assistant does not answer.", do)]


async def on_call() -> list[Finding]:
    """That every page has somebody to go to."""
    findings = []
    for team in await _teams():
        async with transaction() as session:
            findings.append(rules.on_call(team.code, await service.held(session, team, clock.now()), _needed(team)))
    return findings or [rules.wrong("There is no team.", "Write data/teams/<code>.yml and run `database prepare`.")]


async def telephone() -> list[Finding]:
    """What differs on each line by day, and that no key leads from the line to the line."""
    teams, now, findings = await _teams(), clock.now(), []
    ours = {settings.get().pager_number, *(team.line_number for team in teams)}
    for team in teams:
        known = offices.by_day(team.code)
        dialled = known.office.number if known and known.office else None
        findings.append(rules.office(team.code, dialled, known is not None and known.is_open(now), ours))
    return findings


def _needed(team: Team) -> list[str]:
    return [str(rung) for rung in ground(team.code).rungs]


CHECKS: tuple[tuple[str, Check], ...] = (
    ("database", database),
    ("settings", written),
    ("public address", address),
    ("webhooks", webhooks),
    ("Twilio account", account),
    ("numbers", numbers),
    ("messaging service", sender_pool),
    ("geographic permissions", permissions),
    ("worker", worker),
    ("assistant", assistant),
    ("on call", on_call),
    ("telephone", telephone),
)


async def examine() -> AsyncIterator[tuple[str, Finding]]:
    """Every finding with the name of its check. A check that cannot be made is wrong; the others are made."""
    for name, check in CHECKS:
        for finding in await _made(check):
            yield name, finding


async def _made(check: Check) -> list[Finding]:
    try:
        return await check()
    except CarrierError as error:
        return [_refused(error)]
    except SQLAlchemyError as error:
        do = "See NIGHTLIGHT_DATABASE_URL and run `database prepare`."
        return [rules.wrong(f"The database does not answer as it should ({type(error).__name__}).", do)]


def _refused(error: CarrierError) -> Finding:
    if error.status == 401:
        do = "Copy NIGHTLIGHT_TWILIO_ACCOUNT_SID and NIGHTLIGHT_TWILIO_AUTH_TOKEN from Twilio's console again."
        return rules.wrong("Twilio does not know the account SID with this token.", do)
    if error.status is None:
        return rules.wrong("Twilio does not answer.", "See NIGHTLIGHT_TWILIO_API_URL and this machine's way out.")
    return rules.wrong(f"Twilio refuses: {error.status}, code {error.code}.", "See twilio.com/docs/api/errors.")
