"""A real browser, and what axe finds on a page in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from scripts.browser import find_browser

# Chromium without a sandbox runs as root too, and without background work it looks up no host of its own.
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WANTED = {"resultTypes": ["violations"]}  # What is right need not be listed in full, which takes axe long.
_STILL = """Promise.all(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().iterations !== Infinity)
    .map(one => one.finished.catch(() => null))).then(() => null)"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """A browser without windows. Raises RuntimeError if none is installed."""
    path = find_browser()
    if path is None:
        raise RuntimeError("No browser for the page tests: `make test` installs one (Debian's package chromium).")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def barriers(page: Page) -> list[str]:
    """What axe finds wrong for people with disabilities, one line for each rule that is broken.

    Not while something is still fading in: a colour half-way there is nobody's colour.
    """
    await page.evaluate(_STILL)
    found: dict[str, Any] = (await Axe().run(page, options=_WANTED)).response
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found["violations"]]
