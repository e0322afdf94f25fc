"""A record comes out of the database in the form of its file, so that file and desk can be compared."""

from sqlalchemy import select

from api.database import transaction
from api.directory.files import service as files
from api.directory.listings import WHOLE
from api.directory.models import Service
from api.directory.records import service as stored
from tests.api.directory.test_files import FOLDER


async def test_every_record_of_ours_comes_out_as_its_file_has_it(db: str) -> None:
    async with transaction() as session:
        whole = select(Service).options(*WHOLE)
        found = {one.code: stored.of(one) for one in (await session.execute(whole)).scalars()}
    written = {record.service.id: record.service.model_dump(mode="json") for record in files.read(FOLDER)}
    assert len(written) == 176
    assert found == written
