"""What callers hear when nothing of ours answers: static TwiML, printed by a command, that names no address of ours."""

import asyncio

import pytest
import typer

from api import commands
from api.clients.pretend_twiml import verbs
from tests.harness.line import LINE


async def printed(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    await asyncio.to_thread(commands.app, ["voice", "fallback", "--team", *options], standalone_mode=False)
    return capsys.readouterr().out.strip()


async def test_it_says_whom_to_ring_rings_the_team_and_says_what_to_do_when_nobody_answers(
    db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    document = await printed(capsys, "demo")
    first, dial, nobody, again, end = verbs(document)
    assert [one.name for one in (first, dial, nobody, again, end)] == ["Say", "Dial", "Say", "Say", "Hangup"]
    for words in ("This is Nightlight", "9 9 9", "1 1 1", "0 1 6 3 2, 9 6 0, 9 9 9"):
        assert words in first.words
    assert (dial.words, dial.attributes) == ("+441632960999", {"callerId": LINE, "timeout": "40"})
    assert "1 1 1" in nobody.words
    assert nobody.words == again.words
    assert "http" not in document

    assert "+447700900201" in await printed(capsys, "demo", "--dial", "07700 900201")


@pytest.mark.parametrize("options", [("nowhere",), ("demo", "--dial", "the ward")])
async def test_a_team_or_a_number_that_is_none_is_refused(
    db: str, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    with pytest.raises(typer.BadParameter):
        await printed(capsys, *options)
