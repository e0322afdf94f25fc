"""A browser for the journeys that pass through a page."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.harness.browser import chromium

expect.set_options(timeout=30_000)  # Milliseconds. A loaded machine is slow, not wrong.


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all journeys; each opens pages of its own."""
    async with chromium() as opened:
        yield opened
