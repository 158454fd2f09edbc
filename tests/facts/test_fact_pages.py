import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.facts import queries
from app.facts.models import Source
from app.firms.models import Firm
from tests.browser import Answer, Visitor
from tests.factories import assign, make_firm, make_unit, make_user
from tests.facts.arrange import at, put, statements

Visits = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 11, 23, 2)


@pytest.fixture
def firm(engine: sa.Engine) -> Firm:
    return make_firm("新疆天澜风电装备有限公司")


@pytest.fixture
def officer(visitor: Visits) -> Visitor:
    return visitor(make_user(name="李科长"))


def rows(page: Answer) -> int:
    return len(page.all("table.ledger tbody tr:not(.ledger-group)"))


def sheet(values: dict[str, str] | None = None, *, source: str = "tax", **more: Any) -> dict[str, Any]:
    """What the form posts: values by kind, and what was seen."""
    named = {f"value_{kind}": text for kind, text in (values or {}).items()}
    return {"source": source, **named, **more}


def edit_url(firm: Firm, group: str = "收入", year: int = 2025) -> str:
    return f"/firms/{firm.id}/facts?group={group}&year={year}"


def test_a_value_stands_in_its_year_with_source_and_age(
    firm: Firm, officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 2026, 4, 1)
    put(firm, "sales", "6123.05", year=2025, source=Source.TAX)
    at(monkeypatch, 2026, 11, 23)

    page = officer.get(f"/firms/{firm.id}/facts")

    assert [cell.text for cell in page.all("table.ledger:not(.ledger-standing) thead th")][2:] == [
        f"{year} 年" for year in (2022, 2023, 2024, 2025)
    ]
    cell = page.all("td.figure")[3]
    assert cell.select_one(".figure-value").text == "6,123.05"
    assert cell.select_one(".figure-source").text == "税务 · 7 个月前"
    assert "未填" in page.all("td.figure")[2].text


def test_a_stale_value_says_so_in_words(firm: Firm, officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2025, 9, 1)
    put(firm, "above_scale", "否")
    at(monkeypatch, 2026, 11, 23)

    page = officer.get(f"/firms/{firm.id}/facts?state=stale")

    assert rows(page) == 1
    assert "已过时效" in page.one(".figure-source").text


@pytest.mark.parametrize("group", ["", "研发"])
def test_each_count_is_the_number_of_rows_behind_it(firm: Firm, officer: Visitor, group: str) -> None:
    put(firm, "rd_tax", "100", year=2025)
    put(firm, "resident", "是")

    front = officer.get(f"/firms/{firm.id}/facts?group={group}")

    for tab in front.all('nav[aria-label="数据状态"] a'):
        counted = int(re.sub(r"\D", "", tab.select_one(".count").text))
        assert rows(officer.get(tab["href"])) == counted, tab["href"]


def test_a_firm_nobody_reported_on_opens_with_what_is_missing(firm: Firm, officer: Visitor) -> None:
    assert "有缺项" in officer.get(f"/firms/{firm.id}/facts").one('nav[aria-label="数据状态"] [aria-current]').text

    put(firm, "sales", "1", year=2025)

    assert "已有数据" in officer.get(f"/firms/{firm.id}/facts").one('nav[aria-label="数据状态"] [aria-current]').text


def test_the_window_of_years_can_be_moved(firm: Firm, officer: Visitor) -> None:
    put(firm, "sales", "100", year=2018)

    assert "100.00" in officer.get(f"/firms/{firm.id}/facts?until=2019")
    assert "2026 年" in officer.get(f"/firms/{firm.id}/facts?until=9999&state=all")


