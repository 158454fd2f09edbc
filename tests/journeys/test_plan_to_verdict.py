"""From a plan nobody has seen to firms judged by it: pasted, confirmed, drafted, tried, reviewed, published."""

from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from app.accounts.permissions import Role
from app.checks.models import Standing
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from tests.checks.conftest import LAST, give
from tests.factories import make_firm, make_user
from tests.journeys.conftest import Enter, press

TODAY = clock.today()
PLAN = f"""雪岭区科技企业培育办法

一、培育目标
到{TODAY.year + 2}年底，全区有效期内高新技术企业不少于15家。

二、支持措施
（一）研发补助。上年度研发费用不低于80万元且占销售收入比例达到4%以上的企业，按研发费用的5%给予补助，单个企业每年最高20万元。

三、附则
本办法自{TODAY.year}年{TODAY.month}月{TODAY.day}日起施行，有效期三年。
"""


@pytest.fixture
def firm(site: str) -> Firm:  # the site brings the database
    assert site
    made = make_firm("新疆雪岭装备有限公司")
    for kind, number in {"rd_tax": 2_000_000, "sales": 40_000_000}.items():
        give(made, kind, Decimal(number), year=LAST)
    make_user(Role.BUREAU, name="古丽", username="guli")
    return made


def confirm_the_award(page: Page, site: str) -> None:
    page.goto(f"{site}/policies/new")
    page.get_by_label("粘贴正文").fill(PLAN)
    press(page, "读入")
    page.get_by_role("link", name="上年度研发费用不低于80万元").first.click(timeout=30_000)
    press(page, "确认")
    page.goto(f"{page.url.split('?')[0]}?kind=incentive")
    page.get_by_role("link", name="上年度研发费用不低于80万元").first.click()


def try_a_case(page: Page, draft: str) -> None:
    page.goto(f"{draft}/cases/new")
    page.get_by_label("用例名称").fill("研发费用200万元")
    figures = page.get_by_label("数据", exact=True)
    figures.fill(
        figures.input_value().replace("研发费用：", "研发费用：200万元").replace("销售收入：", "销售收入：4000万元")
    )
    page.get_by_label("结论").select_option(label="符合")
    page.get_by_label("金额").fill("10万元")
    press(page, "加上")
    expect(page.locator("main")).to_contain_text("1 个用例全部符合")
    press(page, "检验用例")
    page.locator("thead input[type=checkbox]").first.check()
    press(page, "采用勾选的")


def send_it_in(page: Page, draft: str) -> None:
    page.goto(draft)
    reason = page.get_by_label("仍这样写的理由")
    if reason.count():
        reason.fill("已核对")
    press(page, "送审")


def judged(firm: Firm) -> Any:
    """The answer of the published rule and the least it pays in 分; None before the firm is judged by it."""
    rule = sa.select(Standing.answer, Standing.amount_low).where(
        Standing.firm_id == firm.id, Standing.rule_code.startswith("own_")
    )
    with database.reading() as session:
        return session.execute(rule).one_or_none()


def test_a_plan_nobody_has_seen_is_read_confirmed_published_and_judges(enter: Enter, site: str, firm: Firm) -> None:
    with enter("li") as page:
        confirm_the_award(page, site)
        press(page, "由这一条起草规则")
        draft = page.url.removesuffix("/edit")
        page.get_by_role("button", name="保存", exact=True).last.click()
        page.wait_for_url(draft)
        try_a_case(page, draft)
        send_it_in(page, draft)

    with enter("guli") as page:
        page.goto(f"{site}/todo")
        page.get_by_role("link", name="待复核的规则草稿").first.click()
        page.get_by_role("link", name="研发补助").first.click()
        press(page, "复核通过并发布")
        expect(page.locator("main")).to_contain_text("已发布")
        for _ in range(200):
            page.goto(f"{site}/firms/{firm.id}/check")
            if judged(firm):
                break
        shown = page.locator("main")
        expect(shown).to_contain_text("研发补助")

    assert tuple(judged(firm)) == ("met", 10_000_000)
