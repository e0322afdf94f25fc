"""Overrides, which change the published rota at once, and swaps, which do when all have agreed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock
from api.audit import service as audit
from api.errors import Conflict, Invalid, NotFound
from api.people.models import Person
from api.people.rules import KEEPS_ROTA
from api.rota import service as rota
from api.rota.changes import rules
from api.rota.changes.rules import Override, Part, SwapMove, SwapState
from api.rota.models import Duty, RotaOverride, RotaSwap
from api.rota.publishing.rules import LONGEST
from api.rota.publishing.service import rewrite
from api.rota.rules import Reach, Shift, parts


async def overrides(session: AsyncSession, team_id: UUID) -> Sequence[RotaOverride]:
    """A team's overrides that are not over, in the order of their hours."""
    found = select(RotaOverride).where(RotaOverride.team_id == team_id, RotaOverride.ends_at > clock.now())
    return (await session.execute(found.order_by(RotaOverride.starts_at, RotaOverride.made_at))).scalars().all()


async def override(session: AsyncSession, person: Person, wanted: Override, reason: str) -> RotaOverride:
    """Somebody else takes these hours from now on. Raises Invalid, and Conflict for who cannot be paged."""
    await rota.locked(session, person.team_id)
    if wanted.rung not in rota.ground(person.team.code).rungs:
        raise Invalid("The team has no such rung.", field="rung")
    if wanted.ends_at <= wanted.starts_at or wanted.ends_at <= clock.now():
        raise Invalid("It must end after it begins, and not be over.", field="ends")
    if wanted.ends_at - wanted.starts_at > LONGEST:
        raise Invalid("It must not be longer than a year.", field="ends")
    reach = await rota.reach(session, person.team_id)
    if reach.get(wanted.person_id) is not Reach.YES:
        raise Conflict("They cannot be paged: they have no number, or are not of your team.")
    if wanted.instead_of == wanted.person_id:
        raise Invalid("That is the same person.", field="instead_of")
    row = await _put(session, person.team_id, wanted, reason, None)
    await _apply(session, person.team_id, [wanted])
    audit.record(session, person.actor, "rota_overridden", "rota_override", row.id, rung=wanted.rung)
    return row


async def _put(
    session: AsyncSession, team_id: UUID, wanted: Override, reason: str, swap_id: UUID | None
) -> RotaOverride:
    row = RotaOverride(
        team_id=team_id,
        rung=wanted.rung,
        person_id=wanted.person_id,
        instead_of_id=wanted.instead_of,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        reason=reason,
        made_at=clock.now(),
        swap_id=swap_id,
    )
    session.add(row)
    await session.flush()
    return row


async def _apply(session: AsyncSession, team_id: UUID, wanted: Sequence[Override]) -> None:
    """Change the duties from now until the end of what is published; later ones are made when that is published."""
    standing = await rota.of_team(session, team_id)
    until = standing.published_until if standing else None
    for one in wanted:
        starts_at, ends_at = max(one.starts_at, clock.now()), min(one.ends_at, until or one.ends_at)
        if starts_at < ends_at:
            held = rota.as_shifts(await rota.duties(session, team_id, starts_at, ends_at), ends_at)
            after = rules.overridden(parts(held, starts_at, ends_at), [one])
            await rewrite(session, team_id, parts(after, starts_at, ends_at), starts_at, ends_at)


async def swaps(session: AsyncSession, person: Person) -> Sequence[RotaSwap]:
    """The open swaps that this person has to do with; a coordinator sees all of the team's."""
    found = select(RotaSwap).where(
        RotaSwap.team_id == person.team_id, RotaSwap.state.in_(rules.OPEN), RotaSwap.starts_at > clock.now()
    )
    if person.role not in KEEPS_ROTA:
        found = found.where(or_(RotaSwap.offered_by_id == person.id, RotaSwap.asked_id == person.id))
    return (await session.execute(found.order_by(RotaSwap.starts_at))).scalars().all()


async def duty(session: AsyncSession, team_id: UUID, duty_id: UUID) -> Duty:
    """One published duty of this team that can be swapped. Raises NotFound or Conflict."""
    found = await session.get(Duty, duty_id)
    if found is None or found.team_id != team_id:
        raise NotFound("There is no such shift any more. Look at the rota again.")
    if found.ends_at is None or found.starts_at <= clock.now():
        raise Conflict("A shift that has begun, or has no end, cannot be swapped. Ask a coordinator.")
    return found


