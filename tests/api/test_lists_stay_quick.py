"""The lists of `/v1` find their rows by an index, in the order in which they are shown, however many rows there are."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession

from api import clock, cursors, database
from api.conversations import listing as conversations
from api.conversations.rules import Mode
from api.conversations.schemas import ConversationsWanted
from api.database import transaction
from api.escalations.listing import service as listing
from api.escalations.listing.schemas import EscalationsWanted, PagesWanted, TasksWanted
from api.escalations.rules import State, TaskKind
from api.paging.rules import PageState
from api.people.tokens import Caller
from api.webhooks.registry import service as registry
from api.webhooks.rules import DeliveryState
from api.webhooks.schemas import DeliveriesWanted
from tests.harness import seeds

ROWS = 4_000
ANYBODY = Caller.whole("test")
SORTS, WHOLE = ("Sort", "Incremental Sort"), "Seq Scan"
# One in a hundred is in the state in which few are, one in twenty is of the team that asks.
FILL = """
INSERT INTO conversations (id, team_id, channel, address, mode, opened_at, last_message_at, closed_at)
  SELECT gen_random_uuid(), CASE WHEN n % 20 = 0 THEN :team ELSE :other END, 'sms', 'made-' || n,
         CASE WHEN n % 100 = 0 THEN 'person' ELSE 'assistant' END, moment, moment,
         CASE WHEN n % 100 = 0 THEN NULL ELSE moment END
    FROM generate_series(1, :rows) AS n, LATERAL (SELECT now() - n * interval '1 minute' AS moment) AS then_;
INSERT INTO escalations (id, conversation_id, team_id, team_code, state, priority, category, raised_at, asked_at,
                         page_words, ladder_step, silent)
  SELECT gen_random_uuid(), id, team_id, 'x', CASE WHEN closed_at IS NULL THEN 'waiting' ELSE 'resolved' END, 'P1',
         'pain', opened_at, opened_at, 'page', 1, false FROM conversations;
INSERT INTO pages (id, escalation_id, person_id, rung, code, state, placed_at)
  SELECT gen_random_uuid(), id, :nurse, 'on_call', row_number() OVER (), CASE state WHEN 'waiting' THEN 'open' ELSE
         'closed' END, raised_at FROM escalations;
INSERT INTO tasks (id, conversation_id, team_id, kind, reason, priority, created_at, done_at, due_at, tries)
  SELECT gen_random_uuid(), id, team_id, 'call_back', '', 'P1', opened_at, closed_at, opened_at, 0 FROM conversations;
INSERT INTO webhook_endpoints (id, url, events, secret_version, created_at)
  VALUES (:nurse, 'https://hospice.example', ARRAY['task.*'], 1, now());
INSERT INTO webhook_deliveries (id, endpoint_id, kind, at, data, urgent, state, tries)
  SELECT id, :nurse, 'task.added', created_at, '{}', false, CASE WHEN done_at IS NULL THEN 'failed' ELSE 'delivered'
         END, 1 FROM tasks;
ANALYZE
"""


async def fill() -> None:
    """Rows as they gather in years."""
    other, nurse = await seeds.other_team(), await seeds.nurse("Demo Nurse One")
    values = {"team": nurse.team_id, "other": other.id, "nurse": nurse.id, "rows": ROWS}
    async with transaction() as session:
        for statement in FILL.split(";"):
            await session.execute(text(statement), values)


@asynccontextmanager
async def watched() -> AsyncIterator[list[tuple[str, Any]]]:
    """Every statement of the block, with what was put into it."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    engine = database.connect().sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


async def plan(ask: Callable[[AsyncSession], Awaitable[Any]]) -> dict[str, Any]:
    """How PostgreSQL goes about the last statement of a question."""
    async with transaction() as session:
        async with watched() as said:
            rows, _ = await ask(session)
        assert rows, "a question that finds nothing tells nothing"
        statement, parameters = said[-1]
        explained = await (await session.connection()).exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        root: dict[str, Any] = explained.scalar_one()[0]["Plan"]
        return root


def steps(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A plan and all that is in it."""
    yield node
    for inner in node.get("Plans", []):
        yield from steps(inner)


def indexes(root: dict[str, Any]) -> set[str]:
    return {step["Index Name"] for step in steps(root) if "Index Name" in step}


def questions(cursor: str, since: datetime) -> dict[str, tuple[str, Callable[[AsyncSession], Awaitable[Any]]]]:
    """What callers ask, with the index that must answer it."""
    made: dict[str, tuple[str, Callable[[AsyncSession], Awaitable[Any]]]] = {}

    def ask(name: str, index: str, of: Callable[..., Awaitable[Any]], wanted: Any) -> None:
        made[name] = index, lambda session: of(session, ANYBODY, wanted)

    after, few = {"cursor": cursor}, {"limit": 20}
    ask("escalations", "ix_escalations_newest", listing.escalations, EscalationsWanted(**after))
    ask("escalations of a team", "ix_escalations_of_team", listing.escalations, EscalationsWanted(team="demo", **after))
    waiting = EscalationsWanted(state=[State.WAITING], **few)
    ask("escalations that wait", "ix_escalations_in_state", listing.escalations, waiting)
    ask("pages", "ix_pages_newest", listing.pages, PagesWanted(**after))
    ask("open pages", "ix_pages_in_state", listing.pages, PagesWanted(state=[PageState.OPEN], **few))
    ask("tasks", "ix_tasks_newest", listing.tasks, TasksWanted(**after))
    ask("tasks of a team", "ix_tasks_of_team", listing.tasks, TasksWanted(team="demo", kind=[TaskKind.CALL_BACK]))
    ask("open tasks", "ix_tasks_open", listing.tasks, TasksWanted(state="open", **few))
    ask("conversations", "ix_conversations_newest", conversations.conversations, ConversationsWanted(**after))
    of_team = ConversationsWanted(team="demo", **after)
    ask("conversations of a team", "ix_conversations_of_team", conversations.conversations, of_team)
    ask("open ones", "ix_conversations_open", conversations.conversations, ConversationsWanted(state="open", **few))
    held = ConversationsWanted(mode=Mode.PERSON, **few)
    ask("held ones", "ix_conversations_mode", conversations.conversations, held)
    ask("deliveries", "ix_webhook_deliveries_newest", registry.deliveries, DeliveriesWanted(**after))
    failed = DeliveriesWanted(state=DeliveryState.FAILED, **few)
    ask("failed ones", "ix_webhook_deliveries_in_state", registry.deliveries, failed)
    return made


async def test_each_list_is_read_from_an_index_in_its_order_and_without_it_is_not(db: str) -> None:
    await fill()
    middle = clock.now() - timedelta(minutes=ROWS / 2)
    cursor = cursors.written(middle, (await seeds.nurse("Demo Nurse One")).id)

    for name, (index, ask) in questions(cursor, middle).items():
        root = await plan(ask)
        assert index in indexes(root), f"{name}: {root}"
        assert not [step for step in steps(root) if step["Node Type"] in SORTS], f"{name} are sorted: {root}"

    async with transaction() as session:
        await session.execute(text("DROP INDEX ix_tasks_newest, ix_tasks_of_team"))
    index, ask = questions(cursor, middle)["tasks"]
    kinds = {step["Node Type"] for step in steps(await plan(ask))}
    assert kinds & {WHOLE, *SORTS}, "a plan without the index is told from one with it"
