"""The ledger's figures in words: small numbers are named as such, and what is not known is not guessed at."""

from datetime import date, timedelta

from api.console.review.judging.ledger import presenters
from api.review.judging.agreement.rules import Kappa, Sensitivity, kappa
from api.review.judging.ledger.rules import QUESTIONS, Week
from api.review.judging.ledger.service import Figures
from api.review.rules import share

MONDAY = date(2026, 11, 23)
KNOWN = Sensitivity(found=20, missed=2, all_found=20, all_missed=10, value=2 / 3, low=0.4, high=0.88)


def found(sensitivity: Sensitivity, hits: int = 0, of: int = 0) -> list[presenters.Figure]:
    nobody = {name: Kappa(0, 0) for name in QUESTIONS}
    figures = Figures(MONDAY, sensitivity, [], 100, 22, share(hits, of), share(0, 0), nobody)
    return presenters.figures(figures, few=20)


def test_a_share_stands_with_its_interval_and_what_it_is_out_of() -> None:
    heard, right, told = found(KNOWN, 8, 9)
    assert (heard.value, heard.interval) == ("67%", "40% to 88%")
    assert heard.out_of == (
        "20 found in time, 2 missed, among what was read. For all conversations that is about 20 and 10."
    )
    assert (right.value, right.out_of) == ("89%", "8 of 9 read. Few: read this with care.")
    assert (told.value, told.interval) == ("Not known yet", "")


def test_what_cannot_be_said_is_not_said() -> None:
    assert found(Sensitivity(0, 0))[0].out_of == "No crisis among what was read."
    heard = found(Sensitivity(30, 1))[0]
    assert (heard.value, heard.interval) == ("Not known yet", "")
    assert "has still to be" in heard.out_of


def test_the_chart_keeps_inside_its_frame_and_leaves_out_what_is_not_known() -> None:
    weeks = [
        Week(MONDAY - timedelta(weeks=back), 10, 5, KNOWN if back % 2 else Sensitivity(0, 0)) for back in range(12)
    ]
    points = presenters.chart(weeks)
    assert [point.y is None for point in points] == [True, False] * 6
    assert all(presenters.LEFT <= point.x <= presenters.WIDTH for point in points)
    for point in points[1::2]:
        assert point.high is not None
        assert point.low is not None
        assert point.y is not None
        assert 0 <= point.high < point.y < point.low <= presenters.HEIGHT, "more stands higher"
    rows = presenters.week_rows(weeks, few=30)
    assert (rows[0].value, rows[1].value) == ("Not known yet", "67% (few)")


def test_agreement_is_a_number_only_where_there_is_one() -> None:
    said = dict.fromkeys(QUESTIONS, kappa([("yes", "yes"), ("no", "no"), ("no", "yes")]))
    said["priority"] = kappa([("none", "none")] * 30)
    rows = {row.question: row for row in presenters.kappas(said, few=20)}
    assert rows["Answers kind?"].agreed == "2 of 3 (few)"
    assert rows["Answers kind?"].value == "0.40"
    assert rows["How urgent?"].value == "Not defined: everybody gave one answer"


def test_time_lost_is_said_plainly() -> None:
    assert presenters.lost(None) == "No nurse was ever paged"
    assert presenters.lost(240) == "4 minutes until a page"