async def offer(
    session: AsyncSession, person: Person, duty_id: UUID, asked_id: UUID, back_id: UUID | None = None
) -> RotaSwap:
    """Offer one's own shift to a colleague, for one of theirs or for nothing."""
    mine = await duty(session, person.team_id, duty_id)
    back = await duty(session, person.team_id, back_id) if back_id else None
    if mine.person_id != person.id or asked_id == person.id or (back is not None and back.person_id != asked_id):
        raise Invalid("Offer a shift of your own to a colleague, for one of theirs.", field="asked")
    if (await rota.reach(session, person.team_id)).get(asked_id) is not Reach.YES:
        raise Conflict("They cannot be paged: they have no number, or are not of your team.")
    row = RotaSwap(
        team_id=person.team_id,
        state=SwapState.OFFERED,
        offered_by_id=person.id,
        asked_id=asked_id,
        rung=mine.rung,
        starts_at=mine.starts_at,
        ends_at=mine.ends_at,
        back_rung=back.rung if back else None,
        back_starts_at=back.starts_at if back else None,
        back_ends_at=back.ends_at if back else None,
        offered_at=clock.now(),
    )
    session.add(row)
    await session.flush()
    await session.refresh(row, ["offered_by", "asked"])
    audit.record(session, person.actor, "swap_offered", "rota_swap", row.id)
    return row


def parts_of(swap: RotaSwap, person: Person) -> list[Part]:
    """What this person has to do with a swap."""
    found = [Part.OFFERED] if swap.offered_by_id == person.id else []
    found += [Part.ASKED] if swap.asked_id == person.id else []
    return [*found, Part.COORDINATOR] if person.role in KEEPS_ROTA else found


async def move(session: AsyncSession, person: Person, swap_id: UUID, wanted: SwapMove) -> RotaSwap:
    """Answer a swap. Done, it changes the rota at once. Raises Conflict with the reason why it cannot be."""
    await rota.locked(session, person.team_id)
    swap = await session.get(RotaSwap, swap_id, with_for_update={"of": RotaSwap}, populate_existing=True)
    mine = parts_of(swap, person) if swap else []
    if swap is None or swap.team_id != person.team_id or not mine:
        raise NotFound("There is no such swap.")
    needs_approval = rota.ground(person.team.code).swaps_need_approval
    led = rules.moved(SwapState(swap.state), mine, wanted, needs_approval)
    if led is None:
        raise Conflict("That is not possible as the swap stands now.")
    if led in (SwapState.AGREED, SwapState.DONE):
        await _check(session, swap)
    swap.state = led
    if led is SwapState.DONE:
        await _carry_out(session, swap)
    audit.record(session, person.actor, f"swap_{led}", "rota_swap", swap.id)
    return swap


def _halves(swap: RotaSwap) -> list[Override]:
    halves = [Override(swap.rung, swap.asked_id, swap.offered_by_id, swap.starts_at, swap.ends_at)]
    if swap.back_rung and swap.back_starts_at and swap.back_ends_at:
        back = (swap.back_starts_at, swap.back_ends_at)
        halves.append(Override(swap.back_rung, swap.offered_by_id, swap.asked_id, *back))
    return halves


async def _check(session: AsyncSession, swap: RotaSwap) -> None:
    """Both still hold what they give, it has not begun, and both can be paged."""
    reach = await rota.reach(session, swap.team_id)
    for half in _halves(swap):
        if half.starts_at <= clock.now():
            raise Conflict("One of these shifts has begun.")
        if reach.get(half.person_id) is not Reach.YES:
            raise Conflict("One of the two cannot be paged.")
        wanted = Shift(half.rung, half.instead_of or half.person_id, half.starts_at, half.ends_at)
        if not await _holds(session, swap.team_id, wanted):
            raise Conflict("The rota has changed since this was offered: one of these shifts is somebody else's.")


async def _holds(session: AsyncSession, team_id: UUID, wanted: Shift) -> bool:
    held = rota.as_shifts(await rota.duties(session, team_id, wanted.starts_at, wanted.ends_at), wanted.ends_at)
    return any(one.within(wanted.starts_at, wanted.ends_at) == wanted for one in held)


async def _carry_out(session: AsyncSession, swap: RotaSwap) -> None:
    halves = _halves(swap)
    for half in halves:
        await _put(session, swap.team_id, half, "Swapped", swap.id)
    await _apply(session, swap.team_id, halves)
