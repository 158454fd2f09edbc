"""What a password must be, when it must change, and the one-time link."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import password_rules, passwords, service
from app.accounts.models import Event, OneTimeLink, User
from app.accounts.password_rules import objection
from app.accounts.permissions import Role
from app.core import db as database
from app.settings import Settings
from tests.browser import Answer, Visitor
from tests.factories import PASSWORD, make_user

Enter = Callable[..., Visitor]
Clock = Callable[..., None]
NEW = "Gobi-windmill-1997"
LONG = "Ab1-" + "x" * 76


@pytest.fixture
def nist(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = Settings(password_profile="nist")
    for module in (password_rules, passwords):
        monkeypatch.setattr(module, "settings", lambda: changed)


def change(browser: Visitor, password: str, *, current: str = PASSWORD, repeat: str = "", status: int = 303) -> Answer:
    fields = {"current": current, "password": password, "repeat": repeat or password}
    return browser.post("/password", fields, status=status)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Ab1-short", "至少 12"), ("A1-" + "y" * 126, "最多 128"), ("onlysmallletters", "至少 3 种"),
        ("smallAndBigOnly", "至少 3 种"), ("Wanghai-2026-x", "用户名或姓名"), ("Geheim-王海-99x", "用户名或姓名"),
        ("Password2026!!", "太常见"), ("P@ssw0rd2026!!", "太常见"), ("Kejiju@202611", "太常见"),
        ("Dabancheng@123456", "太常见"), ("Tidutidu@12345", "太常见"), ("Qwertyuiop123!", "太常见"),
        ("1qaz2wsx1qaz2wsX", "太常见"), ("Aa1Aa1Aa1Aa1", "太常见"),
    ],
)  # fmt: skip
def test_a_weak_password_is_refused_beside_the_field(visitor: Enter, password: str, said: str) -> None:
    browser = visitor(make_user(username="wanghai88", name="王海"))

    answer = change(browser, password, status=422)

    assert said in answer.one("#password-error").text
    assert password not in answer.text


@pytest.mark.parametrize(
    "password", [NEW, "four words With 1 blank", "戈壁上的风车 Wind7", "Aa1-🌵🐫🏜️⛰️🌬️" * 2, LONG, "Zq" + "a1-" * 42]
)
def test_long_spaced_chinese_and_pictured_passwords_are_good(visitor: Enter, password: str) -> None:
    user = make_user(Role.ADMIN)
    browser = visitor(user)

    change(browser, password)

    fresh = visitor()
    fresh.post("/sign-in", {"username": user.username, "password": password})


def test_nothing_is_cut_off(visitor: Enter) -> None:
    user = make_user()
    first, second = LONG + "1" + "y" * 9, LONG + "2" + "y" * 9
    change(visitor(user), first)

    visitor().post("/sign-in", {"username": user.username, "password": second}, status=422)
    visitor().post("/sign-in", {"username": user.username, "password": first + " "}, status=422)
    visitor().post("/sign-in", {"username": user.username, "password": first})


def test_the_last_five_passwords_cannot_be_used_again(visitor: Enter, clock: Clock) -> None:
    user = make_user()
    browser = visitor(user)
    used = [PASSWORD, *(f"{NEW}-{number}" for number in range(5))]
    for current, following in itertools.pairwise(used):
        change(browser, following, current=current)

    for lately in used[1:]:
        assert "最近 5 次" in change(browser, lately, current=used[-1], status=422)
    change(browser, PASSWORD, current=used[-1])


def test_the_present_password_must_be_known_and_guessing_it_is_limited(visitor: Enter, clock: Clock) -> None:
    browser = visitor(make_user())

    for _ in range(5):
        change(browser, NEW, current="wrong", status=422)

    assert "不正确，或输错次数过多" in change(browser, NEW, status=422)
    clock(minutes=15)
    change(browser, NEW)


def test_changing_ends_the_other_sessions_and_renews_this_one(visitor: Enter) -> None:
    user = make_user()
    here, there = visitor(user), visitor(user)
    before = here.client.cookies["s"]

    answer = change(here, NEW)

    assert f"s={before}" not in answer.headers["set-cookie"]
    here.client.cookies.set("s", before, domain="127.0.0.1")
    here.get("/account", status=303)
    there.get("/account", status=303)


def test_the_two_new_ones_must_agree(visitor: Enter) -> None:
    answer = change(visitor(make_user()), NEW, repeat=NEW + "x", status=422)

    assert "不一致" in answer.one("#repeat-error").text


@pytest.mark.parametrize(
    ("password", "fine"), [("all small letters only", True), ("14-Characters!", False), ("Kejizhuanyuan2026", False)]
)
def test_the_nist_profile_asks_for_length_and_no_classes(nist: None, password: str, fine: bool) -> None:  # noqa: FBT001
    assert (objection(password, "wanghai", "王海") == "") is fine


def test_under_the_nist_profile_nothing_expires(nist: None, engine: sa.Engine, clock: Clock) -> None:
    user = make_user()
    clock(days=1000)

    assert not passwords.change_is_due(user)


def test_a_password_warns_before_it_expires_and_then_must_be_changed(visitor: Enter, clock: Clock) -> None:
    user = make_user(Role.ADMIN)
    entry = {"username": user.username, "password": PASSWORD, "next": "/users"}

    clock(days=75)
    early = visitor().post("/sign-in", entry)
    clock(days=2)
    guest = visitor()
    late = guest.post("/sign-in", entry)
    warned = guest.follow(late)
    clock(days=14)
    over = visitor()
    over.post("/sign-in", entry)

    assert "flash" not in early.headers["set-cookie"]
    assert "密码将在 13 天后到期" in warned
    assert over.get("/users", status=303).headers["location"] == "/password"
    assert "密码已超过 90 天" in over.get("/password")


def test_before_a_due_change_nothing_else_opens(visitor: Enter) -> None:
    user = make_user(Role.ADMIN, must_change=True)
    browser = visitor(user)

    for address in ("/users", "/account", "/units/new"):
        assert browser.get(address, status=303).headers["location"] == "/password"
    assert browser.post("/units", {"name": "甲"}).headers["location"] == "/password"
    assert "初始密码" in browser.get("/password")
    change(browser, NEW)
    browser.get("/users")


def test_the_blocklist_is_what_its_maker_makes_and_long_enough(repository: Any) -> None:
    maker: dict[str, Any] = {"__file__": str(repository / "bin" / "blocklist"), "__name__": "maker"}
    exec((repository / "bin" / "blocklist").read_text(), maker)  # noqa: S102 - our own file

    assert maker["text"]() == password_rules.BLOCKLIST.read_text(encoding="utf-8"), "run bin/blocklist"
    assert len(password_rules.blocklist()) >= 3000


def make_link(user: User) -> str:
    with database.writing() as session:
        return service.one_time_link(session, session.get_one(User, user.id))


def first_password(browser: Visitor, token: str, password: str = NEW, *, status: int = 303) -> Answer:
    return browser.post(f"/welcome/{token}", {"password": password, "repeat": password}, status=status)


def test_a_link_sets_the_first_password_once(visitor: Enter, db: Session) -> None:
    user = make_user(must_change=True)
    token = make_link(user)

    page = visitor().get(f"/welcome/{token}")
    first_password(visitor(), token)

    assert user.username in page
    visitor().get(f"/welcome/{token}", status=404)
    first_password(visitor(), token, status=404)
    visitor().post("/sign-in", {"username": user.username, "password": NEW})
    assert db.scalar(sa.select(OneTimeLink.token_hash)) != token


def test_a_link_lasts_a_day_and_the_first_administrators_half_an_hour(visitor: Enter, clock: Clock) -> None:
    with database.writing() as session:
        first = service.create_user_with_link(session, username="root1", name="首位管理员", role="admin")
    user_link = make_link(make_user())

    visitor().get(first)
    clock(minutes=30)
    visitor().get(first, status=404)
    visitor().get(f"/welcome/{user_link}")
    clock(hours=23, minutes=30)
    visitor().get(f"/welcome/{user_link}", status=404)


def test_a_new_link_and_disabling_make_the_old_one_useless(visitor: Enter) -> None:
    user = make_user()
    old = make_link(user)

    new = make_link(user)

    visitor().get(f"/welcome/{old}", status=404)
    visitor().get(f"/welcome/{new}")
    with database.writing() as session:
        session.execute(sa.update(User).where(User.id == user.id).values(disabled_at=user.created_at))
    visitor().get(f"/welcome/{new}", status=404)


def test_a_weak_first_password_is_refused_and_the_link_lives_on(visitor: Enter) -> None:
    token = make_link(make_user())

    first_password(visitor(), token, "short", status=422)

    first_password(visitor(), token)


def test_a_link_has_128_bits(engine: sa.Engine) -> None:
    user = make_user()

    tokens = {make_link(user) for _ in range(20)}

    assert len(tokens) == 20
    assert all(len(token) >= 22 for token in tokens)


def test_a_fresh_installation_has_no_account_that_opens(visitor: Enter, db: Session) -> None:
    with database.writing() as session:
        link = service.create_user_with_link(session, username="first", name="管理员", role="admin")
    names = ("admin", "administrator", "root", "test", "first", "tidu", "user", "guest", "kejiju", "system")

    for name in names:
        for password in ("", "admin", "123456", "password", name, f"{name}123"):
            visitor().post("/sign-in", {"username": name, "password": password}, status=422)

    first_password(visitor(), link.removeprefix("/welcome/"))
    assert db.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.kind == "session.started")) == 0
