"""The rule book's pages."""

from collections.abc import Callable

import pytest

from app.accounts.permissions import Role
from app.core import db as database
from app.policies.book import load_book
from app.policies.queries import rule_book
from tests.browser import Visitor
from tests.factories import make_user

Enter = Callable[..., Visitor]


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    with database.writing() as session:
        load_book(session)
    return visitor(make_user(Role.BUREAU, name="李科长"))


def test_the_rules_of_this_district_stand_apart_from_examples(officer: Visitor) -> None:
    here = officer.get("/rules")
    elsewhere = officer.get("/rules?tab=examples")

    assert "高新技术企业" in here
    assert "不作兑付依据" in elsewhere
    assert "不作兑付依据" not in here


def test_an_open_amount_names_what_it_waits_for(officer: Visitor) -> None:
    page = officer.get("/rules/plan_dabancheng_hnte_first")

    assert "金额待定" in page
    assert "乌政办规〔2023〕4号" in page


def test_an_older_version_can_be_read(officer: Visitor) -> None:
    now, before = officer.get("/rules/srdi"), officer.get("/rules/srdi?on=2025-01-01")

    assert "2026年4月1日" in now
    assert "目前不施行" in before


def test_every_rule_has_a_page(officer: Visitor) -> None:
    with database.reading() as session:
        codes = [entry.rule.code for entry in rule_book(session).entries]

    for code in codes:
        officer.get(f"/rules/{code}")


def test_a_rule_that_is_not_there_is_not_found(officer: Visitor) -> None:
    officer.get("/rules/nothing", status=404)
