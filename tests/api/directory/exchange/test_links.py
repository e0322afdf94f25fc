"""`api directory check --links` tries every web address of the directory, and only when it is asked to."""

from tests.api.directory.exchange.conftest import Operator
from tests.harness.elsewhere import service
from tests.harness.feed import Feed, say


def test_an_address_that_nobody_gets_to_is_listed(elsewhere: Operator, feed: Feed) -> None:
    elsewhere.sits_down()
    there, gone = service("Here", url=f"{feed.url}/there"), service("Gone", webchat_url=f"{feed.url}/gone", url=None)
    feed.put(there, gone)
    assert "2 added" in elsewhere.types("import", feed.url, "--apply")
    feed.instead = {"/there": say(b"<html>", kind="text/html")}
    feed.asked.clear()

    assert "/gone answered" not in elsewhere.types("check")
    assert feed.asked == []
    said = [line for line in elsewhere.types("check", "--links").splitlines() if line.startswith("link")]
    assert len(said) == 1
    assert said[0].endswith(f"{feed.url}/gone answered with status 404")
    assert f"127-0-0-1-{gone['id']}" in said[0]
    assert sorted(feed.asked) == ["/gone", "/gone", "/there"]
