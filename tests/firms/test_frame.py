"""The head and tabs of a firm's pages, and the way through the list."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.accounts.permissions import Role
from tests.browser import Visitor
from tests.factories import assign, make_firm, make_unit, make_user


def test_the_frame_shows_who_the_firm_is(visitor: Callable[..., Visitor]) -> None:
    firm = make_firm("新疆风光储能有限公司", industry="清洁能源")

    page = visitor(make_user(Role.BUREAU)).get(f"/firms/{firm.id}")

    assert page.one("h1").text.startswith("新疆风光储能有限公司")
    assert page.one("[data-copy]")["data-copy"] == firm.credit_code
    assert "清洁能源" in page


def test_neighbours_keep_the_order_and_the_filter_of_the_list(visitor: Callable[..., Visitor]) -> None:
    first, second, third = (make_firm(f"达坂城{sign}有限公司", industry="装备制造") for sign in "甲乙丙")
    make_firm("达坂城丁有限公司", industry="新型建材")
    query = "industry=装备制造&sort=changed&order=asc"

    page = visitor(make_user(Role.BUREAU)).get(f"/firms/{second.id}?from={query.replace('&', '%26')}")

    assert "第 2 条，共 3 条" in page
    assert page.one("[rel=prev]")["href"].startswith(f"/firms/{first.id}?from=")
    assert page.one("[rel=next]")["href"].startswith(f"/firms/{third.id}?from=")


def test_tabs_keep_the_list(visitor: Callable[..., Visitor]) -> None:
    firm = make_firm()

    page = visitor(make_user(Role.BUREAU)).get(f"/firms/{firm.id}?from=q%3D测试")

    assert all("?from=q%3D" in tab["href"] for tab in page.all(".tabs a"))


@pytest.mark.parametrize("role", [Role.UNIT, Role.COMMISSIONER, Role.FIRM])
def test_another_firm_is_not_there(role: Role, visitor: Callable[..., Visitor]) -> None:
    firm, own = make_firm(), make_firm()
    user = make_user(role, unit_id=make_unit().id, firm_id=own.id)

    visitor(user).get(f"/firms/{firm.id}", status=404)


def test_a_commissioner_sees_an_assigned_firm(visitor: Callable[..., Visitor]) -> None:
    firm, user = make_firm(), make_user(Role.COMMISSIONER)
    assign(user, firm)

    assert firm.name in visitor(user).get(f"/firms/{firm.id}")


def test_an_unknown_firm_is_not_there(visitor: Callable[..., Visitor], engine: sa.Engine) -> None:
    browser = visitor(make_user(Role.BUREAU))

    for address in ("/firms/999999", "/firms/abc", "/firms/99999999999999999999", "/firms/-1", "/firms/%00"):
        browser.get(address, status=404)
