"""A visit on a phone without a signal: opened, written, kept, sent once, forgotten when its owner signs out."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from app.accounts.models import SignedIn
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.visits.models import Visit, VisitPhoto
from tests.factories import assign, make_firm, make_user
from tests.journeys.conftest import sign_in

HELD = "caches.match('/visits/today').then((kept) => (kept ? kept.text() : ''))"
DRAFTS = "drafts.all().then((all) => all.length)"


@pytest.fixture
def phone(chromium: Any, site: str) -> Iterator[BrowserContext]:
    """The phone of a commissioner who looks after one firm."""
    commissioner = make_user(Role.COMMISSIONER, name="赵专员", username="zhao")
    assign(commissioner, make_firm("新疆离线风电有限公司"))
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
    yield context
    context.close()


def open_today(phone: BrowserContext, site: str) -> Page:
    """Signed in, with today's pages kept on the device."""
    page = phone.new_page()
    sign_in(page, site, "zhao")
    page.goto(f"{site}/visits/today")
    expect(page.locator("[data-kept]")).to_contain_text("已存好 1 家", timeout=15000)
    return page


def write_visit(page: Page, site: str) -> None:
    """From the card to the saved draft, without a signal."""
    page.goto(f"{site}/visits/today")
    page.get_by_role("link", name=re.compile("记录走访")).first.click()
    page.get_by_role("checkbox", name="融资").check()
    page.get_by_label("发现的问题").fill("  第一行\n第二行 “引号” 𠮷 ")
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": camera_picture()}
    page.locator("input[type=file]").set_input_files([picture])
    expect(page.locator("[data-chosen] img")).to_be_visible()
    page.get_by_role("button", name="保存走访").click()
    page.wait_for_url("**/visits/today")


def camera_picture() -> bytes:
    written = io.BytesIO()
    Image.effect_noise((2000, 1500), 60).convert("RGB").save(written, "JPEG")
    return written.getvalue()


def kept_visits() -> list[str]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Visit.problems)))


def test_a_visit_written_without_a_signal_arrives_once_and_then_leaves_the_phone(
    phone: BrowserContext, site: str
) -> None:
    page = open_today(phone, site)
    phone.set_offline(True)

    write_visit(page, site)
    expect(page.locator("#drafts")).to_contain_text("没有信号")
    assert kept_visits() == []
    phone.set_offline(False)
    page.goto(f"{site}/visits/today")
    expect(page.locator("#drafts")).to_contain_text("已发送 1 条")

    assert page.evaluate(DRAFTS) == 0
    assert kept_visits() == ["第一行\n第二行 “引号” 𠮷"]
    with database.reading() as session:
        photo = session.scalars(sa.select(VisitPhoto)).one()
    assert max(photo.width, photo.height) == 1600


def test_a_draft_whose_receipt_was_lost_is_sent_again_and_counts_once(phone: BrowserContext, site: str) -> None:
    page = open_today(phone, site)
    phone.set_offline(True)
    write_visit(page, site)
    copy = page.evaluate("drafts.all().then(([draft]) => ({ ...draft, photos: [] }))")
    phone.set_offline(False)
    page.goto(f"{site}/visits/today")
    expect(page.locator("#drafts")).to_contain_text("已发送 1 条")

    page.evaluate("(copy) => drafts.put(copy)", copy)
    page.goto(f"{site}/visits/today")

    expect(page.locator("#drafts")).to_contain_text("已发送 1 条")
    assert len(kept_visits()) == 1
    copy["pairs"] = [["problems", "别的"], *copy["pairs"]]
    page.evaluate("(copy) => drafts.put(copy)", copy)
    page.goto(f"{site}/visits/today")
    expect(page.locator("#drafts")).to_contain_text("同一编号")
    assert page.evaluate(DRAFTS) == 1


def test_an_expired_session_keeps_the_draft_and_asks_to_sign_in(phone: BrowserContext, site: str) -> None:
    page = open_today(phone, site)
    phone.set_offline(True)
    write_visit(page, site)
    with database.writing() as session:
        session.execute(sa.update(SignedIn).values(ended_at=clock.now()))
    phone.set_offline(False)

    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.get_by_role("link", name="重新登录").click()
    sign_in(page, site, "zhao")
    page.goto(f"{site}/visits/today")

    expect(page.locator("#drafts")).to_contain_text("已发送 1 条")
    assert len(kept_visits()) == 1


def test_signing_out_asks_about_what_is_unsent_and_then_forgets_everything(phone: BrowserContext, site: str) -> None:
    page = open_today(phone, site)
    phone.set_offline(True)
    write_visit(page, site)
    phone.route(re.compile(r"/visits/session$"), lambda route: route.abort())
    phone.set_offline(False)
    page.goto(f"{site}/account")

    page.get_by_label("菜单", exact=True).click()
    page.locator(".menu-sheet").get_by_role("button", name="退出").click()
    expect(page.get_by_role("dialog")).to_contain_text("还有 1 条走访没有发送")
    page.get_by_role("dialog").get_by_role("button", name="退出").click()
    page.wait_for_url("**/sign-in*")
    sign_in(page, site, "li")
    page.goto(f"{site}/visits/today")

    assert page.evaluate(DRAFTS) == 0
    assert "离线风电" not in page.content()
    assert "离线风电" not in page.evaluate(HELD)


def test_what_was_typed_and_not_saved_is_there_again(phone: BrowserContext, site: str) -> None:
    page = open_today(phone, site)
    page.get_by_role("link", name=re.compile("记录走访")).first.click()
    page.get_by_label("发现的问题").fill("写到一半")
    expect(page.locator("[data-saved]")).to_contain_text("已存在本机")

    page.goto(f"{site}/visits/today")
    expect(page.locator("#drafts")).to_contain_text("还没有保存")
    page.locator("#drafts a").first.click()

    expect(page.get_by_label("发现的问题")).to_have_value("写到一半")
