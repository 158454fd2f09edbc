"""The list of firms: who sees which, how it is searched, and that every number is the rows it stands for."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from app.accounts.models import UnitKind
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.facts.models import Source
from app.firms.models import Firm, FirmState, FormerName
from app.titles.models import Title
from tests.browser import Answer, Visitor
from tests.factories import assign, make_firm, make_unit, make_user


def names(page: Answer) -> list[str]:
    return [link.text for link in page.all("tbody th a")]


def give_title(firm: Any, kind: str, **values: Any) -> None:
    with database.writing() as session:
        title = Title(
            firm_id=firm.id,
            thread=f"{firm.id}-{kind}",
            kind=kind,
            issued_on=values.pop("issued_on", date(2025, 1, 1)),
            source=Source.PLATFORM,
            recorded_at=clock.now(),
            **values,
        )
        session.add(title)


@pytest.fixture
def bureau(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(Role.BUREAU))


def test_each_role_lists_the_firms_it_reaches(visitor: Callable[..., Visitor]) -> None:
    town = make_unit("达坂城镇")
    village = make_unit("东沟村", parent=town)
    park = make_unit("风电园", kind=UnitKind.PARK, parent=town)
    make_firm("镇属企业", unit_id=town.id)
    make_firm("村属企业", unit_id=village.id)
    make_firm("园区企业", park_id=park.id)
    visited = make_firm("派驻企业")
    commissioner = make_user(Role.COMMISSIONER)
    assign(commissioner, visited)
    assign(commissioner, make_firm("曾派驻企业"), ends_on=clock.today() - timedelta(days=1))
    everything = {"镇属企业", "村属企业", "园区企业", "派驻企业", "曾派驻企业"}

    seen = {
        "bureau": set(names(visitor(make_user(Role.BUREAU)).get("/firms"))),
        "leader": set(names(visitor(make_user(Role.LEADER)).get("/firms"))),
        "unit": set(names(visitor(make_user(Role.UNIT, unit_id=town.id)).get("/firms"))),
        "commissioner": set(names(visitor(commissioner).get("/firms"))),
    }

    assert seen == {
        "bureau": everything,
        "leader": everything,
        "unit": {"镇属企业", "村属企业", "园区企业"},
        "commissioner": {"派驻企业"},
    }


@pytest.mark.parametrize("role", [Role.FIRM, Role.ADMIN, Role.AUDIT])
def test_some_roles_have_no_list(role: Role, visitor: Callable[..., Visitor]) -> None:
    visitor(make_user(role)).get("/firms", status=403)


@pytest.mark.parametrize(
    "word", ["海朋", "（集团）", "(集团)", "朋集团", "有限责任公司", "ａｂｃ", "Abc 海朋", "海朋(集团)有限公司"]
)
def test_any_part_of_a_name_is_found_whatever_its_width_and_case(word: str, bureau: Visitor) -> None:
    make_firm("新疆ABC海朋（集团）有限责任公司")
    make_firm("乌鲁木齐另一家股份公司")

    assert names(bureau.get(f"/firms?q={quote(word)}")) == ["新疆ABC海朋（集团）有限责任公司"]


def test_a_part_of_the_code_is_found(bureau: Visitor) -> None:
    firm = make_firm()
    make_firm()

    assert names(bureau.get(f"/firms?q={firm.credit_code[8:].lower()}")) == [firm.name]


def test_a_former_name_is_found(bureau: Visitor) -> None:
    firm = make_firm("现名有限公司")
    with database.writing() as session:
        session.add(FormerName(firm_id=firm.id, name="旧名（新疆）公司"))

    assert names(bureau.get("/firms?q=旧名(新疆)")) == ["现名有限公司"]


@pytest.mark.parametrize("sign", ["%", "_", "%%", "/", "\\", "'", '"', "_%"])
def test_signs_of_the_database_are_plain_characters(sign: str, bureau: Visitor) -> None:
    make_firm("甲企业")
    odd = make_firm(f"乙{sign}企业")

    assert names(bureau.get(f"/firms?q={quote(sign)}")) == [odd.name]


@pytest.mark.parametrize(
    "query",
    [
        "page=abc",
        "page=-1",
        "page=999999",
        "size=7",
        "unit=x",
        f"unit={9 * 10**30}",
        "rung=zz",
        "sort=;drop",
        "q=%00%1F",
    ],
)
def test_an_address_that_makes_no_sense_still_shows_a_list(query: str, bureau: Visitor) -> None:
    make_firm("甲企业")

    assert names(bureau.get(f"/firms?{query}")) == ["甲企业"]


def test_filters_narrow_the_list_and_units_include_those_below(bureau: Visitor) -> None:
    town = make_unit("达坂城镇")
    village = make_unit("东沟村", parent=town)
    park = make_unit("风电园", kind=UnitKind.PARK)
    make_firm("甲", unit_id=town.id, industry="清洁能源")
    make_firm("乙", unit_id=village.id, state=FirmState.MOVED_OUT)
    make_firm("丙", park_id=park.id)

    queries = (f"unit={town.id}", f"unit={village.id}", f"park={park.id}", "industry=清洁能源", "state=moved_out")
    found = [set(names(bureau.get(f"/firms?{query}"))) for query in queries]

    assert found == [{"甲", "乙"}, {"乙"}, {"丙"}, {"甲"}, {"乙"}]


def test_a_rung_is_the_highest_title_in_force_today(bureau: Visitor) -> None:
    day = clock.today()
    high, lapsed, revoked, coming = make_firm("高企"), make_firm("到期"), make_firm("撤销"), make_firm("未到")
    for kind in ("tsme", "hnte"):
        give_title(high, kind)
    give_title(lapsed, "hnte", valid_until=day - timedelta(days=1))
    give_title(lapsed, "tsme", valid_until=day)
    give_title(revoked, "hnte", revoked_on=day)
    give_title(coming, "hnte", issued_on=day + timedelta(days=1))

    found = {rung: set(names(bureau.get(f"/firms?rung={rung}"))) for rung in ("hnte", "tsme", "none")}

    assert found == {"hnte": {"高企"}, "tsme": {"到期"}, "none": {"撤销", "未到"}}


def test_every_count_is_the_rows_behind_its_link(bureau: Visitor) -> None:
    for number in range(12):
        firm = make_firm(industry="清洁能源" if number % 2 else "装备制造")
        if number % 3:
            give_title(firm, "tsme" if number % 4 else "hnte")

    for start in ("/firms", "/firms?industry=清洁能源", "/firms?rung=tsme&q=测试"):
        for tab in bureau.get(start).all(".tabs a"):
            shown = re.search(r"(\d+)", tab.select_one(".count").text)
            assert shown
            assert int(shown[1]) == total(bureau.get(tab["href"])), f"{tab.text} from {start}"


def total(page: Answer) -> int:
    said = re.search(r"共 (\d+) 条", page.words())
    return int(said[1]) if said else 0


@pytest.mark.parametrize(("sort", "expected"), [("name", "ABC"), ("capital", "BAC"), ("founded", "ABC")])
def test_the_list_is_sorted_with_blanks_last(sort: str, expected: str, bureau: Visitor) -> None:
    make_firm("A", registered_capital=Decimal(200), founded_on=date(2001, 1, 1))
    make_firm("B", registered_capital=Decimal(100), founded_on=date(2002, 1, 1))
    blank = make_firm("C")
    with database.writing() as session:
        session.execute(sa.update(Firm).where(Firm.id == blank.id).values(founded_on=None))

    assert "".join(names(bureau.get(f"/firms?sort={sort}&order=asc"))) == expected
    assert "".join(names(bureau.get(f"/firms?sort={sort}&order=desc")))[-1] == ("A" if sort == "name" else "C")


def test_pages_hold_every_firm_once_and_ties_go_by_the_latest_entry(bureau: Visitor) -> None:
    made = [make_firm(registered_capital=Decimal(1)).name for _ in range(23)]

    found = [name for number in (1, 2, 3) for name in names(bureau.get(f"/firms?size=10&sort=capital&page={number}"))]

    assert found == made[::-1]


def test_htmx_gets_the_results_alone(bureau: Visitor) -> None:
    make_firm("甲企业")

    part = bureau.get("/firms?q=甲", headers={"hx-request": "true"})

    assert "<html" not in part.text
    assert names(part) == ["甲企业"]


def test_a_list_costs_the_same_statements_however_long(bureau: Visitor, engine: sa.Engine) -> None:
    commissioner = make_user(Role.COMMISSIONER)

    def cost() -> int:
        with counted(engine) as statements:
            bureau.get("/firms?size=100")
        return len(statements)

    costs = []
    for count in (10, 90):
        for _ in range(count):
            firm = make_firm(unit_id=make_unit().id, park_id=make_unit(kind=UnitKind.PARK).id, industry="清洁能源")
            assign(commissioner, firm)
            give_title(firm, "tsme")
        costs.append(cost())

    assert costs[0] == costs[1] <= 12, costs


def test_the_first_page_of_a_firm_is_as_frugal(bureau: Visitor, engine: sa.Engine) -> None:
    firm = make_firm(unit_id=make_unit().id, park_id=make_unit(kind=UnitKind.PARK).id)
    for _ in range(5):
        assign(make_user(Role.COMMISSIONER, unit_id=make_unit().id), firm)

    with counted(engine) as statements:
        bureau.get(f"/firms/{firm.id}?from=sort%3Dname")

    assert len(statements) <= 12, statements


@contextmanager
def counted(engine: sa.Engine) -> Iterator[list[str]]:
    """The statements sent while the block runs."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
