"""Whose thread a browser sees, who may post in its name, and how it is forgotten."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from api import settings
from api.conversations.models import Conversation, Message
from api.database import transaction
from tests.conftest import URL
from tests.harness.chat import ChatBrowser
from tests.harness.line import configure

COOKIE = "nightlight_chat"


@pytest.fixture
async def chat(client: httpx.AsyncClient) -> ChatBrowser:
    return await ChatBrowser(client).open()


@pytest.fixture
def https_and_a_charity() -> Iterator[None]:
    """Public over https, and one charity may show the chat."""
    configure(public_url="https://line.example", embed_origins="https://charity.example")
    yield
    configure(public_url=URL, embed_origins="")


async def _stored() -> list[str]:
    async with transaction() as session:
        return list((await session.execute(select(Message.body).where(Message.author == "carer"))).scalars())


async def test_the_thread_survives_a_reload_and_only_this_browser_sees_it(
    client: httpx.AsyncClient, chat: ChatBrowser
) -> None:
    await chat.say("something private")
    await chat.open()
    assert "something private" in chat.text

    async with httpx.AsyncClient(base_url=URL) as another:
        assert "something private" not in (await ChatBrowser(another).open()).text


async def test_the_cookie_is_for_this_site_only_and_the_database_does_not_have_it(
    client: httpx.AsyncClient, chat: ChatBrowser
) -> None:
    response = await client.get("/chat")
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie

    secret = client.cookies[COOKIE]
    assert len(secret) == 43
    await chat.say("hello")
    async with transaction() as session:
        address = (await session.execute(select(Conversation.address))).scalar_one()
    assert secret not in address
    assert len(address) == 64
    assert secret not in chat.page, "a script on the page cannot read it either"


@pytest.mark.usefixtures("https_and_a_charity")
async def test_over_https_the_cookie_never_travels_in_the_open(client: httpx.AsyncClient) -> None:
    own = (await client.get("/chat")).headers["set-cookie"]
    framed = (await client.get("/chat?embed=1")).headers["set-cookie"]

    assert own.startswith("__Host-nightlight_chat=")
    assert own.endswith("; Secure; SameSite=Lax")
    assert framed.startswith("__Host-nightlight_frame=")
    assert framed.endswith("; Secure; SameSite=None; Partitioned")


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
async def test_a_form_without_the_right_token_stores_nothing_and_keeps_the_words(chat: ChatBrowser, token: str) -> None:
    response = await chat.say("hello", token=token)

    assert response.status_code == 403
    assert "out of date" in chat.text
    assert "hello</textarea>" in chat.page
    assert await _stored() == []

    await chat.say("hello")
    assert await _stored() == ["hello"], "the page came back with a token that is right"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
async def test_another_site_cannot_post(client: httpx.AsyncClient, chat: ChatBrowser, headers: dict[str, str]) -> None:
    form = {**chat.hidden, "body": "hello"}
    assert (await client.post("/chat/messages", data=form, headers=headers)).status_code == 403

    client.cookies.clear()  # What a cross-site post looks like: the browser keeps the cookie back.
    assert (await client.post("/chat/messages", data=form, headers=headers)).status_code == 403
    assert await _stored() == []


async def test_a_browser_that_keeps_no_cookies_is_heard_and_told_so(
    client: httpx.AsyncClient, chat: ChatBrowser
) -> None:
    client.cookies.clear()
    response = await chat.say("hes choking on a tablet")

    assert response.status_code == 200
    assert await _stored() == ["hes choking on a tablet"]
    assert "If they can cough" in chat.text
    assert "this browser did not keep the chat open" in chat.text


async def test_leaving_forgets_the_thread_and_shows_the_weather(client: httpx.AsyncClient, chat: ChatBrowser) -> None:
    await chat.say("something private")
    response = await client.get("/chat/leave")

    assert response.status_code == 303
    assert response.headers["location"] == "https://www.bbc.co.uk/weather"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert COOKIE not in client.cookies
    assert "something private" not in (await chat.open()).text


async def test_another_site_cannot_end_the_chat(client: httpx.AsyncClient, chat: ChatBrowser) -> None:
    await client.get("/chat/leave", headers={"Sec-Fetch-Site": "cross-site"})

    assert COOKIE in client.cookies


async def test_no_site_may_show_the_chat_unless_it_is_named(client: httpx.AsyncClient) -> None:
    for address in ("/chat", "/chat?embed=1", "/chat/leave", "/health/live"):
        assert "frame-ancestors 'none'" in (await client.get(address)).headers["content-security-policy"]


@pytest.mark.usefixtures("https_and_a_charity")
async def test_a_named_site_may_show_the_frame_and_nothing_else(client: httpx.AsyncClient) -> None:
    framed = (await client.get("/chat?embed=1")).headers["content-security-policy"]
    assert "frame-ancestors https://charity.example" in framed
    assert settings.get().embed_origins == "https://charity.example"
    assert "frame-ancestors 'none'" in (await client.get("/chat")).headers["content-security-policy"]


async def test_the_frame_has_a_thread_of_its_own(client: httpx.AsyncClient, chat: ChatBrowser) -> None:
    await chat.say("in the open page")
    frame = await ChatBrowser(client).open("/chat?embed=1")
    assert "in the open page" not in frame.text

    response = await frame.send("/chat/messages?embed=1", body="in the frame")
    assert response.headers["location"] == "/chat?wait=1&embed=1#newest"
    assert "in the frame" in (await frame.open("/chat?embed=1")).text
    assert "in the frame" not in (await chat.open("/chat")).text


async def test_no_page_is_kept_by_the_browser_and_nothing_inline_may_run(client: httpx.AsyncClient) -> None:
    headers = (await client.get("/chat")).headers

    assert headers["cache-control"] == "no-store"
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]


async def test_the_tag_for_other_sites(client: httpx.AsyncClient) -> None:
    response = await client.get("/chat/embed.js")

    assert response.headers["content-type"].startswith("text/javascript")
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert '"Write to Nightlight"' in response.text
    assert "{{" not in response.text
