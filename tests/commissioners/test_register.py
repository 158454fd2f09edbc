"""专员名册: who is in it, whose firms end with whose term, interests that forbid a 派驻, hand-overs."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.commissioners.models import Commissioner, Handover
from app.core import clock
from app.core import db as database
from app.firms.models import Assignment, Inquiry
from tests.browser import Visitor
from tests.commissioners.arrange import commissioner, fields
from tests.exports.taken import exported, table
from tests.factories import assign, make_firm, make_unit, make_user
from tests.visits.arrange import visit

Visitors = Callable[..., Visitor]


@pytest.fixture
def officer(visitor: Visitors) -> Visitor:
    return visitor(make_user(name="李科长"))


def test_the_register_is_found_by_field_ordered_by_load_and_exported_alike(officer: Visitor) -> None:
    _, account = commissioner(name="忙专员", fields=["新材料"])
    commissioner(name="闲专员", fields=["新材料", "电子信息"])
    commissioner(name="别专员", fields=["资源与环境"])
    assign(account, make_firm())
    query = "field=新材料&sort=load&order=desc"

    page = officer.get(f"/commissioners?{query}")

    shown = [each.get_text() for each in page.all("tbody th a")]
    assert shown == ["忙专员", "闲专员"]
    assert page.one(f'a[href="/firms?commissioner={account.id}"]').next_element == "1"
    assert [row[0] for row in table(exported(officer, query=query, listing="commissioners"))[1:]] == shown


def test_telephones_and_interests_are_for_those_who_answer_for_them(visitor: Visitors, officer: Visitor) -> None:
    person, account = commissioner(phone="0991-7654321")
    firm = make_firm("远山有限公司")
    address = f"/commissioners/{person.id}"
    officer.post(f"{address}/interests", {"firm": firm.credit_code, "kind": "held"})

    assert "0991-7654321" in officer.get(address)
    assert "远山有限公司" in visitor(account).get(address)
    other = visitor(make_user(Role.UNIT, unit_id=make_unit().id)).get(address)
    assert "0991-7654321" not in other
    assert "远山有限公司" not in other
    visitor(make_user(Role.FIRM, firm_id=firm.id)).get(address, status=403)


def test_a_term_that_ends_takes_the_rows_along(visitor: Visitors, db: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    account, firm = make_user(Role.COMMISSIONER), make_firm()
    assign(account, firm)
    last = clock.today() + timedelta(days=3)

    commissioner(account, ends_on=last.isoformat())

    assert db.scalars(sa.select(Assignment.ends_on)).one() == last
    eyes = visitor(account)
    eyes.get(f"/firms/{firm.id}")
    later = clock.now() + timedelta(days=4)
    monkeypatch.setattr(clock, "now", lambda: later)
    visitor(account).get(f"/firms/{firm.id}", status=404)


def test_a_longer_term_takes_its_firms_along_only_where_that_is_wished(officer: Visitor, db: Session) -> None:
    last, longer = clock.today() + timedelta(days=3), clock.today() + timedelta(days=400)
    account = make_user(Role.COMMISSIONER)
    assign(account, make_firm())
    person, _ = commissioner(account, name="王专员", ends_on=last.isoformat())
    typed = fields(name="王专员", user_id=account.id, ends_on=longer.isoformat())

    officer.post(f"/commissioners/{person.id}", {**typed, "version": "1"})
    assert db.scalars(sa.select(Assignment.ends_on)).one() == last
    officer.post(f"/commissioners/{person.id}", {**typed, "ends_on": last.isoformat(), "version": "2"})
    officer.post(f"/commissioners/{person.id}", {**typed, "extends": "on", "version": "3"})

    db.rollback()
    assert db.scalars(sa.select(Assignment.ends_on)).one() == longer


def test_nobody_is_sent_to_a_firm_they_have_an_interest_in(officer: Visitor, db: Session) -> None:
    person, account = commissioner()
    firm = make_firm("利害有限公司")
    officer.post(f"/commissioners/{person.id}/interests", {"firm": "利害有限公司", "kind": "founded"})

    typed = {"user_id": account.id, "starts_on": clock.today().isoformat()}
    assert "申报过利益关系（本人创办），不能派驻" in officer.post(f"/firms/{firm.id}/assignments", typed, status=422)
    batch = {"kind": "assign", "firm": firm.id, "user_id": account.id}
    assert "申报过利益关系" in officer.post("/bulk/preview", batch, status=200)
    assert not db.scalars(sa.select(Assignment)).all()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"firm": "没有这家"}, "名录里没有这家企业"),
        ({"firm": "正派驻有限公司"}, "请先在企业页交接或结束派驻"),
    ],
)
def test_an_interest_that_cannot_be_written_down_says_why(
    officer: Visitor, typed: dict[str, str], sentence: str
) -> None:
    person, account = commissioner()
    assign(account, make_firm("正派驻有限公司"))

    answer = officer.post(f"/commissioners/{person.id}/interests", {"kind": "held", **typed}, status=422)

    assert sentence in answer
    assert answer.one("#firm")["value"] == typed["firm"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"ends_on": ""}, "聘期的起止日期要么都填，要么都不填"),
        ({"ends_on": "2019-01-01"}, "聘期的结束日期早于开始日期"),
        ({"fields": "炼金术"}, "“炼金术”不在技术领域的范围内"),
        ({"name": "老专员"}, "名册里已有这个单位的同名专员"),
        ({"most_firms": "0"}, "不能小于 1"),
    ],
)
def test_an_entry_that_cannot_stand_is_refused_and_kept_in_the_form(
    officer: Visitor, typed: dict[str, str], sentence: str
) -> None:
    commissioner(name="老专员")

    answer = officer.post("/commissioners", fields(words="叶片除冰", **typed), status=422)

    assert sentence in answer
    assert answer.one("#words").text.strip() == "叶片除冰"


def test_a_hand_over_ends_one_begins_the_other_and_says_what_is_open(visitor: Visitors, db: Session) -> None:
    firm = make_firm("交接有限公司")
    (_, before), (_, after) = commissioner(name="前任"), commissioner(name="后任")
    old = assign(before, firm)
    visit(before, firm, promise_1="对接检测中心")
    with database.writing() as session:
        session.add(Inquiry(firm_id=firm.id, question="报表何时报？", asked_at=clock.now()))
    officer, yesterday = visitor(make_user()), clock.today() - timedelta(days=1)
    typed = {"user_id": after.id, "starts_on": clock.today().isoformat(), "note": "老板只接电话"}

    assert "报表何时报？" in officer.get(f"/firms/{firm.id}/assignments/{old.id}/handover")
    told = officer.follow(officer.post(f"/firms/{firm.id}/assignments/{old.id}/handover", typed))

    handover = db.scalars(sa.select(Handover)).one()
    assert (handover.ended.ends_on, handover.begun.starts_on) == (yesterday, clock.today())
    assert {kind for kind, _, _ in handover.left_open} == {"走访承诺", "待答询问"}
    assert all(each in told for each in ("老板只接电话", "对接检测中心", f"{before.name} → {after.name}"))
    visitor(before).get(f"/firms/{firm.id}", status=404)
    assert "老板只接电话" in visitor(after).get(f"/firms/{firm.id}/handovers")
    assert "老板只接电话" in officer.get(f"/commissioners/{_entry(db, after)}")
    assert "交接了科技专员" in officer.get(f"/firms/{firm.id}/timeline")


def _entry(db: Session, account: User) -> int:
    return db.scalars(sa.select(Commissioner.id).where(Commissioner.user_id == account.id)).one()


@pytest.mark.parametrize(
    ("start", "sentence"),
    [(date(2019, 1, 1), "原派驻2020年1月1日才开始"), (date(2098, 1, 1), "请先在专员名册中续聘")],
)
def test_a_hand_over_that_would_leave_a_gap_or_an_overlap_changes_nothing(
    officer: Visitor, db: Session, start: date, sentence: str
) -> None:
    firm, (_, before) = make_firm(), commissioner()
    _, after = commissioner(starts_on="2019-01-01", ends_on="2097-01-01")
    old = assign(before, firm)
    typed = {"user_id": after.id, "starts_on": start.isoformat(), "note": "轮岗"}

    assert sentence in officer.post(f"/firms/{firm.id}/assignments/{old.id}/handover", typed, status=422)
    assert [each.user_id for each in db.scalars(sa.select(Assignment))] == [before.id]
