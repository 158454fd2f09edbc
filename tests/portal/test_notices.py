"""What a firm is told at once: its statements decided, its needs moved on, its plan approved."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.permissions import Role
from app.core import db as database
from app.facts.models import Source
from app.firms.models import Firm
from app.needs.models import Need
from app.notices.models import Notice
from app.plans.models import Plan
from app.statements.models import Statement
from tests.browser import Visitor
from tests.factories import make_firm, make_user
from tests.facts.arrange import put
from tests.plans.conftest import approve, firm, officer, plan, second

__all__ = ["firm", "officer", "plan", "second"]
Enter = Callable[..., Visitor]


@pytest.fixture
def owner(firm: Firm, visitor: Enter) -> Visitor:
    return visitor(make_user(Role.FIRM, firm_id=firm.id))


def newest(table: Any) -> Any:
    with database.reading() as session:
        return session.scalars(sa.select(table).order_by(sa.desc("id")).limit(1)).one()


def open_first(owner: Visitor, firm: Firm) -> str:
    """Follow the newest notice on the firm's home page; the address to which it leads."""
    home = owner.get(f"/firms/{firm.id}/portal")
    address = home.all("#notices form")[0]["action"]
    return str(owner.post(address).headers["location"])


def test_a_decided_statement_is_told_to_the_firm_with_its_reason_and_a_way_there(
    firm: Firm, owner: Visitor, officer: Visitor, visitor: Enter
) -> None:
    fact = put(firm, "sales", "5000", year=2024, source=Source.TAX)
    about = {"sort": "fact", "code": "sales", "year": 2024, "seen": fact.id, "stance": "object", "remark": "不是这个数"}
    owner.post(f"/firms/{firm.id}/statements", about)
    stranger = visitor(make_user(Role.FIRM, firm_id=make_firm("别家").id))

    officer.post(f"/firms/{firm.id}/statements/{newest(Statement).id}/refusal", {"reason": "与报表一致"})

    assert "原因：与报表一致" in owner.get(f"/firms/{firm.id}/portal").one("#notices").text
    assert officer.get(f"/firms/{firm.id}/portal").all("#notices") == []
    assert open_first(owner, firm) == "/statements?state=refused"
    assert owner.get(f"/firms/{firm.id}/portal").all("#notices") == []
    stranger.post(f"/notices/{newest(Notice).id}/opening", status=404)


def test_a_need_that_moves_on_is_told_to_the_firm_but_not_what_the_firm_does_itself(
    firm: Firm, owner: Visitor, officer: Visitor
) -> None:
    owner.post(f"/firms/{firm.id}/needs?kind=technology", {"title": "叶片除冰"})
    assert owner.get(f"/firms/{firm.id}/portal").all("#notices") == []

    need = newest(Need)
    step = {"state": "returned", "remark": "请写明现有工艺", "version": need.version}
    officer.post(f"/needs/{need.id}/steps", step)

    assert (
        "被退回，请补充后重新提交。原因：请写明现有工艺" in owner.get(f"/firms/{firm.id}/portal").one("#notices").text
    )
    assert open_first(owner, firm) == f"/needs/{need.id}"


def test_an_approved_plan_is_told_to_the_firm(
    firm: Firm, owner: Visitor, officer: Visitor, second: Visitor, plan: Plan
) -> None:
    approve(officer, second, plan)

    assert "第 1 版已批准执行" in owner.get(f"/firms/{firm.id}/portal").one("#notices").text
    assert open_first(owner, firm) == f"/plans/{plan.id}"
