"""What a policy leaves open: listed with what it blocks, supplied into a draft, never into the book in silence."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.library.models import Provision, ProvisionKind
from app.parameters.models import Supply
from app.policies.book import load_book
from app.policies.queries import rule_book
from app.workbench import service as drafting
from app.workbench.forms import Decision, Submission
from app.workbench.models import RuleDraft
from tests.browser import Answer, Visitor
from tests.factories import make_unit, make_user
from tests.library.plan import address_of

Enter = Callable[..., Visitor]
CODE = "plan_dabancheng_hnte_first"
ADDRESS = f"/parameters/rule-{CODE}"
GIVEN = {"value": "20万元", "document": "乌政办规〔2023〕4号", "note": "第三条"}


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    with database.writing() as session:
        load_book(session)
    return visitor(make_user(Role.BUREAU))


def supplied(officer: Visitor) -> Answer:
    return officer.post(f"{ADDRESS}/supplies", {**GIVEN, "starts_on": clock.today().isoformat()})


def names_on(page: Answer) -> list[str]:
    return [each.text for each in page.all("tbody th a")]


def hole_in_the_book() -> bool:
    with database.reading() as db:
        version = rule_book(db).entry(CODE).rule.version_on(clock.today())
        assert version is not None
        assert version.amount is not None
        return version.amount.hole is not None


def publish_what_was_supplied() -> None:
    reviewer = make_user(Role.ADMIN)
    with database.writing() as db:
        draft = db.scalars(sa.select(RuleDraft)).one()
        drafting.submit(
            db, db.get_one(User, draft.author_id), draft, Submission(version=draft.version, defence="金额依据已核")
        )
        db.flush()
        drafting.publish(
            db, db.get_one(User, reviewer.id), draft, Decision(version=draft.version, unproven="用例随后补")
        )


def test_an_amount_left_open_is_listed_with_the_document_it_waits_for(officer: Visitor) -> None:
    page = officer.get("/parameters")

    assert "首次认定高企奖补" in names_on(page)
    assert "乌政办规〔2023〕4号" in [link.text for link in page.all("tbody td a[href^='/policies/']")]
    assert page.all(f"td a[href='/judged/{CODE}/met']")


def test_supplying_a_value_drafts_it_and_leaves_the_rule_as_it_is(officer: Visitor, db: Session) -> None:
    address = supplied(officer).headers["location"]

    assert "20万元" in officer.get(address)
    assert hole_in_the_book()
    assert "已起草，待送审" in officer.get(ADDRESS)
    assert db.scalars(sa.select(Supply)).one().document == GIVEN["document"]


def test_a_parameter_is_settled_when_somebody_else_has_published_it(officer: Visitor) -> None:
    supplied(officer)

    publish_what_was_supplied()

    assert not hole_in_the_book()
    assert "首次认定高企奖补" not in names_on(officer.get("/parameters"))
    officer.get(ADDRESS, status=404)


def test_what_is_no_amount_is_refused_and_stays_as_typed(officer: Visitor, db: Session) -> None:
    given = {**GIVEN, "value": "二十来万", "starts_on": "2027-01-01"}

    page = officer.post(f"{ADDRESS}/supplies", given, status=422)

    assert "读不成金额" in page.one("#value-error").text
    assert page.one("#value")["value"] == "二十来万"
    assert db.scalar(sa.select(sa.func.count()).select_from(RuleDraft)) == 0


def test_a_unit_is_asked_for_it(officer: Visitor) -> None:
    unit = make_unit("区财政局")

    officer.post(f"{ADDRESS}/keeper", {"unit_id": str(unit.id)})

    assert "区财政局" in officer.get("/parameters")


def test_what_was_not_understood_of_a_confirmed_incentive_is_open_too(officer: Visitor, db: Session) -> None:
    plan = "云岭区奖补办法\n\n一、奖补\n\n对首次认定的高新技术企业，按照相关政策给予奖励。\n"
    address = address_of(officer, plan)
    incentive = db.scalars(sa.select(Provision).where(Provision.kind == ProvisionKind.INCENTIVE)).one()
    officer.post(f"{address}/provisions/{incentive.id}/decision", {**incentive.body, "version": incentive.version})
    key = f"/parameters/provision-{incentive.id}"

    officer.post(f"{key}/supplies", {**GIVEN, "starts_on": clock.today().isoformat()})

    assert "已起草，待送审" in officer.get(key)
