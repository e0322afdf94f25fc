"""A nurse at the console."""

from collections.abc import AsyncIterator

import pytest

from tests.harness.line import Line
from tests.harness.staff import StaffBrowser


@pytest.fixture
async def desk(line: Line) -> AsyncIterator[StaffBrowser]:
    """A staff browser that has not signed in."""
    browser = StaffBrowser(line.url)
    yield browser
    await browser.client.aclose()


@pytest.fixture
async def signed_in(desk: StaffBrowser) -> StaffBrowser:
    """Demo Nurse One, signed in, with the board before her."""
    return await desk.sign_in()
