"""需求对接: suggested with reasons, referred, reported; solved only with a success or a reason."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.needs.matching.models import Referral
from app.needs.models import Need, NeedState
from tests.browser import Visitor
from tests.exports.taken import exported, table
from tests.factories import make_firm, make_user
from tests.needs.test_need_pages import moved, raised

DUE = (clock.today() + timedelta(days=30)).isoformat()


@pytest.fixture
def firm() -> Firm:
    return make_firm("新疆风光储能有限公司", region="达坂城区")


@pytest.fixture
def officer(visitor: Callable[..., Visitor], engine: sa.Engine) -> Visitor:
    browser = visitor(make_user(name="王五"))
    browser.post("/resources?kind=expert", {"name": "何教授", "said_words": "叶片结冰、停机", "said_contact": "电话一"})
    return browser


def published(officer: Visitor, firm: Firm) -> str:
    address = raised(officer, firm)
    moved(officer, address, "published")
    return address


def referred(officer: Visitor, address: str) -> str:
    """The address of the referral to the only expert there is."""
    expert = next(
        each["value"] for each in officer.get(f"{address}/referrals/new").all("#resource_id option") if each["value"]
    )
    officer.post(f"{address}/referrals", {"resource_id": expert, "due_on": DUE})
    return str(officer.get(address).one("#referrals th a")["href"])


def test_nobody_is_suggested_before_publication_and_then_with_reasons(
    visitor: Callable[..., Visitor], officer: Visitor, firm: Firm
) -> None:
    own = visitor(make_user(Role.FIRM, firm_id=firm.id))
    address = raised(officer, firm)

    before = own.get(address)
    moved(officer, address, "published")
    after = own.get(address)

    assert "何教授" not in before
    assert "关键词相同：叶片结冰、停机" in after
    assert "电话一" not in after
    assert not after.all("a[href*='/referrals/new']")


def test_a_referral_makes_the_need_under_way_and_is_not_made_twice(officer: Visitor, firm: Firm, db: Session) -> None:
    address = published(officer, firm)
    referred(officer, address)

    again = db.scalars(sa.select(Referral)).one()
    answer = officer.post(f"{address}/referrals", {"resource_id": str(again.resource_id), "due_on": DUE}, status=422)

    assert "对接还在进行" in answer
    assert db.scalars(sa.select(Need)).one().state is NeedState.MATCHING


def test_a_need_is_solved_with_a_success_or_with_a_reason(officer: Visitor, firm: Firm) -> None:
    address = published(officer, firm)
    referral = referred(officer, address)

    assert "没有成功的对接记录" in moved(officer, address, "solved", status=422)
    done = {"result": "done", "remark": "签了试制合同", "amount": "25", "version": "1"}
    officer.post(f"{referral}/result", done)
    moved(officer, address, "solved")

    page = officer.get("/referrals?lane=done")
    assert "成功 1 次，成交金额合计 25.00 万元" in page
    heading, row = table(exported(officer, query="lane=done", listing="referrals"))
    assert dict(zip(heading, row, strict=True))["成交金额（万元）"] == 25


def test_a_result_needs_a_word_and_an_amount_needs_a_success(officer: Visitor, firm: Firm) -> None:
    referral = referred(officer, published(officer, firm))

    assert "此项必填" in officer.post(
        f"{referral}/result", {"result": "done", "remark": "", "version": "1"}, status=422
    )
    lost = {"result": "failed", "remark": "价格没有谈拢", "amount": "25", "version": "1"}
    answer = officer.post(f"{referral}/result", lost, status=422)
    assert "只有成功的对接才有金额" in answer
    assert "价格没有谈拢" in answer.one("#remark").text


def test_the_second_of_two_reports_is_told_and_overwrites_nothing(officer: Visitor, firm: Firm, db: Session) -> None:
    referral = referred(officer, published(officer, firm))
    officer.post(f"{referral}/result", {"result": "open", "remark": "下周见面", "version": "1"})

    late = officer.post(f"{referral}/result", {"result": "failed", "remark": "不见了", "version": "1"}, status=409)

    assert "下周见面" in late.one(".conflict").text
    assert db.scalars(sa.select(Referral)).one().remark == "下周见面"


def test_open_referrals_past_their_day_are_listed(
    visitor: Callable[..., Visitor], officer: Visitor, firm: Firm
) -> None:
    referred(officer, published(officer, firm))
    with database.writing() as session:
        session.execute(sa.update(Referral).values(due_on=clock.today() - timedelta(days=1)))

    tab = next(each for each in officer.get("/referrals").all(".tabs a") if "过期" in each.text)

    assert "（1）" in tab.text
    assert "叶片除冰" in officer.get(tab["href"])
    other = visitor(make_user(Role.FIRM, firm_id=make_firm().id))
    assert "叶片除冰" not in other.get("/referrals?lane=late")
