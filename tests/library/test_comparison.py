"""Two versions side by side, and what rests on the clauses that changed."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import UnitKind
from app.accounts.permissions import Role
from app.core import db as database
from app.library.models import PolicyClause, PolicyText, Provision, ProvisionKind, ProvisionState
from app.policies.book import load_book
from app.policies.models import Policy, Rule
from tests.browser import Visitor
from tests.factories import make_unit, make_user
from tests.library.plan import PLAN, address_of

Enter = Callable[..., Visitor]
NEXT = PLAN.replace("不少于10家", "不少于15家").replace(
    "（一）加强领导。成立工作专班，统筹推进各项工作。", "（一）加强考核。按季通报。"
)


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    return visitor(make_user(Role.BUREAU))


def next_version(officer: Visitor, address: str, words: str = NEXT) -> None:
    address_of(officer, words, policy_id=address.rpartition("/")[2])


def test_a_changed_figure_is_marked_in_both_versions(officer: Visitor) -> None:
    address = address_of(officer)
    next_version(officer, address)

    page = officer.get(f"{address}/comparison")

    marked = [[each.text for each in page.all(f".compared {tag}")] for tag in ("del", "ins")]
    assert ("10", "15") in zip(*marked, strict=False)
    assert "总体目标" not in page
    assert "总体目标" in officer.get(f"{address}/comparison?tab=all")


def test_one_version_alone_cannot_be_compared(officer: Visitor) -> None:
    address = address_of(officer)

    alone = officer.get(f"{address}/comparison", status=303)

    assert alone.headers["location"] == address


def test_what_was_confirmed_on_a_changed_clause_and_the_rules_that_cite_it_are_named(
    officer: Visitor, db: Session
) -> None:
    address = address_of(officer)
    duty = db.scalars(sa.select(Provision).where(Provision.kind == ProvisionKind.DUTY)).first()
    assert duty is not None
    officer.post(f"{address}/provisions/{duty.id}/decision", {**duty.body, "version": duty.version})
    cite(address, "二/(一)")
    next_version(officer, address)

    page = officer.get(f"{address}/comparison")

    assert "旧版已确认：牵头：区科技局" in page
    assert page.one("a[href^='/rules/']").text == "首次认定高企奖补"


def test_the_targets_and_tasks_that_rest_on_a_changed_clause_are_named_with_links(
    officer: Visitor, db: Session
) -> None:
    make_unit("区科技局", kind=UnitKind.DEPARTMENT)
    address = address_of(officer)
    for each in db.scalars(sa.select(Provision).where(Provision.kind.in_((ProvisionKind.TARGET, ProvisionKind.DUTY)))):
        officer.post(f"{address}/provisions/{each.id}/decision", {**each.body, "version": each.version})
    next_version(officer, address, PLAN.replace("不少于10家", "不少于15家").replace("科技", "科创"))

    page = officer.get(f"{address}/comparison?tab=all")

    touched = [each["href"] for each in page.all(".compared-touched a")]
    assert any(each.startswith("/targets/") for each in touched)
    assert any(each.startswith("/duty") for each in touched)
    assert all(officer.get(each) for each in touched)


def cite(address: str, path: str) -> None:
    with database.writing() as session:
        load_book(session)
        rule = session.scalars(sa.select(Rule).where(Rule.code == "plan_dabancheng_hnte_first")).one()
        rule.policy = session.get_one(Policy, int(address.rpartition("/")[2]))
        rule.body = {**rule.body, "clause": path}


def test_what_a_person_added_comes_back_in_the_next_version_with_its_clause(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    form = {"path": "二/(二)", "quote": "规范研发费用归集", "lead": "区税务局"}
    officer.post(f"{address}/provisions?kind=duty", form)

    begin, end = PLAN.index("（一）建立培育库"), PLAN.index("（二）强化研发投入")
    shorter = PLAN[:begin] + PLAN[end:].replace("（二）强化", "（一）强化").replace("（三）加大", "（二）加大")
    next_version(officer, address, shorter)

    db.rollback()
    text = db.scalars(sa.select(PolicyText).where(PolicyText.number == 2)).one()
    mine = Provision.text_id == text.id, Provision.read.is_(None)
    again = db.scalars(sa.select(Provision).where(*mine)).one()
    where = PolicyClause.text_id == text.id, PolicyClause.path == again.path
    clause = db.scalars(sa.select(PolicyClause).where(*where)).one()
    assert text.words[again.starts : again.ends] == "规范研发费用归集"
    assert "强化研发投入" in clause.words
    assert again.state is ProvisionState.MENDED
