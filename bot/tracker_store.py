"""Where Rasa's conversations are kept: Rasa's own SQL store, made safe for a database that starts late or restarts.

Read in Rasa 3.6.21: when the database refuses the first connection, `SQLTrackerStore` logs that it could not create its
tables and carries on without them; and after a restart of the database it uses dead connections, loses the turn, and
quietly goes on in memory. Both end with a conversation that the next process has never heard of.
"""

import logging
import time
from typing import Any

import sqlalchemy
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.domain import Domain
from sqlalchemy.exc import OperationalError

logger = logging.getLogger(__name__)

_RETRY_SECONDS = 1.0


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
