"""Alembic's entry: takes the connection that `api database prepare` opened."""

from alembic import context

from api.audit import models as _audit  # noqa: F401
from api.conversations import models as _conversations  # noqa: F401
from api.conversations.aftercare import models as _aftercare  # noqa: F401
from api.conversations.aftercare.outcomes import models as _outcomes  # noqa: F401
from api.conversations.carer_calls import models as _carer_calls  # noqa: F401
from api.cover import models as _cover  # noqa: F401
from api.database import Base
from api.directory import models as _directory  # noqa: F401
from api.directory.desk import models as _desk  # noqa: F401
from api.directory.signposts import models as _signposts  # noqa: F401
from api.escalations import models as _escalations  # noqa: F401
from api.handovers import models as _handovers  # noqa: F401
from api.paging import models as _paging  # noqa: F401
from api.people import models as _people  # noqa: F401
from api.privacy import models as _privacy  # noqa: F401
from api.referrals import models as _referrals  # noqa: F401
from api.reporting.rollups import models as _rollups  # noqa: F401
from api.review.judging import models as _judging  # noqa: F401
from api.review.learning import models as _learning  # noqa: F401
from api.review.reading import models as _reading  # noqa: F401
from api.rota import models as _rota  # noqa: F401
from api.switches import models as _switches  # noqa: F401
from api.watch import models as _watch  # noqa: F401
from api.webhooks import models as _webhooks  # noqa: F401


def _ours(_thing: object, name: str | None, kind: str, _reflected: bool, _compare: object) -> bool:
    """Procrastinate's tables are its own."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_object=_ours,
    compare_type=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
