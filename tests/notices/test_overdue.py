"""What was left undone: its owner is told, then the head of the unit, each once; and the pages say so."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.duties.models import Duty
from app.firms.models import Firm
from app.needs.matching.models import Referral
from app.notices import service
from app.notices.models import Notice, NoticeKind
from app.registrations import register_all
from app.visits.models import Promise
from tests.authz.samples import make_duty, make_need, make_referral
from tests.browser import Visitor
from tests.factories import assign, make_firm, make_unit, make_user
from tests.facts.arrange import at
from tests.visits.arrange import visit

Enter = Callable[..., Visitor]
MONDAY = date(2027, 3, 1)


@pytest.fixture(autouse=True)
def registered(engine: sa.Engine) -> None:
    register_all()


def sweeps(monkeypatch: pytest.MonkeyPatch, *days: date) -> None:
    for day in days:
        at(monkeypatch, day.year, day.month, day.day, 4)
        with database.writing() as session:
            service.sweep_once(session, clock.today())


def told(user: User) -> list[NoticeKind]:
    with database.reading() as session:
        mine = sa.select(Notice.kind).where(Notice.user_id == user.id).order_by(Notice.id)
        return list(session.scalars(mine))


def promised(user: User, firm: Firm, due: date) -> int:
    """A promise that was to be kept by a day."""
    made = visit(user, firm, promise_1="约银行上门", due_1=due.isoformat())
    with database.reading() as session:
        return session.scalars(sa.select(Promise.id).where(Promise.visit_id == made.id)).one()


def test_a_promise_is_told_to_its_owner_and_after_three_working_days_to_the_head_each_once(
    monkeypatch: pytest.MonkeyPatch, visitor: Enter
) -> None:
    at(monkeypatch, 2027, 2, 22, 4)
    bureau, firm = make_unit("区科技局"), make_firm("戈壁光伏有限公司")
    head, other = make_user(unit_id=bureau.id, is_head=True), make_user(unit_id=bureau.id)
    owner = make_user(Role.COMMISSIONER, name="周专员", unit_id=bureau.id)
    assign(owner, firm)
    promised(owner, firm, MONDAY)
    days = [MONDAY + timedelta(days=n) for n in range(6)]

    sweeps(monkeypatch, *days[:3])
    assert (told(owner), told(head)) == ([NoticeKind.OVERDUE], [])
    sweeps(monkeypatch, *days[3:])

    assert (told(owner), told(head), told(other)) == ([NoticeKind.OVERDUE], [NoticeKind.ESCALATION], [])
    desk = visitor(head)
    [notice] = desk.get("/notices").all("tbody tr")
    assert "约银行上门" in notice.get_text()
    assert "责任：周专员" in notice.get_text()
    assert "已升级" in desk.get("/ledger?kind=promise")
    assert "已升级" in desk.get(f"/firms/{firm.id}/visits/1")


def test_another_day_starts_anew_and_what_was_kept_is_told_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2027, 2, 22, 4)
    owner, firm = make_user(), make_firm()
    late, kept = promised(owner, firm, MONDAY), promised(owner, firm, MONDAY)
    with database.writing() as session:
        session.get_one(Promise, kept).kept_on = MONDAY

    sweeps(monkeypatch, MONDAY + timedelta(days=1))
    with database.writing() as session:
        session.get_one(Promise, late).due_on = MONDAY + timedelta(days=3)
    sweeps(monkeypatch, MONDAY + timedelta(days=2), MONDAY + timedelta(days=4))

    assert told(owner) == [NoticeKind.OVERDUE, NoticeKind.OVERDUE]


def test_above_a_unit_without_a_head_stands_the_next_and_above_all_the_leaders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at(monkeypatch, 2027, 2, 22, 4)
    top = make_unit("达坂城区")
    town, street = make_unit("东沟乡", parent=top), make_unit("某村", parent=top)
    head = make_user(unit_id=top.id, is_head=True)
    leader = make_user(Role.LEADER)
    for unit in (town, street):
        firm = make_firm(unit_id=unit.id)
        number = make_duty(firm)
        with database.writing() as session:
            session.get_one(Duty, number).due_on = MONDAY
    worker = make_user(Role.UNIT, unit_id=town.id)
    alone = make_user(Role.UNIT, unit_id=make_unit("孤单的单位").id, is_head=True)
    with database.writing() as session:
        session.get_one(Duty, make_duty(make_firm(unit_id=alone.unit_id))).due_on = MONDAY

    sweeps(monkeypatch, MONDAY + timedelta(days=7))

    assert told(worker) == [NoticeKind.OVERDUE]
    assert told(head) == [NoticeKind.ESCALATION] * 2
    assert (told(alone), told(leader)) == ([NoticeKind.OVERDUE], [NoticeKind.ESCALATION])


def test_a_referral_without_result_is_told_to_who_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2027, 2, 22, 4)
    firm, maker = make_firm(), make_user()
    make_need(firm)
    number = make_referral(firm)
    with database.writing() as session:
        referral = session.get_one(Referral, number)
        referral.due_on, referral.made_by_id = MONDAY, maker.id

    sweeps(monkeypatch, MONDAY, MONDAY + timedelta(days=1))

    assert told(maker) == [NoticeKind.OVERDUE]
