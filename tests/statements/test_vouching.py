"""A firm's word that a list is complete: it closes nothing before the bureau takes it, and only what the firm saw."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.checks import service as checks
from app.core import clock
from app.core import db as database
from app.facts.models import Source, Vouch
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.rules import Anchors
from app.statements.beliefs import collections_of, held_of
from app.statements.models import Statement
from tests.browser import Visitor
from tests.checks.conftest import firm, officer
from tests.factories import make_user
from tests.facts.arrange import add

__all__ = ["firm", "officer"]


@pytest.fixture
def owner(firm: Firm, visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(Role.FIRM, firm_id=firm.id, name="孙经理"))


def confirm(owner: Visitor, firm: Firm, code: str, *, status: int = 303, seen: str = "") -> Any:
    form = owner.get(f"/firms/{firm.id}/statements/new?sort=collection&code={code}")
    hidden = {each["name"]: each["value"] for each in form.all("form[enctype] input[type=hidden]")}
    return owner.post(f"/firms/{firm.id}/statements", hidden | ({"seen": seen} if seen else {}), status=status)


def newest(firm: Firm) -> Statement:
    with database.reading() as session:
        return session.scalars(sa.select(Statement).order_by(Statement.id.desc()).limit(1)).one()


def decide(officer: Visitor, firm: Firm, what: str, *, status: int = 303, **fields: Any) -> Any:
    statement = newest(firm)
    given = fields or {"seen": statement.seen}
    return officer.post(f"/firms/{firm.id}/statements/{statement.id}/{what}", given, status=status)


def findings(firm: Firm) -> list[Any]:
    with database.reading() as session:
        today = clock.today()
        check = checks.check_firm(session, session.get_one(Firm, firm.id), Anchors(today, today))
        return [each.finding for each in (*check.results, *check.awards)]


def test_no_word_of_a_firm_changes_any_finding_before_it_is_taken_or_when_it_is_refused(
    firm: Firm, owner: Visitor, officer: Visitor
) -> None:
    before = findings(firm)

    for number, code in enumerate(vocabulary().collections):
        confirm(owner, firm, code)
        assert findings(firm) == before
        if number % 2:
            decide(officer, firm, "refusal", reason="请主管部门答复")
            assert findings(firm) == before

    with database.reading() as session:
        assert session.scalars(sa.select(Vouch)).all() == []


def test_a_word_that_is_taken_closes_the_list_and_moves_the_findings(
    firm: Firm, owner: Visitor, officer: Visitor, db: Session
) -> None:
    before = findings(firm)
    confirm(owner, firm, "incidents")
    assert "事故与违法一项也没有" in officer.get("/statements")

    decide(officer, firm, "acceptance")

    made = db.scalars(sa.select(Vouch)).one()
    assert (made.collection, made.source, made.until, made.scope) == ("incidents", Source.FIRM, clock.today(), {})
    assert "企业确认，孙经理" in (made.source_note or "")
    db.rollback()
    assert findings(firm) != before
    assert f"由{firm.name}担保" in owner.get(f"/firms/{firm.id}/mirror").one("#collection-incidents-0").text


def test_a_word_about_another_list_than_stands_is_asked_again_and_never_taken(
    firm: Firm, owner: Visitor, officer: Visitor
) -> None:
    old = owner.get(f"/firms/{firm.id}/statements/new?sort=collection&code=equity").one("[name=seen]")["value"]
    confirm(owner, firm, "equity")
    add(firm, "equity", starts_on=clock.today())

    with database.reading() as session:
        held = next(each for each in collections_of(held_of(session, [firm])[firm.id]) if each.code == "equity")
    refused = decide(officer, firm, "acceptance", status=409, seen=held.seen)
    asked = confirm(owner, firm, "equity", status=409, seen=old)

    assert "请企业看过现在的登记重新确认" in refused
    assert "页面上的值已变" in asked
    assert "登记 1 项" in asked
    assert asked.one("[name=seen]")["value"] == held.seen
    confirm(owner, firm, "equity")
    owner.post(f"/firms/{firm.id}/statements", {**about(newest(firm)), "stance": "agree"}, status=422)


def about(statement: Statement) -> dict[str, Any]:
    return {"sort": "collection", "code": statement.code, "seen": statement.seen}
