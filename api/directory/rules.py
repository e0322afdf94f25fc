"""Which services a carer is told of: right for the need, the place and the hour.

At most three, verified and open ones first. A closed or unverified one never stands alone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from api.directory.hours.rules import Hours, Nation, Standing, next_opening, opens_in_words, standing

MOST = 3
MOST_BESIDE = 2
MOST_NEAR = 2
OLDEST_CHILD = 18
EVERYWHERE = frozenset(Nation)


class Need(StrEnum):
    """What somebody needs: the codes of the everyday needs that services can meet, and two for a crisis."""

    ADVANCE_CARE_PLANNING = "advance_care_planning"
    ANTICIPATORY_GRIEF = "anticipatory_grief"
    BEFRIENDING_OR_LONELY = "befriending_or_lonely"
    BENEFITS_BEREAVEMENT = "benefits_bereavement"
    BENEFITS_CARER = "benefits_carer"
    BENEFITS_DISABILITY = "benefits_disability"
    BENEFITS_SPECIAL_RULES = "benefits_special_rules"
    BEREAVEMENT_CHILD = "bereavement_child"
    BEREAVEMENT_EMOTIONAL = "bereavement_emotional"
    BEREAVEMENT_PRACTICAL = "bereavement_practical"
    BEREAVEMENT_SUICIDE_LOSS = "bereavement_suicide_loss"
    BLUE_BADGE_OR_TRANSPORT = "blue_badge_or_transport"
    CARERS_ASSESSMENT = "carers_assessment"
    DEBT_OR_BILLS = "debt_or_bills"
    EMOTIONAL_SUPPORT = "emotional_support"
    ENERGY_PRIORITY = "energy_priority"
    EQUIPMENT = "equipment"
    FUNERAL_COSTS = "funeral_costs"
    GRANTS = "grants"
    HOLISTIC_NEEDS_ASSESSMENT = "holistic_needs_assessment"
    MEDICINE_QUESTION = "medicine_question"
    NIGHT_SITTING = "night_sitting"
    PREHAB = "prehab"
    RESPITE = "respite"
    SYMPTOM_INFORMATION = "symptom_information"
    TRANSLATION_OR_ACCESS = "translation_or_access"
    WHAT_TO_EXPECT_DYING = "what_to_expect_dying"
    WORK_AND_CARING = "work_and_caring"
    YOUNG_CARER = "young_carer"
    CRISIS_LINE = "crisis_line"  # For anybody, at any hour.
    MENTAL_HEALTH_CRISIS = "mental_health_crisis"


# Where somebody listens meanwhile, when nothing that meets the need is open.
MEANWHILE = (Need.EMOTIONAL_SUPPORT, Need.CRISIS_LINE)
# Needs in which a service for children is what is looked for.
OF_CHILDREN = frozenset({Need.YOUNG_CARER, Need.BEREAVEMENT_CHILD})


class Confidence(StrEnum):
    """How far a record is borne out by what was read."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Way(StrEnum):
    """How a service is reached."""

    PHONES = "phones"
    SMS = "sms"
    WEBCHAT = "webchat"
    URL = "url"
    EMAIL = "email"


SPOKEN = frozenset({Way.PHONES, Way.SMS, Way.WEBCHAT})  # A person answers.
_STANDINGS = tuple(Standing)
_CONFIDENCES = tuple(Confidence)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the ill person or the carer is, as far as they have said: nation, council, postcode district."""

    nation: Nation | None = None
    district: str = ""
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Area:
    """Where a service works: whole nations, or only some districts or councils of them."""

    nations: frozenset[Nation]
    districts: frozenset[str] = frozenset()
    authorities: frozenset[str] = frozenset()

    @property
    def is_local(self) -> bool:
        """Whether it is less than whole nations."""
        return bool(self.districts or self.authorities)

    def holds(self, place: Place) -> bool:
        """Whether a place is known to lie in it."""
        if place.nation is None:
            return self.nations == EVERYWHERE and not self.is_local
        if place.nation not in self.nations:
            return False
        return not self.is_local or place.district in self.districts or place.authority in self.authorities


@dataclass(frozen=True, slots=True)
class Number:
    """A number as one dials it. `type` is that of the standard or `relay`; `say`: the word that is texted to it."""

    number: str
    type: str = "voice"
    description: str = ""
    say: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """One service as a rule sees it. `has` are the ways in which it is reached, `unverified` what no source has.

    `narrow`: it is for a group that no need names, such as one illness, so a need alone never leads to it.
    """

    code: str
    name: str
    organisation: str
    needs: frozenset[Need]
    area: Area
    hours: Hours
    has: frozenset[Way]
    confidence: Confidence = Confidence.HIGH
    unverified: frozenset[str] = frozenset()
    staff_only: bool = False
    active: bool = True
    narrow: bool = False
    minimum_age: int | None = None
    maximum_age: int | None = None
    description: str = ""
    numbers: tuple[Number, ...] = field(default=())
    webchat: str = ""
    url: str = ""
    assured_date: date | None = None
    feed: str = ""  # Where it was imported from; empty for our own.

    @property
    def ways(self) -> frozenset[Way]:
        """The ways that a source bears out: no other is given to a carer."""
        return frozenset(way for way in self.has if way not in self.unverified)

    @property
    def for_carers(self) -> bool:
        """Whether a carer may be told of it at all."""
        return self.active and not self.staff_only and bool(self.ways)

    @property
    def verified(self) -> bool:
        """Whether it may stand alone: that it exists, where it works and how it is reached all have a source."""
        return self.for_carers and self.confidence is not Confidence.LOW and "area" not in self.unverified

    def fits(self, need: Need, age: int | None) -> bool:
        """Whether it meets the need of somebody of this age. Whoever has not said is taken for a grown-up."""
        if self.narrow or need not in self.needs:
            return False
        if age is None:
            for_children = self.maximum_age is not None and self.maximum_age <= OLDEST_CHILD
            return need in OF_CHILDREN or not for_children
        return (self.minimum_age or 0) <= age <= (self.maximum_age or age)


@dataclass(frozen=True, slots=True)
class Option:
    """One service at a moment. `opens` says when, if it is closed; `instead`: it does not meet the need itself."""

    listing: Listing
    standing: Standing
    opens: str = ""
    instead: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether it is verified and open: then it may stand alone."""
        return self.listing.verified and self.standing is Standing.OPEN


