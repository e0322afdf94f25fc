"""Reading data/referrals."""

from functools import cache

import yaml

from api import settings
from api.errors import BadData
from api.referrals.files.schemas import ServicesFile
from api.referrals.rules import Service


@cache
def services() -> tuple[Service, ...]:
    """Every service of data/referrals/services.yml. Raises BadData when the file cannot be used."""
    path = settings.get().data_dir / "referrals/services.yml"
    try:
        loaded = ServicesFile.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BadData(f"{path.name}: {error}") from error
    return tuple(one.service() for one in loaded.services)


def named(code: str) -> Service | None:
    """The service with this code, while the file has it."""
    return next((one for one in services() if one.code == code), None)
