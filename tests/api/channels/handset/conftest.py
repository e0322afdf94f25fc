"""A browser for the desk."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.harness.browser import chromium


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here; each opens pages of its own."""
    expect.set_options(timeout=20_000)  # Milliseconds: a busy machine may be slow to show what it has.
    async with chromium() as opened:
        yield opened
