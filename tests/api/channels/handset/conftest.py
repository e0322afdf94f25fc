"""A browser for the desk."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.harness.browser import chromium


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here; each opens pages of its own."""
    async with chromium() as opened:
        yield opened
