"""Sessions end when they should, at once, and say why."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import browsers
from app.accounts.models import SignedIn, User
from app.accounts.permissions import Role
from app.core import db as database
from tests.browser import Answer, Visitor
from tests.factories import make_user

Enter = Callable[..., Visitor]
Clock = Callable[..., None]
SignIn = Callable[..., Answer]


@pytest.mark.parametrize(
    ("role", "minutes"), [(Role.BUREAU, 30), (Role.ADMIN, 15), (Role.AUDIT, 15), (Role.FINANCE, 15)]
)
def test_a_session_ends_when_it_is_left_alone(visitor: Enter, clock: Clock, role: Role, minutes: int) -> None:
    user = visitor(make_user(role))

    clock(minutes=minutes)
    user.get("/password")
    clock(minutes=minutes, seconds=1)

    assert user.get("/password", status=303).headers["location"] == "/sign-in?next=/password"
    assert f"超过 {minutes} 分钟没有操作" in user.get("/sign-in")


@pytest.mark.parametrize(("role", "hours"), [(Role.BUREAU, 12), (Role.ADMIN, 8)])
def test_a_session_ends_after_its_hours_however_busy(visitor: Enter, clock: Clock, role: Role, hours: int) -> None:
    user = visitor(make_user(role))

    for _ in range(hours * 5):
        user.get("/password")
        clock(minutes=12)
    clock(seconds=1)

    user.get("/password", status=303)
    assert f"登录已满 {hours} 小时" in user.get("/sign-in")


def test_what_a_page_asks_for_by_itself_keeps_nobody_signed_in(visitor: Enter, clock: Clock) -> None:
    user = visitor(make_user(Role.ADMIN))

    for _ in range(3):
        clock(minutes=5)
        user.get("/password", headers={"X-Background": "1"})
    clock(seconds=1)

    user.get("/password", status=303)


def test_a_sixth_sign_in_ends_the_oldest_and_tells_it_why(visitor: Enter, sign_in: SignIn, clock: Clock) -> None:
    user = make_user(Role.ADMIN)
    browsers = [visitor() for _ in range(6)]

    for browser in browsers:
        sign_in(browser, user.username)
        clock(seconds=1)

    browsers[0].get("/account", status=303)
    assert "已在 5 处登录" in browsers[0].get("/sign-in")
    for browser in browsers[1:]:
        browser.get("/account")


def test_one_sees_ones_sessions_and_ends_another(visitor: Enter, db: Session) -> None:
    user = make_user()
    here, there = visitor(user), visitor(user)

    page = here.get("/account")
    [button] = [form for form in page.all("main form") if "ending" in form["action"]]
    here.post(button["action"])

    here.get("/account")
    there.get("/account", status=303)
    assert "另一处结束" in there.get("/sign-in")


def test_nobody_ends_the_session_of_somebody_else(visitor: Enter, db: Session) -> None:
    other = make_user()
    visitor(other)
    number = db.scalar(sa.select(SignedIn.id).where(SignedIn.user_id == other.id))

    visitor(make_user()).post(f"/account/sessions/{number}/ending", status=404)

    assert db.scalar(sa.select(SignedIn.ended_at).where(SignedIn.id == number)) is None


def test_the_account_page_shows_failed_tries(visitor: Enter, sign_in: SignIn) -> None:
    user = make_user()
    sign_in(visitor(), user.username, "wrong", status=422)

    page = visitor(user).get("/account")

    assert "失败" in page


def test_a_disabled_user_is_out_with_the_next_request(visitor: Enter) -> None:
    user = make_user()
    browser = visitor(user)
    browser.get("/account")

    with database.writing() as session:
        session.execute(sa.update(User).where(User.id == user.id).values(disabled_at=user.created_at))

    browser.get("/account", status=303)
    browser.post("/sign-out", status=401)


def test_ones_own_account_is_reached_from_every_page(visitor: Enter) -> None:
    page = visitor(make_user(Role.ADMIN)).get("/users")

    assert page.one("a.who")["href"] == "/account"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120", "Edge 浏览器，Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0", "微信，安卓"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/120 Safari/537.36 UOS", "Chrome 浏览器，统信"),
        ("curl/8.0", "未知的浏览器"),
    ],
)  # fmt: skip
def test_a_browser_is_named_in_words(user_agent: str, words: str) -> None:
    assert browsers.in_words(user_agent) == words
