"""The head and tabs of a firm's pages, and the way through the list."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.accounts.permissions import Role
from tests.browser import Visitor
from tests.factories import assign, make_firm, make_unit, make_user
from tests.facts.arrange import add


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


def test_every_page_of_a_firm_leads_on_and_back_to_the_list_it_was_opened_from(visitor: Callable[..., Visitor]) -> None:
    before, firm, after = (make_firm(f"达坂城{sign}有限公司", industry="装备制造") for sign in "ABC")
    record = add(firm, "ip", number="ZL1")
    officer = visitor(make_user(Role.BUREAU))
    kept = "?from=industry%3D%E8%A3%85%E5%A4%87%E5%88%B6%E9%80%A0%26sort%3Dname%26order%3Dasc"
    start = officer.get(f"/firms/{firm.id}/records{kept}")

    detail = officer.get(next(link["href"] for link in start.all("#ip tbody a")))

    assert detail.one("[rel=prev]")["href"] == f"/firms/{before.id}/records{kept}"
    assert detail.one("[rel=next]")["href"] == f"/firms/{after.id}/records{kept}"
    inside = [link["href"] for link in detail.all("main a[href]") if link["href"].startswith(f"/firms/{firm.id}")]
    inside += [form["action"] for form in detail.all("main form[method=post]")]
    assert [address for address in inside if "from=industry" not in address] == []
    gone = officer.post(f"/firms/{firm.id}/records/{record.id}/retraction{kept}", {"reason": "填错了"})
    assert gone.headers["location"] == f"/firms/{firm.id}/records{kept}#ip"


def test_a_page_of_another_thing_does_not_inherit_the_list(visitor: Callable[..., Visitor]) -> None:
    firm = make_firm()

    page = visitor(make_user(Role.BUREAU)).get(f"/firms/{firm.id}?from=q%3D测试")

    assert "from=" not in page.one("a.who")["href"]
    assert not [link for link in page.all(".sidebar a") if "from=" in link["href"]]