def test_years_before_the_founding_are_not_missing(officer: Visitor) -> None:
    young = make_firm(founded_on=date(2024, 3, 1))
    put(young, "sales", "1", year=2024)
    put(young, "sales", "2", year=2025)

    page = officer.get(f"/firms/{young.id}/facts?group=收入")

    assert [cell.text.strip() for cell in page.all("td.figure")[:2]] == ["成立前", "成立前"]
    assert rows(page) == 1
    assert "销售收入" not in officer.get(f"/firms/{young.id}/facts?group=收入&state=missing").one("table.ledger").text


def test_the_founding_date_comes_from_the_registration(firm: Firm, officer: Visitor) -> None:
    assert "2018年5月1日" in officer.get(f"/firms/{firm.id}/facts?state=all&group=基本").one(".ledger-standing").text
    assert officer.get(f"/firms/{firm.id}/facts/edit?group=基本").all("#value_founded") == []
    officer.get(f"/firms/{firm.id}/facts/founded/0", status=404)


def test_what_was_known_on_a_day_can_be_looked_up(
    firm: Firm, officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 2026, 3, 1)
    put(firm, "sales", "100", year=2025)
    at(monkeypatch, 2026, 6, 1)
    put(firm, "sales", "120", year=2025)
    at(monkeypatch, 2026, 11, 23)

    then = officer.get(f"/firms/{firm.id}/facts?known=2026-05-31")

    assert "100.00" in then
    assert "120.00" not in then
    assert "未填" in then
    assert then.all("a.figure-missing") == []


def test_the_page_asks_the_database_at_most_twelve_times(engine: sa.Engine, firm: Firm, officer: Visitor) -> None:
    for year in range(2020, 2026):
        put(firm, "sales", "100", year=year)
        put(firm, "rd_tax", "5", year=year)

    with statements(engine) as asked:
        officer.get(f"/firms/{firm.id}/facts?state=all")

    assert len(asked) <= 12, asked


def test_only_what_changed_is_written(firm: Firm, officer: Visitor, db: Session) -> None:
    sales = put(firm, "sales", "100", year=2025)
    costs = put(firm, "costs", "80", year=2025)
    values = {"sales": "100", "costs": "85", "revenue": "", "tax_paid": "3000元"}

    answer = officer.post(edit_url(firm), sheet(values, seen_sales=sales.id, seen_costs=costs.id, note="汇算清缴表"))

    found = {fact.kind: fact for fact in queries.facts_of(db, firm.id)}
    assert found["sales"].id == sales.id
    assert (found["costs"].number, found["costs"].source, found["costs"].source_note) == (
        850_000,
        Source.TAX,
        "汇算清缴表",
    )
    assert found["tax_paid"].number == 3000
    assert "revenue" not in found
    assert "已写入 2 项" in officer.follow(answer)


def test_the_form_shows_what_is_known_for_confirmation(firm: Firm, officer: Visitor) -> None:
    put(firm, "sales", "100.25", year=2025)

    page = officer.get(f"/firms/{firm.id}/facts/edit?group=收入&year=2025")

    assert page.one("#value_sales")["value"] == "100.25"
    assert "现为100.25万元" in page.one("#value_sales-hint").text
    assert "由审计报告提供" in page.one("#value_revenue-hint").text


def test_unchanged_values_are_renewed_only_when_confirmed(
    firm: Firm, officer: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, 2025, 9, 1)
    old = put(firm, "sales", "100", year=2025)
    at(monkeypatch, 2026, 11, 23)
    given = sheet({"sales": "100"}, seen_sales=old.id)

    assert "没有改动" in officer.follow(officer.post(edit_url(firm), given))
    officer.post(edit_url(firm), {**given, "confirm": "on"})

    newer, _older = queries.history_of_fact(db, firm.id, "sales", 2025)
    assert (newer.number, newer.source) == (old.number, Source.TAX)


def test_a_refused_sheet_writes_nothing_and_keeps_what_was_typed(firm: Firm, officer: Visitor, db: Session) -> None:
    values = {"sales": "一百", "costs": "80", "net_profit": "-3.5"}

    page = officer.post(edit_url(firm), sheet(values), status=422)

    assert "不是数" in page.one("#value_sales-error").text
    assert [page.one(f"#value_{kind}")["value"] for kind in values] == ["一百", "80", "-3.5"]
    assert queries.facts_of(db, firm.id) == []


