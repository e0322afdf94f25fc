"""What data/reporting.yml settles: how small numbers are hidden, and what a contact is."""

from datetime import timedelta
from functools import cache

import yaml

from api import settings
from api.conversations.rules import Channel
from api.errors import BadData
from api.reporting.rules import Limits


@cache
def limits() -> Limits:
    """The limits as they stand in the file. Raises BadData."""
    path = settings.get().data_dir / "reporting.yml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        within = {str(channel): float(raw["answer_within"][channel]) for channel in Channel}
        return Limits(max(1, int(raw["fewest"])), timedelta(hours=raw["new_contact_after"]), within)
    except (OSError, KeyError, TypeError, ValueError, yaml.YAMLError) as error:
        raise BadData(f"{path.name} cannot be used ({error})") from error
