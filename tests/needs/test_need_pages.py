"""企业需求 as people meet it: raised, judged, diagnosed, published, brought to an end, listed, exported."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.firms.models import Firm
from app.needs.models import Need, NeedState, NeedStep
from tests.browser import Visitor
from tests.exports.taken import above, exported, table
from tests.factories import assign, make_firm, make_unit, make_user
from tests.needs.test_clarity import CLEAR

TOLD = {"title": "叶片除冰", **{f"said_{code}": text for code, text in CLEAR.items()}}
VAGUE = {"title": "想提高效率", "said_object": "越快越好"}


@pytest.fixture
def firm() -> Firm:
    return make_firm("新疆风光储能有限公司")


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(name="王五"))


def raised(browser: Visitor, firm: Firm, typed: dict[str, str] = TOLD) -> str:
    """The address of a need that was raised."""
    return str(browser.post(f"/firms/{firm.id}/needs?kind=technology", typed).headers["location"])


def moved(browser: Visitor, address: str, state: str, remark: str = "", *, status: int = 303) -> str:
    version = browser.get(address).one("form[action$='/steps'] [name=version]")["value"]
    answer = browser.post(f"{address}/steps", {"state": state, "remark": remark, "version": version}, status=status)
    return answer.words()


def test_a_firm_raises_a_need_and_amount_and_deadline_are_read_from_it(
    visitor: Callable[..., Visitor], engine: sa.Engine, firm: Firm, db: Session
) -> None:
    own = visitor(make_user(Role.FIRM, firm_id=firm.id))

    page = own.get(raised(own, firm))

    need = db.scalars(sa.select(Need)).one()
    assert (need.clarity, need.amount, need.deadline) == (100, 300_000, date(2027, 6, 30))
    assert "每次停机 36 小时" in page
    assert not page.all("form[action$='/steps']"), "a firm takes no steps with its own need"


def test_assessing_says_what_is_missing_and_keeps_nothing(officer: Visitor, firm: Firm, db: Session) -> None:
    typed = {**VAGUE, "then": "assess"}

    page = officer.post(f"/firms/{firm.id}/needs?kind=technology", typed, status=200)

    assert "10 分，低于 70 分" in page
    assert "“要解决的问题”写得较笼统" in page
    assert page.one("#title")["value"] == "想提高效率"
    assert db.scalars(sa.select(Need)).all() == []


def test_a_vague_need_is_taken_in_but_published_only_with_a_diagnosis(
    officer: Visitor, firm: Firm, db: Session
) -> None:
    address = raised(officer, firm, VAGUE)

    refused = moved(officer, address, "published", status=422)
    moved(officer, address, "published", "电话核实：要把除冰停机从 36 小时降到 6 小时。")

    assert "清晰度 10 分，低于 70 分，暂不能直接发布" in refused
    steps = db.scalars(sa.select(NeedStep).order_by(NeedStep.id)).all()
    assert [step.state for step in steps] == [NeedState.OPEN, NeedState.PUBLISHED]
    assert steps[1].remark == "电话核实：要把除冰停机从 36 小时降到 6 小时。"
    assert steps[1].taken_by is not None
    assert steps[1].taken_by.name == "王五"


def test_a_returned_need_comes_back_when_its_firm_mends_it(
    visitor: Callable[..., Visitor], officer: Visitor, firm: Firm, db: Session
) -> None:
    own = visitor(make_user(Role.FIRM, firm_id=firm.id))
    address = raised(own, firm, VAGUE)
    moved(officer, address, "returned", "请写明现在的指标")

    own.post(address, {**TOLD, "version": "2"})

    assert db.scalars(sa.select(Need)).one().state is NeedState.OPEN
    assert "修改后重新提交" in own.get(address)
    moved(officer, address, "published")
    assert "不能再改" in own.post(address, {**TOLD, "version": "4"}, status=409)


def test_a_step_that_skips_the_way_is_refused_and_the_remark_stays(officer: Visitor, firm: Firm) -> None:
    address = raised(officer, firm)

    answer = officer.post(f"{address}/steps", {"state": "solved", "remark": "已自行解决", "version": "1"}, status=422)

    assert "“待诊断”的需求不能直接转为“已解决”" in answer
    assert "已自行解决" in answer.one("#remark").text


def test_the_second_of_two_steps_is_told_what_the_first_did(officer: Visitor, firm: Firm) -> None:
    address = raised(officer, firm)
    moved(officer, address, "published")

    late = {"state": "returned", "remark": "请补充", "version": "1"}
    answer = officer.post(f"{address}/steps", late, status=409)

    assert "已发布" in answer.one(".conflict").text
    assert "请补充" in answer.one("#remark").text


def test_counts_lead_to_their_rows_and_the_export_holds_the_same(officer: Visitor, firm: Firm) -> None:
    raised(officer, firm)
    moved(officer, raised(officer, firm, {**TOLD, "title": "齿轮箱密封"}), "published")

    page = officer.get("/needs?q=风光储能")
    tab = next(link for link in page.all(".tabs a") if "已发布" in link.text)
    rows = officer.get(tab["href"])

    assert "（1）" in tab.text
    assert rows.all("tbody th a")[0].text.strip() == "齿轮箱密封"
    file = exported(officer, query="state=published", listing="needs")
    heading, *lines = table(file)
    assert len(lines) == 1
    assert dict(zip(heading, lines[0], strict=True))["金额（万元）"] == 30
    assert "状态“已发布”" in above(file)
    assert "齿轮箱密封" in officer.get("/needs/ledger?state=published")


def test_the_way_through_a_list_keeps_its_filter(officer: Visitor, firm: Firm) -> None:
    first, second, third = (raised(officer, firm, {**TOLD, "title": name}) for name in ("甲", "乙", "丙"))
    raised(officer, firm, {"title": "丁"})

    page = officer.get(f"{second}?from=clear%3Dclear")

    assert "第 2 条，共 3 条" in page
    assert page.one("[rel=prev]")["href"].startswith(third)
    assert page.one("[rel=next]")["href"].startswith(first)


def roles(firm: Firm) -> dict[str, User]:
    former, unit = make_user(Role.COMMISSIONER), make_unit()
    assign(former, firm, ends_on=date(2021, 1, 1))
    return {
        "former": former,
        "unit": make_user(Role.UNIT, unit_id=unit.id),
        "firm": make_user(Role.FIRM, firm_id=make_firm().id),
    }


def test_a_former_commissioner_another_unit_and_another_firm_see_nothing(
    visitor: Callable[..., Visitor], officer: Visitor, firm: Firm
) -> None:
    address = raised(officer, firm)

    for user in roles(firm).values():
        browser = visitor(user)
        browser.get(address, status=404)
        browser.get(f"/firms/{firm.id}/needs", status=404)
        assert "叶片除冰" not in browser.get("/needs")
        assert len(table(exported(browser, listing="needs"))) == 1
