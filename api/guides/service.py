"""Guides as other programs use them. They are read once for each process."""

from collections.abc import Mapping
from functools import cache, lru_cache

from api import clock, logs, settings
from api.errors import Invalid, NotFound
from api.guides import rules
from api.guides.files import service as files
from api.guides.rules import Ask, End, Finding, Guide

_log = logs.get(__name__)


@lru_cache
def guides() -> Mapping[str, Guide]:
    """Every guide by its code. Raises BadData for a file that cannot be used."""
    folder = settings.get().data_dir
    return files.read(folder / "guides", files.service_codes(folder / "directory"))


def next_step(code: str, facts: Mapping[str, str], finish: bool = False) -> Ask | End:
    """What a guide asks next or ends with today. Raises NotFound, and Invalid for facts that it does not know."""
    guide = guides().get(code)
    if guide is None:
        raise NotFound("There is no such guide.")
    if wrong := rules.unknown(guide, facts):
        raise Invalid("The guide has no such question, or no such answer to it.", field=f"facts.{wrong[0]}")
    step = rules.next_step(guide, facts, clock.now().astimezone(clock.UK).date(), finish)
    if isinstance(step, End):
        for said in step.statements:
            if said.out_of_date:
                _warn(code, said.id)
    return step


def findings() -> list[Finding]:
    """What information staff must look at today."""
    return rules.findings(guides().values(), clock.now().astimezone(clock.UK).date())


@cache
def _warn(code: str, statement: str) -> None:
    """Once for each statement and process: a warning at every carer would hide the others."""
    _log.warning("guide_statement_out_of_date", guide=code, statement=statement)
