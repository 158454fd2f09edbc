"""Users, kept by the administrator."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event, User
from app.accounts.permissions import Role
from tests.browser import Answer, Visitor
from tests.factories import make_firm, make_unit, make_user

Enter = Callable[..., Visitor]


@pytest.fixture
def admin(visitor: Enter) -> Visitor:
    return visitor(make_user(Role.ADMIN, username="chief", name="首席管理员"))


def person(**changes: Any) -> dict[str, Any]:
    return {"username": "zhang.san", "name": "张三", "role": "leader", "unit_id": "", "credit_code": "", **changes}


def edited(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in person(version=1, **changes).items() if name != "username"}


def user_named(db: Session, username: str) -> User:
    return db.scalars(sa.select(User).where(User.username == username)).one()


def test_a_new_user_gets_a_link_that_only_this_page_shows(admin: Visitor, visitor: Enter, db: Session) -> None:
    page = admin.post("/users", person(), status=200)

    [link] = re.findall(r"/welcome/[\w-]{22,}", page.one("code").text)
    assert "张三" in visitor().get(link)
    user = user_named(db, "zhang.san")
    assert user.password_hash is None
    assert link.removeprefix("/welcome/") not in " ".join(db.scalars(sa.select(Event.body)))


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"username": "Zhang San"}, "username", "小写字母"), ({"username": "x"}, "username", "2～64"),
        ({"username": "a" * 65}, "username", "2～64"), ({"username": "chief"}, "username", "已有人使用"),
        ({"username": "CHIEF"}, "username", "已有人使用"), ({"name": ""}, "name", "必填"),
        ({"name": "x" * 65}, "name", "最多 64"), ({"role": "king"}, "role", "从列表中选择"),
        ({"role": ""}, "role", "从列表中选择"), ({"role": "unit"}, "unit_id", "须选择所属单位"),
        ({"unit_id": "999"}, "unit_id", "不存在或已停用"), ({"unit_id": str(2**63)}, "unit_id", "不能大于"),
        ({"role": "firm"}, "credit_code", "须填写所属企业"),
        ({"role": "firm", "credit_code": "91"}, "credit_code", "18位"),
        ({"role": "firm", "credit_code": "91650107MA0000000A"}, "credit_code", "校验位"),
        ({"name": "张\x00三"}, "name", "无法保存的字符"), ({"name": "张\ue000"}, "name", "无法保存的字符"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_beside_its_field(
    admin: Visitor, change: dict[str, str], field: str, said: str
) -> None:
    page = admin.post("/users", person(**change), status=422)

    assert said in page.one(f"#{field}-error").text
    if "name" not in change:
        assert page.one("#name")["value"] == "张三"


def test_a_firms_user_is_tied_to_the_firm_by_its_code(admin: Visitor, db: Session) -> None:
    firm = make_firm("海朋")

    admin.post("/users", person(role="firm", credit_code=firm.credit_code.lower()), status=200)

    assert user_named(db, "zhang.san").firm_id == firm.id
    assert "海朋" in admin.get("/users?role=firm")


def test_only_a_firms_user_has_a_firm(admin: Visitor) -> None:
    page = admin.post("/users", person(credit_code=make_firm().credit_code), status=422)

    assert "只有岗位为“企业”" in page.one("#credit_code-error").text


def test_fields_that_nobody_offered_are_refused(admin: Visitor, db: Session) -> None:
    admin.post("/users", person(must_change="", password_hash="x"), status=422)

    assert db.scalar(sa.select(sa.func.count()).select_from(User)) == 1


@pytest.mark.parametrize("change", [{"role": "bureau"}, {"unit": True}])
def test_another_role_or_unit_takes_effect_at_once(
    admin: Visitor, visitor: Enter, db: Session, change: dict[str, Any]
) -> None:
    user = make_user(Role.LEADER)
    browser = visitor(user)
    values = {"unit_id": make_unit().id} if "unit" in change else change

    admin.post(f"/users/{user.id}", edited(name=user.name, **values))

    browser.get("/account", status=303)
    assert "岗位或所属单位已变更" in browser.get("/sign-in")


def test_another_name_ends_no_session_and_is_told_with_before_and_after(
    admin: Visitor, visitor: Enter, db: Session
) -> None:
    user = make_user(Role.LEADER, name="王五")
    browser = visitor(user)

    admin.post(f"/users/{user.id}", edited(name="王五一"))

    browser.get("/account")
    body = db.scalars(sa.select(Event.body).where(Event.kind == "user.edited")).one()
    assert '"name":["王五","王五一"]' in body


def test_who_saves_second_sees_it_and_loses_nothing(admin: Visitor, visitor: Enter) -> None:
    user = make_user(Role.LEADER)
    admin.post(f"/users/{user.id}", edited(name="甲名"))

    second = admin.post(f"/users/{user.id}", edited(name="乙名"), status=409)
    again = {field["name"]: field.get("value", "") for field in second.all("form.form input")}
    admin.post(f"/users/{user.id}", {**edited(name="乙名"), "version": again["version"]})

    assert "在您填写期间先保存了" in second
    assert again["name"] == "乙名"
    assert "乙名" in admin.get("/users")


def test_disabling_ends_everything_and_reinstating_opens_again(admin: Visitor, visitor: Enter, db: Session) -> None:
    user = make_user(Role.LEADER)
    browser = visitor(user)

    admin.post(f"/users/{user.id}/disabling")
    browser.get("/account", status=303)
    admin.post(f"/users/{user.id}/disabling", status=409)
    admin.post(f"/users/{user.id}/link", status=409)
    admin.post(f"/users/{user.id}/reinstating")

    visitor(user).get("/account")
    kinds = db.scalars(sa.select(Event.kind).where(Event.kind.like("user.%")).order_by(Event.id)).all()
    assert kinds == ["user.disabled", "user.reinstated"]


def test_nobody_disables_or_demotes_themselves(admin: Visitor, db: Session) -> None:
    chief = user_named(db, "chief")

    admin.post(f"/users/{chief.id}/disabling", status=409)
    admin.post(f"/users/{chief.id}", edited(role="leader"), status=409)


def test_an_administrator_ends_all_sessions_of_somebody(admin: Visitor, visitor: Enter) -> None:
    user = make_user()
    browsers = [visitor(user), visitor(user)]

    answer = admin.post(f"/users/{user.id}/signing-out")

    for browser in browsers:
        browser.get("/account", status=303)
    assert "2 处登录" in admin.follow(answer)


def shown(page: Answer) -> list[str]:
    return [cell.text for cell in page.all("tbody th")]


def test_the_list_is_found_and_turned(admin: Visitor) -> None:
    for number in range(12):
        make_user(Role.COMMISSIONER, username=f"c{number:02d}", name=f"专员{number}")
    make_user(Role.FINANCE, username="money_1", name="出纳")

    assert shown(admin.get("/users?q=出纳")) == ["money_1"]
    assert shown(admin.get("/users?q=MONEY_")) == ["money_1"]
    assert shown(admin.get("/users?q=%25")) == []
    assert len(shown(admin.get("/users?role=commissioner&size=10"))) == 10
    assert shown(admin.get("/users?role=commissioner&size=10&page=2")) == ["c10", "c11"]
    assert shown(admin.get("/users?state=disabled")) == []
    assert len(shown(admin.get("/users?role=king&unit=x&page=-1&size=7"))) == 14


ODD = ["\x00", "\ud800".encode("utf-8", "surrogatepass"), "1e999999", str(2**63), "NaN", "１２", "\u202e", "{{7*7}}"]


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_are_refused_or_kept_but_never_break_anything(admin: Visitor, visitor: Enter, odd: Any) -> None:
    guest = visitor()
    for name in ("username", "password", "next", "kept"):
        answer = guest.client.post(
            "/sign-in", data={"username": "x", "password": "y", name: odd}, follow_redirects=False
        )
        assert answer.status_code < 500
    for name in person():
        data = {"csrf_token": admin.form_token(), **person(), name: odd}
        assert admin.client.post("/users", data=data, follow_redirects=False).status_code < 500
    for name in ("q", "role", "unit", "state", "page", "size"):
        assert admin.client.get("/users", params={name: odd}).status_code == 200
