"""两步登录: codes by the clock, each taken once; recovery codes; roles that must; the administrator's way out."""

import base64
import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import totp
from app.accounts.models import Event, RecoveryCode, User
from app.accounts.permissions import Role
from app.accounts.service import factor
from app.core import clock as clocks
from app.core import keys
from app.core.errors import Conflict
from app.settings import Settings
from tests.browser import Answer, Visitor
from tests.factories import PASSWORD, make_user

Enter = Callable[..., Visitor]
Clock = Callable[..., None]


# RFC 6238, appendix B: the seed and the last six of the eight digits.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert totp.code_at(b"12345678901234567890", totp.step_of(seconds)) == code


def test_what_is_concealed_is_of_use_in_its_own_row_alone() -> None:
    stored = keys.conceal("totp", b"seed", bound_to="1")

    assert keys.reveal("totp", stored, bound_to="1") == b"seed"
    assert keys.reveal("totp", stored, bound_to="2") == b""
    assert keys.reveal("totp", stored[:-1] + ("0" if stored[-1] != "0" else "1"), bound_to="1") == b""
    assert keys.reveal("totp", "", bound_to="1") == b""
    assert b"seed".hex() not in stored


def seed_on(page: Answer) -> bytes:
    letters = next(each.text for each in page.all("dd") if len(each.text.split()) == 8)
    return base64.b32decode("".join(letters.split()))


def code(seed: bytes, *, ahead: int = 0) -> str:
    return totp.code_at(seed, totp.step_of(clocks.now().timestamp()) + ahead)


class Owner:
    """Somebody with a second factor, and their phone."""

    def __init__(self, enter: Enter, role: Role = Role.BUREAU) -> None:
        self.user = make_user(role)
        self.enter = enter
        browser = enter(self.user)
        self.seed = seed_on(browser.get("/account/second-factor"))
        page = browser.post(
            "/account/second-factor", {"current": PASSWORD, "code": code(self.seed, ahead=-1)}, status=200
        )
        self.browser = browser
        self.recovery = [each.text for each in page.all("li code")]

    def half_in(self, visitor: Visitor | None = None) -> tuple[Visitor, dict[str, str]]:
        """A browser after the right password, and what its form carries."""
        visitor = visitor or self.enter()
        page = visitor.post("/sign-in", {"username": self.user.username, "password": PASSWORD}, status=200)
        hidden = {field["name"]: field["value"] for field in page.all("main input[type=hidden]") if field.get("name")}
        return visitor, {"pending": hidden["pending"], "next": hidden["next"]}

    def finish(self, given: str, *, status: int = 303) -> Answer:
        visitor, fields = self.half_in()
        return visitor.post("/sign-in/code", {**fields, "code": given}, status=status)


@pytest.fixture
def owner(visitor: Enter, clock: Clock) -> Owner:
    return Owner(visitor)


def test_the_password_alone_opens_nothing(owner: Owner) -> None:
    browser, _ = owner.half_in()

    assert "s" not in browser.client.cookies
    browser.get("/home", status=303)


def test_password_and_code_lead_to_where_one_was_going(owner: Owner, visitor: Enter) -> None:
    browser = visitor()
    page = browser.post(
        "/sign-in", {"username": owner.user.username, "password": PASSWORD, "next": "/firms?q=a"}, status=200
    )

    fields = {"pending": page.one("[name=pending]")["value"], "next": page.one("[name=next]")["value"]}
    answer = browser.post("/sign-in/code", {**fields, "code": code(owner.seed)})

    assert answer.headers["location"] == "/firms?q=a"
    browser.get("/home")


def test_a_code_is_taken_once(owner: Owner) -> None:
    given = code(owner.seed)
    owner.finish(given)

    again = owner.finish(given, status=422)

    assert "已经用过" in again
    assert again.one("#code").get("value", "") == ""


