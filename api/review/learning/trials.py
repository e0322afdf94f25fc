"""Asks the program that tries phrases, one phrase at a time, so that many who try cannot take the processors."""

import asyncio
import sys
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from api import settings
from api.errors import Invalid
from api.review.learning import releases
from api.review.learning.schemas import Trial, Tried

_WITHIN_SECONDS = 120.0
_one_at_a_time = asyncio.Lock()


async def data_in_use(session: AsyncSession) -> Path:
    """The data directory that every process goes by."""
    found = await releases.in_use(session)
    return Path(found.data_path) if found and found.data_path else settings.get().data_dir


async def run(asked: Tried) -> Trial:
    """Try a phrase; it takes some seconds. Raises Invalid with the reason where it cannot be tried."""
    async with _one_at_a_time:
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "api.review.learning.trying",
            cwd=settings.ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            out, wrong = await asyncio.wait_for(program.communicate(asked.model_dump_json().encode()), _WITHIN_SECONDS)
        except TimeoutError:
            program.kill()
            raise Invalid("Trying it took too long. Try again in a minute.") from None
    if program.returncode != 0:
        raise Invalid((wrong.decode().strip().splitlines() or ["It could not be tried."])[-1])
    return Trial.model_validate_json(out.decode().strip().splitlines()[-1])
