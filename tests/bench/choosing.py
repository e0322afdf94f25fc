"""How long it takes to choose what a carer is told of, in a directory of 10,000 services.

    python -m tests.bench.choosing

Makes a database of its own, fills it in the same way as the real records, and prints p50 and p95. No test times this.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from api import database, settings
from api.database import transaction
from api.directory import service
from api.directory.files import service as files
from api.directory.hours.rules import Nation
from api.directory.places import service as places
from api.directory.rules import Need, Place
from tests.bench.figures import percentile
from tests.harness import postgres
from tests.harness.line import PAGER, configure

_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
GOAL = 30.0  # Milliseconds, p95.
SEED = 7
NOBODY = {  # Nothing outside is reached.
    "environment": "development",
    "database_url": "postgresql://nowhere.invalid/none",
    "bot_token": "demo-bot-token",
    "twilio_account_sid": "AC00000000000000000000000000000001",
    "twilio_auth_token": "demo-twilio-token",
    "pager_number": PAGER,
}
NATIONS = [str(nation) for nation in Nation]


def districts() -> list[str]:
    """Districts as there could be: the letters of every area of one nation, with numbers up to 20."""
    areas = sorted(letters for letters, nations in places.gazetteer().areas.items() if len(nations) == 1)
    return [f"{letters}{number}" for letters in areas for number in range(1, 21)]


def area(chance: random.Random, every: list[str]) -> dict[str, Any]:
    """Where a service works: mostly a few districts, sometimes a nation, rarely the whole of the UK."""
    kind = chance.random()
    if kind < 0.05:
        return {"nations": NATIONS}
    if kind < 0.15:
        return {"nations": [chance.choice(NATIONS)]}
    first = chance.randrange(len(every) - 12)
    near = every[first : first + chance.randint(2, 12)]
    return {"nations": sorted({str(places.gazetteer().place(None, one).nation) for one in near}), "districts": near}


def records(number: int) -> Iterator[dict[str, Any]]:
    """Services as the files have them, no two alike."""
    chance, every = random.Random(SEED), districts()
    for one in range(number):
        opens = chance.randint(7, 11)
        yield {
            "id": f"made-{one}",
            "organisation": f"Organisation {one % (number // 3 + 1)}",
            "name": f"Service {one}",
            "description": "Helps carers.",
            "needs": chance.sample([str(need) for need in Need], chance.randint(1, 4)),
            "area": area(chance, every),
            "phones": [{"number": f"0161 496 0{one % 1000:03}", "type": "voice"}],
            "url": f"https://service-{one}.example",
            "hours": {
                "periods": [
                    {"byday": ["MO", "TU", "WE", "TH", "FR"], "opens_at": f"{opens:02}:00", "closes_at": "17:00"},
                    {"byday": ["SA"], "opens_at": "10:00", "closes_at": "13:00"},
                ],
                "bank_holidays": "unknown",
            },
            "cost": "Free",
            "eligibility": {"text": "Anyone"},
            "assured_date": "2026-11-23",
            "source_url": f"https://service-{one}.example/contact",
            "confidence": "high",
        }


async def fill(number: int) -> None:
    """Put that many made-up services beside the real ones."""
    folder = settings.get().data_dir / "directory"
    head = {"owner": "Nobody", "version": 1, "review_date": "2027-11-26", "title": "Made up", "sources": ["Made up"]}
    head["status"] = "draft for review by information staff"
    with tempfile.TemporaryDirectory(prefix="nightlight-directory-") as made:
        for path in folder.glob("*.yml"):
            (Path(made) / path.name).write_bytes(path.read_bytes())
        whole = yaml.dump(head | {"services": list(records(number))}, Dumper=_Dumper)
        (Path(made) / "made_up.yml").write_text(whole, encoding="utf-8")
        async with transaction() as session:
            await files.load(session, Path(made))


async def measure(times: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each choice, for every need in turn and carers all over the UK, a third of unknown place.

    The first for each need stand apart: they read the services for it, once in each process and edition.
    """
    chance, every, needs = random.Random(SEED), districts(), list(Need)
    taken = []
    for one in range(times + len(needs)):
        place = Place() if one % 3 == 0 else places.gazetteer().place(None, chance.choice(every))
        began = time.perf_counter()
        async with transaction() as session:
            await service.choose(session, needs[one % len(needs)], place, low_mood=one % 2 == 0)
        taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken[: len(needs)]), sorted(taken[len(needs) :])


async def run(number: int, times: int) -> bool:
    """Fill, measure and print. Returns whether the goal was met."""
    await fill(number)
    first, taken = await measure(times)
    await database.disconnect()
    p95 = percentile(taken, 0.95)
    print(f"{number} services, {times} choices: p50 {percentile(taken, 0.5):.1f} ms, p95 {p95:.1f} ms")
    print(f"The first choice for each need: p50 {percentile(first, 0.5):.1f} ms, most {first[-1]:.1f} ms")
    return p95 < GOAL


def main() -> int:
    """Read the choices and measure; exit code 1 when the goal was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=600)
    chosen = parser.parse_args()
    configure(**NOBODY)
    with postgres.server(durable=True) as server:
        postgres.make_template(server)
        with postgres.fresh_database(server) as url:
            configure(database_url=url)
            return 0 if asyncio.run(run(chosen.services, chosen.times)) else 1


if __name__ == "__main__":
    sys.exit(main())
