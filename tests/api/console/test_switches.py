"""The page of the switches: a reason, an end, a banner on every page, and an end by itself that is told."""

from tests.harness.line import NURSE_ONE, Line
from tests.harness.staff import INFORMATION, StaffBrowser

HERE = "/console/switches"


async def test_a_switch_is_set_shown_on_every_page_and_ends_by_itself(line: Line, signed_in: StaffBrowser) -> None:
    await signed_in.open(HERE)
    await signed_in.post(f"{HERE}/safe_mode/on", reason=" ", hours="2")
    assert (signed_in.status, "Say why." in signed_in.text) == (422, True)
    await signed_in.post(f"{HERE}/safe_mode/on", reason="It answers nonsense.", hours="48")
    assert (signed_in.status, "Choose for how long" in signed_in.text) == (422, True)
    await signed_in.post(f"{HERE}/safe_mode/on", reason="It answers nonsense.", hours="1")
    assert "It is on. Carers are told from now on." in signed_in.text
    assert "Set by Demo Nurse One" in signed_in.text
    pages = ("/console", "/console/inbox", "/console/tasks", "/console/referrals", "/console/directory", HERE)
    for page in pages:
        assert "People only, no assistant. It answers nonsense." in (await signed_in.open(page)).text, page
    await line.jump(minutes=61)
    assert "People only, no assistant has ended by itself" in line.last(NURSE_ONE)
    await signed_in.sign_in()
    assert "Ended by itself at" in signed_in.text
    assert "ended by itself. It answers nonsense." in (await signed_in.open(HERE)).text


async def test_it_is_ended_by_hand_and_nobody_else_switches(line: Line, desk: StaffBrowser) -> None:
    await desk.sign_in()
    await desk.open(HERE)
    await desk.post(f"{HERE}/no_capacity/on", reason="Two are ill.", hours="24")
    await desk.post(f"{HERE}/no_capacity/off")
    assert "It is off. Carers are served as usual." in desk.text
    assert "ended by Demo Nurse One. Two are ill." in desk.text
    await desk.post(f"{HERE}/everything/on", reason="x", hours="1")
    assert desk.status == 404
    desk.client.cookies.clear()
    await desk.sign_in(INFORMATION)
    assert (await desk.open(HERE)).status == 403
    assert (await desk.post(f"{HERE}/no_capacity/on", reason="x", hours="1")).status == 403