def test_a_loss_may_be_negative_and_a_revenue_may_not(firm: Firm, officer: Visitor, db: Session) -> None:
    officer.post(edit_url(firm), sheet({"net_profit": "-3.5"}))
    officer.post(edit_url(firm), sheet({"revenue": "-3.5"}), status=422)

    assert [fact.number for fact in queries.facts_of(db, firm.id)] == [-35_000]


@pytest.mark.parametrize("source", ["", "import", "gossip"])
def test_a_source_is_required(firm: Firm, officer: Visitor, source: str) -> None:
    page = officer.post(edit_url(firm), sheet({"sales": "1"}, source=source), status=422)

    assert "来源" in page.one("#source-error").text


def test_a_kind_of_another_group_is_refused(firm: Firm, officer: Visitor, db: Session) -> None:
    officer.post(edit_url(firm), sheet({"rd_tax": "1"}), status=422)

    assert queries.facts_of(db, firm.id) == []


def test_a_lost_race_shows_both_versions_and_keeps_what_was_typed(firm: Firm, officer: Visitor, db: Session) -> None:
    seen = put(firm, "sales", "100", year=2025)
    newer = put(firm, "sales", "120", year=2025, by=make_user(name="古丽娜尔"))
    given = sheet({"sales": "110", "costs": "7"}, seen_sales=seen.id)

    page = officer.post(edit_url(firm), given, status=409)

    shown = page.one(".conflict").get_text(" ", strip=True)
    assert "古丽娜尔" in shown
    assert "110万元" in shown
    assert "120万元" in shown
    assert page.one("#value_sales")["value"] == "110"
    assert page.one("[name=seen_sales]")["value"] == str(newer.id)
    assert len(queries.facts_of(db, firm.id)) == 1


def test_saving_again_after_a_lost_race_overwrites_knowingly(firm: Firm, officer: Visitor, db: Session) -> None:
    seen = put(firm, "sales", "100", year=2025)
    put(firm, "sales", "120", year=2025)
    page = officer.post(edit_url(firm), sheet({"sales": "110"}, seen_sales=seen.id), status=409)

    officer.post(edit_url(firm), sheet({"sales": "110"}, seen_sales=page.one("[name=seen_sales]")["value"]))

    assert [fact.number for fact in queries.facts_of(db, firm.id)] == [1_100_000]


def test_a_field_left_as_it_was_does_not_undo_anothers_change(firm: Firm, officer: Visitor, db: Session) -> None:
    seen = put(firm, "sales", "100", year=2025)
    put(firm, "sales", "120", year=2025)

    officer.post(edit_url(firm), sheet({"sales": "100", "costs": "7"}, seen_sales=seen.id))

    assert {fact.kind: fact.number for fact in queries.facts_of(db, firm.id)} == {"costs": 70_000, "sales": 1_200_000}


def test_the_history_tells_who_recorded_what_and_when(firm: Firm, officer: Visitor) -> None:
    put(firm, "sales", "100", year=2025, by=make_user(name="王专员"), source=Source.VISIT)
    put(firm, "sales", "120", year=2025, by=make_user(name="古丽娜尔"), source=Source.TAX)

    table = officer.get(f"/firms/{firm.id}/facts/sales/2025").one(".table").get_text(" ", strip=True)

    for word in ("120万元", "税务", "古丽娜尔", "现行", "100万元", "专员走访", "王专员", "已被替代"):
        assert word in table


