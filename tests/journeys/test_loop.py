"""The loop an officer walks: import, open a firm, give it figures, read its check, change one, look back."""

import csv
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from app.core import clock
from tests.factories import make_code
from tests.journeys.conftest import sign_in

LAST = clock.today().year - 1
PAGES = ("/home", "/firms", "/board", "/expiry", "/questions", "/rules", "/rules/hnte", "/imports", "/imports/new")


def registry_file(folder: Path) -> Path:
    """A registry export of three firms, one of them with a wrong check digit."""
    file = folder / "registry.csv"
    right, wrong = make_code(), make_code()
    wrong = wrong[:-1] + ("1" if wrong[-1] != "1" else "2")
    with file.open("w", encoding="gb18030", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["企业名称", "统一社会信用代码", "注册日期", "企业类型", "注册资金", "注册地址"])
        writer.writerow(["新疆旅程装备有限公司", right, f"{LAST - 9}-03-01", "N/A", "1,000(万元人民币)", "达坂城镇"])
        writer.writerow(["新疆旅程建材有限公司", make_code(), f"{LAST - 5}-03-01", "N/A", "N/A", "西沟乡"])
        writer.writerow(["新疆错码有限公司", wrong, f"{LAST - 5}-03-01", "N/A", "20万人民币", "西沟乡"])
    return file


def import_registry(page: Page, site: str, folder: Path) -> None:
    page.goto(f"{site}/imports/new")
    page.get_by_label("企业名录", exact=True).check()
    page.get_by_label("数据来源").select_option(label="市场监管登记")
    page.locator("input[type=file]").set_input_files(registry_file(folder))
    page.get_by_role("button", name="上传并读取").click()
    page.get_by_role("button", name="生成预览").click()
    page.get_by_role("button", name="确认写入 2 行").click()


def fill_figures(page: Page, address: str, **figures: str) -> None:
    page.goto(f"{address}/facts/edit?group=人员&year={LAST}")
    for label, value in figures.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_label("数据来源").select_option(label="企业填报")
    page.get_by_role("button", name="保存").click()


def test_from_a_registry_export_to_a_verdict_that_moves(screen: Page, site: str, tmp_path: Path) -> None:
    sign_in(screen, site, "li")
    import_registry(screen, site, tmp_path)
    expect(screen.get_by_role("link", name=re.compile("下载有错误的行"))).to_be_visible()

    screen.goto(f"{site}/firms?q=旅程装备")
    screen.get_by_role("link", name="新疆旅程装备有限公司").first.click()
    address = screen.url.split("?")[0]
    fill_figures(screen, address, 职工总数="500", 科技人员="60")
    screen.goto(f"{address}/check/tsme")
    staff = screen.locator(".criterion", has_text="职工总数不超过")
    expect(staff).to_contain_text("符合")
    expect(staff).to_contain_text("第六条（二）")

    fill_figures(screen, address, 职工总数="501")
    screen.goto(f"{address}/check/tsme")
    expect(staff).to_contain_text("不符合")
    expect(staff).to_contain_text("1人")

    screen.goto(f"{address}/check/tsme?facts_on={LAST}-06-30")
    expect(staff).to_contain_text("待核")


def test_every_page_is_usable_by_keyboard_and_screen_reader(screen: Page, site: str, tmp_path: Path) -> None:
    sign_in(screen, site, "li")
    import_registry(screen, site, tmp_path)
    screen.goto(f"{site}/firms?q=旅程装备")
    screen.get_by_role("link", name="新疆旅程装备有限公司").first.click()
    firm = screen.url.split("?")[0].removeprefix(site)

    tabs = [f"{firm}{tab}" for tab in ("", "/facts", "/titles", "/records", "/check", "/check/hnte", "/timeline")]
    for address in (*PAGES, *tabs):
        screen.goto(f"{site}{address}")
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        serious = [
            violation["id"]
            for violation in Axe().run(screen).response["violations"]
            if violation["impact"] in {"serious", "critical"}
        ]
        assert not serious, f"{address}: {serious}"
        assert not screen.evaluate(f"() => {wide}"), f"{address} scrolls sideways"


def test_signing_in_works_without_scripts(window: object, chromium: object, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN")  # type: ignore[attr-defined]
    page = context.new_page()

    sign_in(page, site, "li")
    page.goto(f"{site}/firms")

    expect(page.get_by_role("heading", name="企业名录")).to_be_visible()
    context.close()
