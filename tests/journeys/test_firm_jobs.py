"""Five jobs of a firm's own person on a phone, each done by what the page says and nothing else."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.needs.models import Need
from app.plans.models import Measure, PlanState
from app.statements.models import Stance, Statement
from tests.factories import make_firm, make_user
from tests.facts.arrange import put
from tests.journeys.conftest import sign_in
from tests.plans.arrange import made_plan
from tests.reports.test_numbers import hold

LAST = clock.today().year - 1


@pytest.fixture
def firm(site: str) -> Firm:  # the site brings the database
    """A firm on the first rung, with a figure on file, one unknown, and a plan with a part of its own."""
    assert site
    made = make_firm("新疆手机测试风电有限公司", unit_id=None)
    hold(made, "tsme", until=clock.today() + timedelta(days=100))
    put(made, "staff", "80", year=LAST)
    plan = made_plan(made, PlanState.APPROVED)
    with database.writing() as session:
        session.execute(sa.update(Measure).where(Measure.plan_id == plan.id).values(owner_unit_id=None))
    make_user(Role.FIRM, name="孙经理", username="sun", firm_id=made.id)
    return made


@pytest.fixture
def phone(chromium: Any, site: str, firm: Firm) -> Iterator[Page]:
    assert firm
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
    page = context.new_page()
    sign_in(page, site, "sun")
    yield page
    context.close()


def go_home(page: Page, site: str) -> None:
    page.goto(f"{site}/home")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def find_the_rung_and_what_is_missing(page: Page, site: str) -> None:
    go_home(page, site)
    expect(page.locator("#rung [aria-current=step]")).to_contain_text("科技型中小企业")
    missing = page.locator("#next-1")
    expect(missing).to_contain_text("下一级：创新型中小企业")
    expect(missing.get_by_text("待核实").first).to_be_visible()


def correct_a_figure(page: Page, site: str) -> None:
    go_home(page, site)
    page.get_by_role("link", name="核对信息").click()
    page.get_by_text("数据：人员").click()
    page.get_by_role("link", name=f"更正：{LAST} 年职工总数").click()
    page.get_by_label("正确的数").fill("86")
    page.get_by_label("理由").fill("社保清单为 86 人")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("更正：待核对")).to_be_visible()


def answer_a_question(page: Page, site: str) -> None:
    page.goto(f"{site}/home")
    page.get_by_role("link", name="核对信息").click()
    asked = page.locator("#questions .question").filter(has=page.locator("input[type=text]")).first
    asked.locator("input[type=text]").fill("12")
    page.get_by_role("button", name="提交回答").click()
    expect(page.get_by_text("已提交 1 项回答")).to_be_visible()


def raise_a_need(page: Page, site: str) -> None:
    go_home(page, site)
    page.get_by_role("link", name="提出需求").click()
    page.get_by_label("需求名称").fill("叶片除冰")
    page.get_by_role("button", name="提交").click()
    go_home(page, site)
    expect(page.locator("#needs")).to_contain_text("叶片除冰")


def find_the_own_part_of_the_plan(page: Page, site: str) -> None:
    go_home(page, site)
    expect(page.locator("#plan")).to_contain_text("由我们自己办的 1 项")
    page.locator("#plan").get_by_role("link", name="增加科技人员").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("增加科技人员")


def test_five_jobs_succeed_on_a_phone(phone: Page, site: str) -> None:
    find_the_rung_and_what_is_missing(phone, site)
    correct_a_figure(phone, site)
    answer_a_question(phone, site)
    raise_a_need(phone, site)
    find_the_own_part_of_the_plan(phone, site)

    with database.reading() as session:
        stances = [each.stance for each in session.scalars(sa.select(Statement).order_by(Statement.id))]
        needs = list(session.scalars(sa.select(Need.title)))
    assert stances == [Stance.CORRECT, Stance.ANSWER]
    assert needs == ["叶片除冰"]