@dataclass(frozen=True, slots=True)
class Choice:
    """What a carer is told: at most three services, and crisis lines beside them when mood is low.

    `near`: at most two that meet the need just there, in the district, the council or that nation alone, whether or not
    they are among the three. One that is closed or not verified is told only beside one that is sure.
    """

    options: tuple[Option, ...]
    beside: tuple[Option, ...] = ()
    near: tuple[Option, ...] = ()

    @property
    def found(self) -> bool:
        """Whether anything meets the need itself."""
        return any(not option.instead for option in self.options)


def choose(
    need: Need,
    place: Place,
    now: datetime,
    listings: Iterable[Listing],
    low_mood: bool,
    age: int | None = None,
) -> Choice:
    """What to tell a carer who needs this, there, at that moment."""
    here = [one for one in listings if one.for_carers and one.area.holds(place)]
    ranked = _ranked(need, here, now, age)
    chosen = [option(one.listing, now) for one in ranked[:MOST]]
    if not any(option.is_sure for option in chosen) and (meanwhile := _meanwhile(chosen, here, now, age)):
        chosen = sorted([*chosen[: MOST - 1], meanwhile], key=_rank)
    if not _may_be_told(chosen):
        chosen, ranked = [], []
    beside = _crisis_lines(chosen, here, now, age) if low_mood else []
    near = sorted((one for one in ranked if _is_near(one.listing)), key=_rank_near)
    return Choice(tuple(chosen), tuple(beside), tuple(option(one.listing, now) for one in near[:MOST_NEAR]))


def _rank_near(option: Option) -> tuple[bool, bool, bool]:
    """Local first, then open; one that says when it opens is of more use than one of which nobody knows."""
    return not option.listing.area.is_local, not option.is_sure, option.standing is Standing.UNKNOWN


def _is_near(listing: Listing) -> bool:
    """Whether it works there and not much further: in some districts or councils, or in one nation."""
    return listing.area.is_local or len(listing.area.nations) == 1


def depends_on_place(need: Need, listings: Iterable[Listing], age: int | None = None) -> bool:
    """Whether a verified service meets this need in a part of the UK only: then it matters where a carer is."""
    partly = (one for one in listings if one.area.is_local or one.area.nations != EVERYWHERE)
    return any(one.verified and one.fits(need, age) for one in partly)


def option(listing: Listing, now: datetime, instead: bool = False) -> Option:
    """How a service stands at a moment."""
    nations = listing.area.nations
    stands = standing(listing.hours, now, nations)
    opening = next_opening(listing.hours, now, nations) if stands is Standing.CLOSED else None
    return Option(listing, stands, opens_in_words(opening, now) if opening else "", instead)


def _ranked(need: Need, here: Iterable[Listing], now: datetime, age: int | None, instead: bool = False) -> list[Option]:
    """Those that meet the need, the best first. When closed ones open is found out later, of the few that are told."""
    fitting = (one for one in here if one.fits(need, age))
    found = [Option(one, standing(one.hours, now, one.area.nations), instead=instead) for one in fitting]
    return sorted(found, key=_rank)


def _rank(option: Option) -> tuple[bool, int, bool, int, bool, int, str]:
    """Verified and open first; then open before unknown before closed; then the nearer, the spoken, the surer."""
    listing = option.listing
    return (
        not option.is_sure,
        _STANDINGS.index(option.standing),
        not listing.verified,
        0 if listing.area.is_local else len(listing.area.nations),
        not listing.ways & SPOKEN,
        _CONFIDENCES.index(listing.confidence),
        listing.code,
    )


def _meanwhile(chosen: list[Option], here: list[Listing], now: datetime, age: int | None) -> Option | None:
    """Somebody to talk to who is there now, for when nothing that meets the need is verified and open."""
    told = {option.listing.code for option in chosen}
    for need in MEANWHILE:
        for one in _ranked(need, here, now, age, instead=True):
            if one.is_sure and one.listing.ways & SPOKEN and one.listing.code not in told:
                return one
    return None


def _may_be_told(chosen: list[Option]) -> bool:
    """A closed service never stands alone, nor does an unverified one."""
    some_may_be_open = any(option.standing is not Standing.CLOSED for option in chosen)
    return some_may_be_open and any(option.listing.verified for option in chosen)


def _crisis_lines(chosen: list[Option], here: list[Listing], now: datetime, age: int | None) -> list[Option]:
    told = {option.listing.code for option in chosen}
    lines = _ranked(Need.CRISIS_LINE, here, now, age, instead=True)
    return [one for one in lines if one.is_sure and one.listing.code not in told][:MOST_BESIDE]