def test_a_code_of_an_earlier_step_is_not_taken_after_a_later_one(owner: Owner) -> None:
    earlier = code(owner.seed)
    owner.finish(code(owner.seed, ahead=1))

    owner.finish(earlier, status=422)


@pytest.mark.parametrize(("ahead", "status"), [(1, 303), (2, 422), (-2, 422)])
def test_the_clocks_may_differ_by_one_step(owner: Owner, clock: Clock, ahead: int, status: int) -> None:
    clock(minutes=5)

    owner.finish(code(owner.seed, ahead=ahead), status=status)


def test_a_sixth_try_is_refused_even_with_the_right_code(owner: Owner) -> None:
    for _ in range(5):
        owner.finish("000000", status=422)

    owner.finish(code(owner.seed), status=422)


def test_of_two_who_send_one_code_at_once_one_gets_in(owner: Owner, engine: sa.Engine) -> None:
    both = [owner.half_in() for _ in range(2)]
    given = code(owner.seed)
    statuses: list[int] = []

    def send(visitor: Visitor, fields: dict[str, str]) -> None:
        sent = visitor.client.post(
            "/sign-in/code",
            data={**fields, "code": given},
            headers={"sec-fetch-site": "same-origin"},
            follow_redirects=False,
        )
        statuses.append(sent.status_code)

    threads = [threading.Thread(target=send, args=each) for each in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [303, 422]


def test_after_five_minutes_the_password_is_asked_for_again(owner: Owner, clock: Clock) -> None:
    browser, fields = owner.half_in()
    clock(minutes=5, seconds=1)

    page = browser.post("/sign-in/code", {**fields, "code": code(owner.seed)}, status=422)

    assert "请重新登录" in page
    assert page.one("#password")


def test_wrong_codes_do_not_make_the_five_minutes_longer(owner: Owner, clock: Clock) -> None:
    browser, fields = owner.half_in()
    clock(minutes=4)
    page = browser.post("/sign-in/code", {**fields, "code": "000000"}, status=422)
    clock(minutes=2)

    carried = {**fields, "pending": page.one("[name=pending]")["value"]}
    assert "请重新登录" in browser.post("/sign-in/code", {**carried, "code": code(owner.seed)}, status=422)


def test_a_wrong_code_is_written_down(owner: Owner, visitor: Enter) -> None:
    owner.finish("000000", status=422)

    assert f"登录时“{owner.user.name}”的动态口令不正确" in visitor(make_user(Role.AUDIT)).get("/events")


@pytest.mark.parametrize("forged", ["", "x", "1.2.3.4", "1.9999999999.1-0.00"])
def test_a_made_up_first_step_is_none(owner: Owner, visitor: Enter, forged: str) -> None:
    visitor().post("/sign-in/code", {"pending": forged, "code": code(owner.seed)}, status=422)


def test_a_first_step_ends_with_the_password_or_the_account(owner: Owner, visitor: Enter) -> None:
    browser, fields = owner.half_in()
    visitor(make_user(Role.ADMIN)).post(f"/users/{owner.user.id}/disabling")

    browser.post("/sign-in/code", {**fields, "code": code(owner.seed)}, status=422)


def test_a_recovery_code_stands_in_once(owner: Owner, db: Session) -> None:
    assert len(set(owner.recovery)) == 10

    owner.finish(owner.recovery[0].upper())
    owner.finish(owner.recovery[0], status=422)

    assert db.scalar(sa.select(Event.kind).where(Event.kind == "factor.recovered")) == "factor.recovered"
    assert "恢复码还剩 9 个" in owner.browser.get("/account/second-factor")


def test_seed_and_recovery_codes_are_stored_unreadable(owner: Owner, db: Session) -> None:
    user = db.get_one(User, owner.user.id)
    hashes = db.scalars(sa.select(RecoveryCode.code_hash)).all()

    assert owner.seed.hex() not in (user.totp_seed or "")
    assert not set(owner.recovery) & set(hashes)
    assert keys.reveal("totp", user.totp_seed or "", bound_to=str(user.id)) == owner.seed


def test_turning_it_on_needs_the_password_and_a_right_code(visitor: Enter, clock: Clock, db: Session) -> None:
    browser = visitor(make_user())
    seed = seed_on(browser.get("/account/second-factor"))

    browser.post("/account/second-factor", {"current": "wrong", "code": code(seed)}, status=422)
    browser.post("/account/second-factor", {"current": PASSWORD, "code": "000000"}, status=422)

    assert db.scalar(sa.select(sa.func.count()).where(User.second_factor_at.is_not(None))) == 0


def test_the_password_is_not_guessed_by_turning_it_on(visitor: Enter, clock: Clock) -> None:
    browser = visitor(make_user())
    seed = seed_on(browser.get("/account/second-factor"))
    for _ in range(5):
        browser.post("/account/second-factor", {"current": "wrong", "code": code(seed)}, status=422)

    browser.post("/account/second-factor", {"current": PASSWORD, "code": code(seed)}, status=422)


def test_a_recovery_code_is_not_used_up_by_a_wrong_password(owner: Owner) -> None:
    entered = {"current": "wrong", "code": owner.recovery[0]}
    owner.browser.post("/account/second-factor/removal", entered, status=422)

    assert "恢复码还剩 10 个" in owner.browser.get("/account/second-factor")


def test_turning_it_on_ends_the_other_sessions(visitor: Enter, clock: Clock) -> None:
    user = make_user()
    other, browser = visitor(user), visitor(user)
    seed = seed_on(browser.get("/account/second-factor"))

    browser.post("/account/second-factor", {"current": PASSWORD, "code": code(seed)}, status=200)

    other.get("/home", status=303)
    browser.get("/home")


def test_it_is_turned_off_by_whoever_has_it_and_the_next_seed_is_another(owner: Owner) -> None:
    url = "/account/second-factor/removal"
    owner.browser.post(url, {"current": PASSWORD, "code": "000000"}, status=422)
    owner.browser.post(url, {"current": PASSWORD, "code": code(owner.seed)})

    assert seed_on(owner.browser.get("/account/second-factor")) != owner.seed
    browser = owner.enter()
    browser.post("/sign-in", {"username": owner.user.username, "password": PASSWORD})


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factor, "settings", lambda: Settings(second_factor="admin, bureau"))


