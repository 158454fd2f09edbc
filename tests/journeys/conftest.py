"""A served site with a rule book and two people, and a real browser in front of it."""

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.accounts.permissions import Role
from app.core import db as database
from app.main import create_app
from app.policies.book import load_book
from tests.databases import SqliteTemplate
from tests.factories import PASSWORD, make_unit, make_user

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on the path: the journeys in a browser were not tried")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(sqlite_template: SqliteTemplate, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a running site: an officer `li` and an auditor `shen`, the whole rule book, one township."""
    with sqlite_template.copy() as copy:
        monkeypatch.setattr(database, "engine", lambda: copy)
        with database.writing() as session:
            load_book(session)
        make_unit("达坂城镇")
        make_user(Role.BUREAU, name="李科长", username="li")
        make_user(Role.AUDIT, name="沈审计", username="shen")
        with serving() as address:
            yield address


class serving:  # noqa: N801 - reads as a verb where it is used
    """A uvicorn server on a free port, in a thread, for the length of a block."""

    def __enter__(self) -> str:
        config = uvicorn.Config(create_app, factory=True, host="127.0.0.1", port=0, log_level="error")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            self.thread.join(0.02)
            assert self.thread.is_alive(), "the server did not start"
        port = self.server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.thread.join(10)


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def window(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": request.param, "height": 900}, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def screen(window: BrowserContext, site: str) -> Iterator[Page]:
    """A page that fails the test on any script error, policy violation, or request to elsewhere."""
    page = window.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith((site, "data:")) else complaints.append(asked.url))
    yield page
    assert not [each for each in complaints if "status of 4" not in each], complaints


def sign_in(page: Page, site: str, username: str) -> None:
    page.goto(f"{site}/sign-in")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


Enter = Callable[..., Any]


@pytest.fixture
def enter(chromium: Browser, site: str) -> Enter:
    """Whoever is named, signed in at a desk, for the length of a block; 390 wide has a phone."""

    @contextmanager
    def entered(username: str, *, width: int = 1280) -> Iterator[Page]:
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="zh-CN", accept_downloads=True)
        page = context.new_page()
        sign_in(page, site, username)
        yield page
        context.close()

    return entered


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()
