"""What to ask, and how an answer becomes a fact."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.checks.models import Standing
from app.core import clock
from app.core import db as database
from app.facts.models import Fact, Source
from app.firms.models import Firm
from app.visits.models import Reply, ReplyState
from app.visits.questions import questions_of
from tests.browser import Visitor
from tests.factories import make_firm, make_user
from tests.facts.arrange import put
from tests.visits.arrange import visit

Enter = Callable[..., Visitor]
LAST = clock.today().year - 1


def waits(firm: Firm, rule: str, *missing: tuple[str, int | None], unmet: int = 0) -> None:
    """A finding that waits for something, as checks leave it."""
    told: list[Any] = [{"what": what, "year": year, "by": "企业"} for what, year in missing]
    values = {"answer": "unknown", "unmet": unmet, "unknown": len(missing), "missing": told, "asked_on": clock.today()}
    with database.writing() as session:
        session.add(Standing(firm_id=firm.id, rule_code=rule, **values))


def decide(desk: Visitor, reply: Reply, what: str, fields: dict[str, Any], *, status: int = 303) -> Any:
    return desk.post(f"/firms/{reply.firm_id}/replies/{reply.id}/{what}", fields, status=status)


def standing(db: Session, kind: str) -> Fact | None:
    return db.scalar(sa.select(Fact).where(Fact.kind == kind, Fact.superseded_at.is_(None)))


def test_questions_come_by_how_many_findings_each_would_settle(db: Session) -> None:
    firm = make_firm()
    put(firm, "staff", "80", year=LAST - 1)
    waits(firm, "one", ("职工总数", LAST))
    waits(firm, "two", ("职工总数", LAST))
    waits(firm, "three", ("设有研发机构", None))
    waits(firm, "four", ("净利润", LAST), ("技术先进程度评分", None))
    waits(firm, "five", ("净利润", LAST), unmet=1)

    asked = questions_of(db, [firm.id])[firm.id]

    assert [(each.label, each.settles, each.waits) for each in asked] == [
        (f"{LAST} 年职工总数", 2, 2),
        ("设有研发机构", 1, 1),
        (f"{LAST} 年净利润", 0, 2),
    ]
    assert "80" in asked[0].known


def test_an_answer_waits_until_it_is_confirmed_and_is_not_asked_again(visitor: Enter, db: Session) -> None:
    officer, firm = make_user(), make_firm()
    waits(firm, "one", ("职工总数", LAST))
    visit(officer, firm, **{f"answer-staff-{LAST}": "86", f"seen-staff-{LAST}": "0"})
    reply = db.scalars(sa.select(Reply)).one()
    assert standing(db, "staff") is None
    assert questions_of(db, [firm.id])[firm.id] == []

    owner = visitor(make_user(Role.FIRM, firm_id=firm.id))
    assert "86" in owner.get("/replies")
    decide(owner, reply, "confirmation", {"seen": 0})
    again = decide(owner, reply, "confirmation", {"seen": 0}, status=409)

    db.rollback()
    fact = standing(db, "staff")
    assert fact is not None
    assert (fact.number, fact.source) == (Decimal(86), Source.VISIT)
    assert "已经处理过" in again


def test_what_a_visitor_sees_with_own_eyes_is_a_fact_at_once(db: Session) -> None:
    officer, firm = make_user(), make_firm()

    visit(officer, firm, **{"answer-rd_unit-0": "是", "seen-rd_unit-0": "0"})

    fact = standing(db, "rd_unit")
    assert fact is not None
    assert (fact.text, fact.source) == ("true", Source.VISIT)


def test_what_was_written_meanwhile_is_never_overwritten_by_a_late_answer(visitor: Enter, db: Session) -> None:
    officer, firm = make_user(), make_firm()
    put(firm, "rd_unit", "否")
    visit(officer, firm, **{"answer-rd_unit-0": "是", "seen-rd_unit-0": "0"})
    reply = db.scalars(sa.select(Reply)).one()

    page = decide(visitor(officer), reply, "confirmation", {"seen": 0}, status=409)

    assert reply.state is ReplyState.WAITING
    assert "刚刚被他人更新" in page
    kept = standing(db, "rd_unit")
    assert kept is not None
    assert kept.text == "false"


def test_a_refusal_needs_a_reason_and_stays_readable(visitor: Enter, db: Session) -> None:
    officer, firm = make_user(), make_firm()
    made = visit(officer, firm, **{f"answer-staff-{LAST}": "86"})
    reply, desk = db.scalars(sa.select(Reply)).one(), visitor(officer)

    refused = decide(desk, reply, "refusal", {"reason": ""}, status=422)
    decide(desk, reply, "refusal", {"reason": "与社保人数不符"})

    assert "不采用须写明原因" in refused
    assert "与社保人数不符" in desk.get(f"/firms/{firm.id}/visits/{made.id}")
    assert standing(db, "staff") is None


def test_a_firm_does_not_confirm_what_the_bureau_must_check(visitor: Enter, db: Session) -> None:
    officer, firm = make_user(), make_firm()
    visit(officer, firm, **{f"answer-sales-{LAST}": "5000"})
    reply = db.scalars(sa.select(Reply)).one()
    owner = visitor(make_user(Role.FIRM, firm_id=firm.id))

    assert "由科技局核对" in owner.get("/replies")
    decide(owner, reply, "confirmation", {"seen": 0}, status=403)
    decide(visitor(officer), reply, "confirmation", {"seen": 0})

    db.rollback()
    fact = standing(db, "sales")
    assert fact is not None
    assert fact.number == Decimal(50_000_000)


def test_an_answer_that_is_no_number_is_refused_beside_its_question(visitor: Enter) -> None:
    officer, firm = make_user(), make_firm()
    waits(firm, "one", ("职工总数", LAST))
    desk = visitor(officer)
    key = desk.get(f"/visits/firms/{firm.id}/new").one("input[name=key]")["value"]

    sent = {"key": key, "visited_on": clock.today().isoformat(), "topics": "其他", f"answer-staff-{LAST}": "八十多"}
    page = desk.post(f"/visits/firms/{firm.id}", sent, status=422)

    assert page.one(f"#answer-staff-{LAST}")["value"] == "八十多"
    assert page.all(f"#answer-staff-{LAST}-error")