def test_a_role_that_must_is_led_there_before_anything_else(required: None, visitor: Enter, clock: Clock) -> None:
    browser = visitor(make_user())

    for address in ("/home", "/firms", "/account"):
        assert browser.get(address, status=303).headers["location"] == "/account/second-factor"
    assert "须使用两步登录" in browser.get("/account/second-factor")
    visitor(make_user(Role.LEADER)).get("/home")
    Owner(visitor).browser.get("/home")


def test_a_role_that_must_cannot_turn_it_off(required: None, visitor: Enter, clock: Clock) -> None:
    owner = Owner(visitor)

    owner.browser.post("/account/second-factor/removal", {"current": PASSWORD, "code": code(owner.seed)}, status=409)


def test_an_administrator_resets_it_and_it_is_written_down(owner: Owner, visitor: Enter, db: Session) -> None:
    admin = visitor(make_user(Role.ADMIN))

    admin.post(f"/users/{owner.user.id}/second-factor-reset")

    owner.browser.get("/home", status=303)
    owner.enter().post("/sign-in", {"username": owner.user.username, "password": PASSWORD})
    owner.enter().post("/sign-in/code", {"pending": "x", "code": owner.recovery[0]}, status=422)
    assert f"重置了“{owner.user.name}”的两步登录" in visitor(make_user(Role.AUDIT)).get("/events")
    admin.post(f"/users/{owner.user.id}/second-factor-reset", status=409)


def test_a_setting_that_names_no_role_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factor, "settings", lambda: Settings(second_factor="admins"))

    with pytest.raises(Conflict, match="TIDU_SECOND_FACTOR 里的“admins”"):
        factor.insist_on_known_roles()
