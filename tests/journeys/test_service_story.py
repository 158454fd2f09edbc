"""One story by four people: a plan from gaps, an offline visit that answers and raises, the firm's word, the close."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.accounts.permissions import Role
from app.checks.models import Standing
from app.checks.service import refresh_all, refresh_some
from app.core import db as database
from app.facts.models import Fact, Source
from app.firms.models import Firm
from app.needs.models import Need, NeedState
from app.plans.models import Measure, Plan, PlanState
from app.plans.progress import follow_some
from tests.checks.conftest import FLAGS, LAST, give, vouch_for
from tests.factories import assign, make_firm, make_user
from tests.facts.arrange import add
from tests.journeys.conftest import Enter, press

FIGURES = {"sales": 40_000_000, "rd_tax": 1_500_000, "assets": 30_000_000, "costs": 35_000_000}
KNOWN = {"registration_place": "中国境内", "barred_industry": False, "rd_indicator": "占销售收入"}
COMPLETE = ("incidents", "list_entries", "ip", "titles", "platforms", "standards", "prizes")
STAFF = (f"{LAST} 年职工总数", f"{LAST} 年科技人员")


@pytest.fixture
def firm(site: str) -> Firm:  # the site brings the database
    """A firm of which all is known that the first rung asks for, but how many people work there."""
    assert site
    made = make_firm("新疆故事装备有限公司", founded_on=date(LAST - 10, 3, 1))
    for kind, number in FIGURES.items():
        give(made, kind, Decimal(number), year=LAST)
    for kind, value in {**FLAGS, **KNOWN}.items():
        give(made, kind, value)
    for collection in COMPLETE:
        vouch_for(made, collection)
    add(made, "ip", starts_on=date(2022, 5, 1), sort="发明专利", number="ZL1", mainland=True, linked=True)
    make_user(Role.BUREAU, name="古丽", username="guli")
    make_user(Role.FIRM, name="孙经理", username="sun", firm_id=made.id)
    assign(make_user(Role.COMMISSIONER, name="赵专员", username="zhao"), made)
    refresh_all()
    return made


def downloaded(page: Page, name: str) -> bytes:
    with page.expect_download() as started:
        page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first.click()
    return started.value.path().read_bytes()


def draft_a_plan(page: Page, site: str, firm: Firm) -> str:
    page.goto(f"{site}/firms/{firm.id}/plans")
    page.get_by_label("目标资质").select_option(label="科技型中小企业")
    press(page, "起草方案")
    open_when_there(page, f"{site}/firms/{firm.id}/plans", "第 1 版")
    expect(page.locator("#measures")).to_contain_text("补齐职工总数")
    press(page, "提交审核")
    return page.url


def open_when_there(page: Page, address: str, name: str) -> None:
    """The site does its jobs by itself: the page is asked for again until the link is on it."""
    link = page.get_by_role("link", name=name).first
    for _ in range(200):
        page.goto(address)
        if link.is_visible():
            break
    link.click()


def approve_it(page: Page, address: str) -> None:
    page.goto(address)
    press(page, "批准")
    expect(page.locator("body")).to_contain_text("已批准，开始执行")


def visit_without_a_signal(page: Page, site: str) -> None:
    page.goto(f"{site}/visits/today")
    expect(page.locator("[data-kept]")).to_contain_text("已存好 1 家", timeout=15000)
    page.context.set_offline(True)
    page.goto(f"{site}/visits/today")
    page.get_by_role("link", name=re.compile("记录走访")).first.click()
    page.get_by_role("checkbox", name="申报辅导").check()
    for label, number in zip(STAFF, ("100", "35"), strict=True):
        page.get_by_label(label).fill(number)
    page.get_by_label("提出的需求").fill("想找人改进叶片除冰")
    page.get_by_role("radio", name="技术").check()
    page.get_by_role("button", name="保存走访").click()
    page.wait_for_url("**/visits/today")
    assert looked_up(sa.select(sa.func.count()).select_from(Need)) == 0, "nothing leaves a phone without a signal"
    page.context.set_offline(False)
    page.goto(f"{site}/visits/today")
    expect(page.locator("#drafts")).to_contain_text("已发送 1 条")


def confirm_the_answers(page: Page, site: str) -> None:
    for _ in STAFF:
        page.goto(f"{site}/replies")
        with page.expect_navigation():
            page.get_by_role("button", name=re.compile("属实|确认|记入")).first.click()


def close_the_measure(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("body")).to_contain_text("诊断已有变化")
    expect(page.locator("#measures")).to_contain_text("已符合，待确认")
    page.locator("#measures").get_by_role("link", name=re.compile("补齐职工总数")).first.click()
    page.get_by_label("核对说明").fill("走访所答，企业已确认")
    press(page, "确认完成")


def looked_up(statement: sa.Select[Any]) -> Any:
    with database.reading() as session:
        return session.scalar(statement)


def answer_of(rule: str) -> str:
    return str(looked_up(sa.select(Standing.answer).where(Standing.rule_code == rule)))


def test_a_plan_is_drafted_approved_visited_answered_and_closed(enter: Enter, site: str, firm: Firm) -> None:
    with enter("li") as page:
        plan = draft_a_plan(page, site, firm)
    with enter("guli") as page:
        approve_it(page, plan)
    assert looked_up(sa.select(Plan.state)) is PlanState.APPROVED

    with enter("zhao", width=390) as page:
        visit_without_a_signal(page, site)
    need = looked_up(sa.select(Need))
    assert (need.state, need.firm_id) == (NeedState.OPEN, firm.id)
    assert answer_of("tsme") == "unknown", "an answer counts only once it is confirmed"

    with enter("sun", width=390) as page:
        confirm_the_answers(page, site)
    assert looked_up(sa.select(Fact.source).where(Fact.kind == "staff")) is Source.VISIT
    refresh_some()
    follow_some()
    assert answer_of("tsme") == "met"

    with enter("li") as page:
        close_the_measure(page, plan)
        page.goto(plan)
        document = zipfile.ZipFile(io.BytesIO(downloaded(page, "下载 Word")))
        page.goto(f"{site}/ledger")
        ledger = openpyxl.load_workbook(io.BytesIO(downloaded(page, "导出"))).active
    closed = looked_up(sa.select(Measure).where(Measure.done_on.is_not(None)))
    assert closed.name.startswith("补齐职工总数")
    assert "新疆故事装备有限公司" in document.read("word/document.xml").decode()
    rows = "\n".join(str(row) for row in ledger.iter_rows(values_only=True))
    assert "补齐职工总数" in rows
    assert "叶片除冰" in rows
