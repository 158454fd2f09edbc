"""Lists kept under a name: each person counts their own firms in them."""

from collections.abc import Callable

import pytest

from app.accounts.permissions import Role
from app.firms.lists import saved
from app.firms.search.address import Search
from tests.browser import Answer, Visitor
from tests.factories import make_firm, make_unit, make_user

Enter = Callable[..., Visitor]


def views(page: Answer) -> dict[str, tuple[int, str]]:
    """Name → count and address."""
    links = page.all("nav[aria-label=名单视图] a")
    return {link.find(string=True): (int(link.select_one(".count").text.strip("（）")), link["href"]) for link in links}


def test_a_view_keeps_filters_order_and_columns_and_counts_its_rows(visitor: Enter) -> None:
    officer = visitor(make_user())
    for _ in range(3):
        make_firm(industry="清洁能源")
    make_firm(industry="装备制造")

    officer.post("/views?industry=清洁能源&sort=name&order=asc&columns=region", {"name": "清洁"})

    ((count, address),) = views(officer.get("/firms")).values()
    page = officer.get(address)
    assert count == 3 == len(page.all("tbody tr"))
    assert [head.text.strip() for head in page.all("thead th")][-1] == "所在区域"
    assert page.one("nav[aria-label=名单视图] a[aria-current]")


def test_a_shared_view_shows_everybody_their_own_firms(visitor: Enter) -> None:
    unit = make_unit()
    make_firm(unit_id=unit.id)
    make_firm()
    visitor(make_user()).post("/views?state=open", {"name": "在营", "shared": "on"})

    officer, town = visitor(make_user()), visitor(make_user(Role.UNIT, unit_id=unit.id))

    assert views(officer.get("/firms"))["在营"][0] == 2
    assert views(town.get("/firms"))["在营"][0] == 1


def test_a_view_of_ones_own_stays_ones_own_and_only_the_bureau_shares(visitor: Enter) -> None:
    leader = visitor(make_user(Role.LEADER))
    leader.post("/views?state=open", {"name": "我的", "shared": "on"})

    assert list(views(leader.get("/firms"))) == ["我的"]
    assert views(visitor(make_user()).get("/firms")) == {}


def test_a_view_can_be_removed_by_whoever_kept_it(visitor: Enter) -> None:
    officer = visitor(make_user())
    officer.post("/views?state=open", {"name": "在营"})

    officer.post(officer.get("/firms").one("form[action$='/removal']")["action"])

    assert views(officer.get("/firms")) == {}


def test_two_views_of_one_name_are_refused(visitor: Enter) -> None:
    officer = visitor(make_user())
    officer.post("/views?state=open", {"name": "在营"})

    assert "同名的视图" in officer.post("/views?state=closed", {"name": "在营"}, status=422)


def test_a_refused_name_leaves_the_list_where_it_was(visitor: Enter) -> None:
    officer = visitor(make_user())
    for number in range(25):
        make_firm(f"清洁{number}", industry="清洁能源")

    page = officer.post("/views?industry=清洁能源&sort=name", {"name": "长" * 41}, status=422)

    assert "最多 40 个字" in page
    assert page.one("#name")["value"] == "长" * 41
    assert len(officer.get(page.one("a[rel=next]")["href"]).all("tbody tr")) == 5


def test_shared_views_never_crowd_out_ones_own(visitor: Enter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "MOST", 2)
    officer, leader = visitor(make_user()), visitor(make_user(Role.LEADER))
    for name in ("甲", "乙"):
        officer.post("/views?state=open", {"name": name, "shared": "on"})
    leader.post("/views?state=open", {"name": "我的"})

    assert list(views(leader.get("/firms"))) == ["我的", "甲", "乙"]
    assert "最多保存 2 个视图" in officer.post("/views?state=open", {"name": "丙"}, status=422)
    other = visitor(make_user())
    assert "最多共享 2 个视图" in other.post("/views?state=open", {"name": "丙", "shared": "on"}, status=422)


def test_the_longest_list_is_kept_whole(visitor: Enter) -> None:
    officer = visitor(make_user())
    make_firm("甲")
    long = {"q": "𠮷" * 100, "industry": "𠮷" * 100, "tag": "𠮷" * 100}
    columns = ",".join(f"{'x' * 30}{number:02}" for number in range(12))
    search = Search.read({**long, "state": "open", "columns": columns})

    officer.post(f"/views?{search.query}", {"name": "长"})

    ((count, address),) = views(officer.get("/firms")).values()
    assert count == 0
    assert Search.read_address(address.partition("?")[2]) == search
