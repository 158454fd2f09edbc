"""What speaks against a draft: said beside the row, mended or answered before it is sent in, shown to the reviewer."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from tests.browser import Visitor
from tests.checks.conftest import LAST
from tests.factories import make_firm
from tests.facts.arrange import put
from tests.workbench.test_drafts import HUNDRED, started, step, version_of

SECOND = {
    "conditions-1-id": "P2",
    "conditions-1-clause": "第三条（二）",
    "conditions-1-wording": "职工不多于60人",
    "conditions-1-test": "职工总数 <= 60人",
}


def saved(officer: Visitor, **changes: str) -> str:
    """A draft about 职工总数, of which one firm's is known."""
    put(make_firm(), "staff", "150", year=LAST)
    address = started(officer)
    officer.post(address, {**HUNDRED, "version": version_of(address), **changes})
    return address


def test_a_rule_nobody_can_meet_is_said_beside_its_rows_and_cannot_be_sent_in(officer: Visitor) -> None:
    address = saved(officer, **SECOND)

    refused = step(officer, address, "submission", status=409)
    form = officer.get(f"{address}/edit")

    assert "须先改：“P1”（职工总数 >= 100人）与“P2”（职工总数 <= 60人）不可能同时成立" in refused
    assert [each.get_text(strip=True)[:3] for each in form.all("#conditions .reading.is-wrong")] == ["须改：", "须改："]
    assert not officer.get(address).all(f"form[action$='{address}/submission']")


def test_what_is_only_odd_has_to_be_answered_and_the_reviewer_reads_the_answer(
    officer: Visitor, reviewer: Visitor, db: Session
) -> None:
    address = saved(officer, **{**SECOND, "conditions-1-test": "职工总数 >= 60人"})

    refused = step(officer, address, "submission", status=422, defence="")
    step(officer, address, "submission", defence="原文两处都写，照录")
    page = reviewer.get(address)

    assert "请逐处核对后写明为什么仍这样写" in refused
    assert "“P2”（职工总数 >= 60人）单独没有作用" in page
    assert "起草人说明： 原文两处都写，照录" in page
    told = db.scalars(sa.select(Event).where(Event.kind == "rule_draft.submitted")).one()
    assert "原文两处都写，照录" in told.body


def test_a_figure_of_which_the_pool_has_nothing_is_named_with_the_size_of_the_pool(officer: Visitor) -> None:
    address = saved(officer, **{"conditions-0-test": "科技人员 >= 10人"})

    page = officer.get(address)
    put(make_firm(), "tech_staff", "5", year=LAST)
    known = officer.get(address)

    assert "全库 1 家企业现在都没有“科技人员”的数值" in page
    assert "现在都没有" not in known


def test_a_rule_for_the_same_award_with_another_threshold_is_named(officer: Visitor, reviewer: Visitor) -> None:
    group = {"stacking_group": "规模奖励", "stacking_mode": "就高不重复"}
    first = saved(officer, **group, starts="2026-01-01")
    step(officer, first, "submission")
    step(reviewer, first, "publication", past="on", reason="补录")

    page = officer.get(saved(officer, **{**group, "conditions-0-test": "职工总数 >= 120人"}))

    assert "“P1”（职工总数 >= 120人）与《百人企业奖补》第三条（一）（职工总数 >= 100人）不同。" in page


def test_ending_a_rule_raises_no_doubt(officer: Visitor) -> None:
    address = started(officer, "?rule=tsme&purpose=end")

    assert not officer.get(address).all("#doubts")