def test_a_value_is_replaced_and_confirmed_on_its_own_page(firm: Firm, officer: Visitor, db: Session) -> None:
    url = f"/firms/{firm.id}/facts/sales/2025"
    seen = put(firm, "sales", "100", year=2025)

    officer.post(url, sheet({"sales": "110"}, seen_sales=seen.id))
    newer = officer.get(url).one("[name=seen_sales]")["value"]
    officer.post(url, sheet({"sales": "110"}, seen_sales=newer, confirm="on"))
    officer.post(url, sheet({"sales": "90"}, seen_sales=seen.id), status=409)
    officer.post(url, sheet({"sales": "abc"}, seen_sales=seen.id), status=422)

    history = queries.history_of_fact(db, firm.id, "sales", 2025)
    assert [row.number for row in history] == [1_100_000, 1_100_000, 1_000_000]


def test_a_value_is_retracted_with_a_reason(firm: Firm, officer: Visitor, db: Session) -> None:
    seen = put(firm, "sales", "100", year=2025)
    url = f"/firms/{firm.id}/facts/sales/2025"

    officer.post(f"{url}/retraction", {"reason": "", "seen": seen.id}, status=422)
    officer.post(f"{url}/retraction", {"reason": "填错企业", "seen": seen.id + 1}, status=409)
    answer = officer.post(f"{url}/retraction", {"reason": "填错企业", "seen": seen.id})

    assert "未填" in officer.follow(answer)
    assert queries.facts_of(db, firm.id) == []
    officer.post(f"{url}/retraction", {"reason": "再撤", "seen": seen.id}, status=404)


@pytest.mark.parametrize(
    "path",
    [
        *("facts/nothing/2025", "facts/sales/0", "facts/sales/2030", "facts/sales/abc", "facts/resident/2025"),
        *(
            "facts/gdp_growth/2025",
            "facts/sales/" + "9" * 5000,
            "facts/edit?group=没有&year=2025",
            "facts/edit?group=收入",
        ),
        *("facts/edit?group=区域基准&year=2025", "facts/edit?group=收入&year=1066"),
    ],
)
def test_what_is_no_figure_has_no_page(firm: Firm, officer: Visitor, path: str) -> None:
    officer.get(f"/firms/{firm.id}/{path}", status=404)


def test_a_firm_reads_its_figures_and_does_not_write_them(firm: Firm, visitor: Visits) -> None:
    own = visitor(make_user(Role.FIRM, firm_id=firm.id))

    page = own.get(f"/firms/{firm.id}/facts?state=all")

    assert page.all("a.figure-missing") == []
    own.get(f"/firms/{firm.id}/facts/edit?group=收入&year=2025", status=403)
    own.post(edit_url(firm), sheet({"sales": "1"}), status=403)
    own.post(f"/firms/{firm.id}/facts/sales/2025", sheet({"sales": "1"}), status=403)
    own.post(f"/firms/{firm.id}/facts/sales/2025/retraction", {"reason": "x", "seen": 1}, status=403)


def test_a_commissioner_keeps_only_the_firms_in_their_care(firm: Firm, visitor: Visits, db: Session) -> None:
    wang = make_user(Role.COMMISSIONER)
    other = make_firm()
    assign(wang, firm)
    commissioner = visitor(wang)

    form = commissioner.get(f"/firms/{firm.id}/facts/edit?group=收入&year=2025")
    commissioner.post(edit_url(firm), sheet({"sales": "1"}))
    commissioner.get(f"/firms/{other.id}/facts", status=404)
    commissioner.post(edit_url(other), sheet({"sales": "1"}), status=404)

    assert form.one("#source option[selected]").text == "专员走访"
    assert queries.facts_of(db, other.id) == []


def test_a_unit_reads_only_the_firms_of_its_own_area(visitor: Visits) -> None:
    town = make_unit()
    near, far = make_firm(unit_id=town.id), make_firm()
    unit = visitor(make_user(Role.UNIT, unit_id=town.id))

    unit.get(f"/firms/{near.id}/facts")
    unit.get(f"/firms/{far.id}/facts", status=404)
