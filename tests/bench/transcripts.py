"""Conversations for measuring how transcripts are searched: our own labelled lines, mixed and varied, by COPY."""

import itertools
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import yaml

from tests.harness.assistant import ROOT

EACH = 10  # Messages of a conversation, on average.
RARE, PHRASE = "xylophone", "under the blue flower pot"
_RARE_EVERY, _PHRASE_EVERY = 80_000, 4_000
_HEARD = '{"decision": "none", "danger": 0.01, "words": "", "findings": [], "likely": {"pain": 0.01}, "failed": false}'
_NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
_COPY = """
COPY messages (id, conversation_id, author, body, at, media_count, cut, answered_at, understood, kind, safety, tries,
               heard) FROM STDIN"""
_CONVERSATIONS = (
    "COPY conversations (id, team_id, channel, address, mode, opened_at, last_message_at, closed_at) FROM STDIN"
)
_REST = """
INSERT INTO escalations (id, conversation_id, team_id, team_code, state, priority, category, raised_at, asked_at,
                         page_words, ladder_step, silent, outcome)
  SELECT gen_random_uuid(), id, team_id, 'demo', 'resolved', (ARRAY['P0', 'P1S', 'P1', 'P2'])[1 + n %% 4],
         (%(categories)s::text[])[1 + n %% %(many)s], opened_at, opened_at, 'page', 1, false,
         (ARRAY['advice_given', 'visit_arranged', 'ambulance_called', 'died'])[1 + n %% 3]
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM conversations) AS c WHERE n %% 20 = 0;
INSERT INTO pages (id, escalation_id, person_id, rung, code, state, placed_at)
  SELECT gen_random_uuid(), id, %(person)s, 'on_call', row_number() OVER (), 'closed', raised_at FROM escalations;
INSERT INTO asks (id, conversation_id, message_id, at, otherwise, heard, closed_at, outcome)
  SELECT gen_random_uuid(), c.id, (SELECT m.id FROM messages AS m WHERE m.conversation_id = c.id LIMIT 1), opened_at,
         'nothing', '{}', opened_at, 'no'
    FROM (SELECT *, row_number() OVER (ORDER BY id) AS n FROM conversations) AS c WHERE n %% 33 = 0
"""


def fill(url: str, messages: int) -> None:
    """So many messages with their conversations, escalations, pages and asks; indexed, and counted for the planner."""
    with psycopg.connect(url, autocommit=True) as connection:
        # Rows as a backup brings them: whatever triggers would gather is gathered at the end, at once.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("DROP INDEX ix_messages_words")
        person = connection.execute("SELECT id, team_id FROM people WHERE name = 'Demo Nurse One'").fetchone()
        assert person is not None
        ids = [uuid4() for _ in range(messages // EACH)]
        _copy(connection, _CONVERSATIONS, _conversations(ids, person[1]))
        _copy(connection, _COPY, itertools.islice(_messages(ids), messages))
        connection.execute("CREATE INDEX ix_messages_words ON messages USING gin (words)")
        wanted = {"categories": categories(), "many": len(categories()), "person": person[0]}
        for statement in _REST.split(";"):
            connection.execute(statement.encode(), wanted)
        connection.execute("SELECT gather_conversation_facts()")
        connection.execute("VACUUM ANALYZE")


def _copy(connection: psycopg.Connection, statement: str, rows: Iterator[tuple[object, ...]]) -> None:
    with connection.cursor().copy(statement.encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _opened(place: int) -> datetime:
    return _NOW - timedelta(minutes=7 * place)


def _conversations(ids: list[UUID], team: UUID) -> Iterator[tuple[object, ...]]:
    for place, one in enumerate(ids):
        channel, at = ("sms", "sms", "web", "voice")[place % 4], _opened(place)
        yield one, team, channel, f"made-{place}", "assistant", at, at, at


def _messages(ids: list[UUID]) -> Iterator[tuple[object, ...]]:
    dice, lines, needs = random.Random(7), _lines(), _needs()
    words = [word for line in lines for word in line.split()]
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(needs))))
    number = itertools.count(1)
    for place in itertools.cycle(range(len(ids))):
        for turn in range(dice.choice((2, 6, 10, 12, 20))):
            ours, now = turn % 2 == 1, next(number)
            body = f"{dice.choice(lines)} {' '.join(dice.choices(words, k=dice.randrange(8)))}"
            body += f" {RARE}" * (now % _RARE_EVERY == 0) + f" {PHRASE}" * (now % _PHRASE_EVERY == 0)
            author = "carer" if not ours else "staff" if place % 25 == 0 else "nightlight"
            need = dice.choices(needs, cum_weights=weights)[0]
            known = None if ours else json.dumps({"intent": need, "confidence": 0.8, "ranking": [[need, 0.8]]})
            heard = None if ours else _HEARD
            at = _opened(place) + timedelta(seconds=30 * turn)
            yield uuid4(), ids[place], author, body, at, 0, False, at, known, need if ours else None, False, 0, heard


def _lines() -> list[str]:
    files = (ROOT / "data/evaluation/crises.jsonl", ROOT / "data/evaluation/everyday.jsonl")
    return [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines() if line]


def _needs() -> list[str]:
    known: dict[str, list[str]] = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))
    return known["intents"]


def categories() -> list[str]:
    """The categories of danger that the escalations have."""
    return sorted(path.stem for path in (ROOT / "data/triage/categories").glob("*.yml") if "." not in path.stem)
