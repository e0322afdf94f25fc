"""A charity puts the chat into its own page with one tag."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tests.harness.browser import barriers
from tests.harness.line import Line, configure
from tests.harness.ports import free_port

pytestmark = pytest.mark.browser
PORT = free_port()
CHARITY, CHARITY_ELSEWHERE = f"http://127.0.0.1:{PORT}", f"http://localhost:{PORT}"
WEATHER = "https://www.bbc.co.uk/weather"
PAGE = """HTTP/1.1 200 OK\r
Content-Type: text/html\r
Content-Security-Policy: default-src 'none'; script-src {line}; frame-src {line}\r
Connection: close\r
\r
<!doctype html><html lang="en"><title>A charity</title><main><h1>A charity</h1></main>
<script src="{line}/chat/embed.js" data-team="demo" async></script></html>"""  # A strict site: it allows no styles.


@asynccontextmanager
async def _charity(browser: Browser, line: Line, at: str, allowed: str, width: int = 1280) -> AsyncIterator[Page]:
    """The charity's page, with the tag in it. `allowed`: the origins that may show the chat."""
    configure(embed_origins=allowed)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(PAGE.format(line=line.url).encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", PORT)
    context = await browser.new_context(viewport={"width": width, "height": 700})
    page = await context.new_page()
    await page.route(f"{WEATHER}**", lambda route: route.fulfill(body="Sunny", content_type="text/html"))
    try:
        await page.goto(f"{at}/help")
        yield page
    finally:
        await context.close()
        server.close()
        configure(embed_origins="")


@pytest.mark.parametrize("width", [320, 1280])
async def test_the_chat_opens_in_the_page_and_keeps_its_thread(line: Line, browser: Browser, width: int) -> None:
    async with _charity(browser, line, CHARITY, CHARITY, width) as page:
        button = page.get_by_role("button", name="Write to Nightlight")
        await expect(button).to_have_attribute("aria-expanded", "false")
        await button.click()
        await expect(page.get_by_role("dialog", name="Write to Nightlight")).to_be_visible()
        frame = page.frame_locator("iframe")
        await frame.get_by_label("Write your message").fill("nurse")
        await frame.get_by_role("button", name="Send").click()
        await expect(frame.locator("#lines")).to_contain_text("I am telling the on-call nurse now")
        assert await barriers(page) == []

        await page.get_by_role("button", name="Close").click()
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await expect(button).to_be_focused()

        await page.reload()
        await page.get_by_role("button", name="Write to Nightlight").click()
        await expect(page.frame_locator("iframe").locator("#lines")).to_contain_text("I am telling the on-call nurse")


async def test_leaving_takes_the_whole_page_away(line: Line, browser: Browser) -> None:
    async with _charity(browser, line, CHARITY, CHARITY) as page:
        await page.get_by_role("button", name="Write to Nightlight").click()
        frame = page.frame_locator("iframe")
        await frame.get_by_label("Write your message").fill("nurse")
        await frame.get_by_role("button", name="Send").click()
        await expect(frame.locator("#lines")).to_contain_text("I am telling the on-call nurse now")
        await frame.get_by_role("link", name="Leave this page").click()

        await page.wait_for_url(WEATHER)
        assert await page.context.cookies() == []


async def test_escape_in_the_frame_takes_the_whole_page_away(line: Line, browser: Browser) -> None:
    async with _charity(browser, line, CHARITY, CHARITY) as page:
        await page.get_by_role("button", name="Write to Nightlight").click()
        await page.frame_locator("iframe").get_by_label("Write your message").click()
        for _ in range(3):
            await page.keyboard.press("Escape")

        await page.wait_for_url(WEATHER)


async def test_where_the_frame_is_refused_the_chat_is_one_press_away(line: Line, browser: Browser) -> None:
    async with _charity(browser, line, CHARITY, allowed="") as page:
        await page.get_by_role("button", name="Write to Nightlight").click()

        link = page.get_by_role("link", name="Open the chat in its own tab")
        await expect(link).to_be_visible(timeout=30_000)
        await expect(link).to_have_attribute("href", f"{line.url}/chat?team=demo")


async def test_where_cookies_of_others_are_refused_the_message_counts_and_the_carer_is_told(
    line: Line, browser: Browser
) -> None:
    async with _charity(browser, line, CHARITY_ELSEWHERE, CHARITY_ELSEWHERE) as page:
        await page.get_by_role("button", name="Write to Nightlight").click()
        frame = page.frame_locator("iframe")
        await frame.get_by_label("Write your message").fill("hes choking on a tablet")
        await frame.get_by_role("button", name="Send").click()

        await expect(frame.locator(".line--urgent")).to_contain_text("If they can cough")
        await expect(frame.locator("#notice")).to_contain_text("this browser did not keep the chat open")
        await expect(frame.get_by_role("link", name="Open the chat in its own tab")).to_be_visible()
