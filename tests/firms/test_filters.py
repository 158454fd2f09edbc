"""Filters and columns: each narrows the list to what its words say, and all of them live in the address."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from app.accounts.permissions import Role
from app.checks import service
from app.checks.models import Standing
from app.core import clock
from app.core import db as database
from app.facts.vocabulary import vocabulary
from app.firms.lists import columns
from app.firms.search import filters
from app.firms.search.address import Search
from app.policies.book import load_book
from tests.browser import Answer, Visitor
from tests.factories import assign, make_firm, make_user
from tests.facts.arrange import put
from tests.firms.test_listing import give_title

LAST = clock.today().year - 1


def names(page: Answer) -> list[str]:
    return sorted(link.text for link in page.all("tbody th a"))


@pytest.fixture
def bureau(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(Role.BUREAU))


def test_the_verdict_filter_lists_exactly_the_firms_with_that_answer(bureau: Visitor) -> None:
    with database.writing() as session:
        load_book(session)
    firms = [make_firm("甲"), make_firm("乙"), make_firm("丙")]
    put(firms[0], "small_or_medium", "否")
    service.refresh_all()

    with database.reading() as session:
        standings = session.query(Standing).all()
    assert standings
    for rule in {each.rule_code for each in standings}:
        for answer in ("met", "unmet", "unknown"):
            expected = {each.firm_id for each in standings if (each.rule_code, each.answer) == (rule, answer)}
            page = bureau.get(f"/firms?verdict={rule}:{answer}")
            assert names(page) == sorted(firm.name for firm in firms if firm.id in expected), (rule, answer)
    offered = bureau.get("/firms").all("#filter-verdict option")
    assert len(offered) == 1 + 3 * len({each.rule_code for each in standings})


def test_the_lacks_filter_lists_firms_without_the_figure(bureau: Visitor) -> None:
    has, lacks, old = make_firm("有"), make_firm("无"), make_firm("旧")
    put(has, "staff", "80", year=LAST)
    put(old, "staff", "80", year=LAST - 1)

    assert names(bureau.get("/firms?lacks=staff")) == sorted([lacks.name, old.name])
    assert names(bureau.get(f"/firms?lacks=staff:{LAST - 1}")) == sorted([has.name, lacks.name])
    assert len(names(bureau.get("/firms?lacks=nonsense"))) == 3


def test_the_expiry_filter_knows_lanes_and_renewals(bureau: Visitor) -> None:
    day = clock.today()
    soon, later, renewed, gone = make_firm("近"), make_firm("远"), make_firm("续"), make_firm("过")
    give_title(soon, "hnte", valid_until=day + timedelta(days=10))
    give_title(later, "hnte", valid_until=day + timedelta(days=60))
    give_title(renewed, "hnte", valid_until=day + timedelta(days=10))
    give_title(renewed, "hnte", valid_until=day + timedelta(days=900))
    give_title(gone, "hnte", valid_until=day - timedelta(days=10))

    found = {lane: names(bureau.get(f"/firms?expiry={lane}")) for lane in ("30", "90", "180", "expired", "soon")}

    assert found == {"30": ["近"], "90": ["远"], "180": [], "expired": ["过"], "soon": sorted(["近", "远"])}


def test_the_commissioner_filter_has_a_place_for_nobody(bureau: Visitor) -> None:
    user = make_user(Role.COMMISSIONER, name="王专员")
    assign(user, make_firm("有人"))
    make_firm("没人")

    assert names(bureau.get(f"/firms?commissioner={user.id}")) == ["有人"]
    assert names(bureau.get("/firms?commissioner=none")) == ["没人"]
    assert "王专员" in bureau.get("/firms").one("#filter-commissioner").text


def test_several_filters_hold_together_and_each_can_be_taken_away(bureau: Visitor) -> None:
    make_firm("达坂城甲", industry="清洁能源")
    make_firm("达坂城乙", industry="装备制造")

    page = bureau.get("/firms?q=dbc&industry=清洁能源&lacks=staff")

    assert names(page) == ["达坂城甲"]
    chips = page.all(".chips .chip")
    assert [chip.find(string=True) for chip in chips] == ["搜索：“dbc”", "行业：清洁能源", f"缺少数据：{staff_label()}"]
    assert names(bureau.get(chips[1]["href"])) == ["达坂城乙", "达坂城甲"]


def staff_label() -> str:
    kind = vocabulary().facts["staff"]
    return f"{kind.group}：{kind.label}（{LAST} 年）"


def test_a_search_says_the_same_after_its_address(bureau: Visitor) -> None:
    address = "q=dbc&unit=3&state=open&rung=hnte&commissioner=none&verdict=hnte:unmet&lacks=staff&expiry=soon"

    search = Search.read_address(f"{address}&sort=name&order=asc&columns=unit,verdicts")

    assert len(search.given) == 7
    assert Search.read_address(search.query) == search


def test_columns_are_chosen_in_the_address_and_kept_by_links(bureau: Visitor) -> None:
    firm = make_firm("甲", registered_capital=Decimal(12_345_600))
    give_title(firm, "hnte", valid_until=clock.today() + timedelta(days=40))

    page = bureau.get("/firms?columns=credit_code&columns=ends&columns=capital")

    heads = [head.find(string=True) for head in page.all("thead th a, thead th")]
    assert "统一社会信用代码" in heads
    assert "行业" not in heads
    assert [cell.text.strip() for cell in page.all("tbody td:not(:has(input))")] == [
        firm.credit_code, "1,234.56", str(clock.today() + timedelta(days=40)),
    ]  # fmt: skip
    assert all("columns=credit_code%2Cends%2Ccapital" in tab["href"] for tab in page.all(".tabs a"))


@pytest.mark.parametrize("given", ["", "nonsense", "../etc", "name"])
def test_columns_that_make_no_sense_show_the_usual_ones(given: str, bureau: Visitor) -> None:
    make_firm("甲")

    heads = bureau.get(f"/firms?columns={given}").all("thead th:not(:has(input))")

    assert len(heads) == len(columns.USUAL)


def test_every_place_is_filled() -> None:
    assert [each.code for each in filters.filters()] == list(filters.PLACES)
    assert [each.code for each in columns.columns()] == list(columns.PLACES)


def test_every_column_shows_something_for_a_firm_that_has_nothing(bureau: Visitor) -> None:
    make_firm("空")

    for column in columns.columns()[1:]:
        assert names(bureau.get(f"/firms?columns={column.code}")) == ["空"]
