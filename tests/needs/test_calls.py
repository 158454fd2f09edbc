"""需求征集: whom a round asks, what counts as an answer, who is reminded, and numbers that are their lists."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.firms.models import Firm, FirmState
from app.needs.calls.models import CalledFirm, NeedCall
from app.notices import service as notices
from app.notices.models import Notice, NoticeKind
from app.registrations import register_all
from tests.browser import Answer, Visitor
from tests.exports.taken import table
from tests.factories import assign, make_firm, make_unit, make_user
from tests.facts.arrange import at

Enter = Callable[..., Visitor]
FINANCING = {"title": "流动资金", "said_amount": "300 万元"}


@pytest.fixture
def firms(engine: sa.Engine) -> list[Firm]:
    register_all()
    unit = make_unit("柴窝堡街道")
    make_firm("已注销公司", state=FirmState.CLOSED)
    return [make_firm(name, unit_id=unit.id) for name in ("甲公司", "乙公司")] + [make_firm("丙公司")]


def typed(**more: str) -> dict[str, str]:
    today = clock.today()
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(days=14)).isoformat()}
    return {"name": "第四季度融资需求征集", "kind": "financing", "remind": "7，3", **days, **more}


def started(officer: Visitor) -> str:
    return str(officer.post("/need-calls", typed()).headers["location"])


def shown(page: Answer) -> dict[str, str]:
    """Firm → its answer, on the page of a round."""
    rows = [row for row in page.all("tbody tr") if row.select_one(".tag")]
    return {row.th.get_text(strip=True): row.select_one(".tag").get_text(strip=True) for row in rows}


def test_every_firm_in_operation_is_asked_and_a_need_or_none_is_an_answer(visitor: Enter, firms: list[Firm]) -> None:
    officer = visitor(make_user())
    address = started(officer)
    own = visitor(make_user(Role.FIRM, firm_id=firms[1].id))
    commissioner = make_user(Role.COMMISSIONER)
    assign(commissioner, firms[0])

    officer.post(f"/firms/{firms[2].id}/needs?kind=financing", FINANCING)
    officer.post(f"/firms/{firms[0].id}/needs?kind=talent", {"title": "一名工程师"})
    asked = own.get(f"/firms/{firms[1].id}/needs")
    own.post(asked.one("form[action$='/answer']")["action"])

    assert "第四季度融资需求征集" in asked
    assert own.get(f"/firms/{firms[1].id}/needs").all("form[action$='/answer']") == []
    assert shown(officer.get(address)) == {"甲公司": "未答", "乙公司": "无需求", "丙公司": "已提需求"}
    assert shown(visitor(commissioner).get(address)) == {"甲公司": "未答"}
    number = address.rsplit("/", 1)[1]
    _, *rows = table(officer.post(f"/exports/called-firms?call={number}", {"format": "xlsx"}, status=200))
    assert {row[0]: row[3] for row in rows} == {"甲公司": "未答", "乙公司": "无需求", "丙公司": "已提需求"}


def test_every_number_of_a_round_is_the_list_it_leads_to(visitor: Enter, firms: list[Firm]) -> None:
    officer = visitor(make_user())
    page = officer.get(started(officer))

    links = [*page.all(".tabs a"), *page.all("table")[0].select("tbody a")]
    for link in links:
        number = int("".join(sign for sign in (link.select_one(".count") or link).get_text() if sign.isdigit()))
        assert len(shown(officer.get(link["href"]))) == number, link["href"]
    assert len(links) >= 8


def test_who_has_not_answered_is_told_at_first_and_on_the_days_set(
    visitor: Enter, firms: list[Firm], monkeypatch: pytest.MonkeyPatch, db: Session
) -> None:
    at(monkeypatch, 2027, 3, 1, 4)
    officer = visitor(make_user())
    waiting, done = (make_user(Role.FIRM, firm_id=firm.id) for firm in firms[:2])
    number = started(officer).rsplit("/", 1)[1]
    visitor(done).post(f"/firms/{firms[1].id}/need-calls/{number}/answer")

    for day in (1, 2, 8, 9, 12, 20):
        at(monkeypatch, 2027, 3, day, 4)
        with database.writing() as session:
            notices.sweep_once(session, clock.today())

    told = dict.fromkeys((waiting.id, done.id), 0)
    for notice in db.scalars(sa.select(Notice).where(Notice.kind == NoticeKind.CALL)):
        told[notice.user_id] += 1
    assert told == {waiting.id: 3, done.id: 0}


def test_a_round_that_is_over_takes_no_answer_and_a_wrong_window_is_refused_with_what_was_typed(
    visitor: Enter, firms: list[Firm], db: Session
) -> None:
    officer = visitor(make_user())
    number = started(officer).rsplit("/", 1)[1]

    officer.post(f"/need-calls/{number}/closing")
    refused = officer.post(f"/firms/{firms[0].id}/need-calls/{number}/answer", status=409)
    wrong = officer.post("/need-calls", typed(ends_on="2020-01-01", remind="很快"), status=422)

    assert "已经结束" in refused
    assert "请写提前的天数" in wrong
    assert wrong.one("#name")["value"] == "第四季度融资需求征集"
    assert db.scalar(sa.select(sa.func.count(NeedCall.id))) == 1
    assert db.scalars(sa.select(CalledFirm.none_at)).all() == [None, None, None]
