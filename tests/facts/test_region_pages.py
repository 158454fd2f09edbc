from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.facts import queries
from tests.browser import Visitor
from tests.factories import make_user
from tests.facts.arrange import at

Visits = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 11, 23, 2)


@pytest.fixture
def officer(visitor: Visits) -> Visitor:
    return visitor(make_user(name="李科长"))


def growth(text: str, seen: Any = 0, **more: Any) -> dict[str, Any]:
    return {"source": "statistics", "value_gdp_growth": text, "seen_gdp_growth": seen, **more}


def test_the_bureau_keeps_the_figures_of_the_region(officer: Visitor, db: Session) -> None:
    answer = officer.post("/region-facts?year=2025", growth("5.6", value_programme_budget="1200"))

    page = officer.follow(answer)
    found = {fact.kind: fact.number for fact in queries.region_facts(db)}
    assert found == {"gdp_growth": Decimal("0.056"), "programme_budget": 12_000_000}
    assert "5.60" in page
    assert "1,200.00" in page


def test_a_refused_figure_keeps_what_was_typed(officer: Visitor, db: Session) -> None:
    page = officer.post("/region-facts?year=2025", growth("很快"), status=422)

    assert page.one("#value_gdp_growth")["value"] == "很快"
    assert queries.region_facts(db) == []


def test_two_who_write_the_same_figure_are_told(officer: Visitor, db: Session) -> None:
    officer.post("/region-facts/gdp_growth/2025", growth("5.6"))

    page = officer.post("/region-facts/gdp_growth/2025", growth("5.8"), status=409)
    officer.post("/region-facts?year=2025", growth("5.8"), status=409)

    assert "5.6%" in page.one(".conflict").text
    assert page.one("#value_gdp_growth")["value"] == "5.8"
    officer.post("/region-facts/gdp_growth/2025", growth("5.8", page.one("[name=seen_gdp_growth]")["value"]))
    assert [fact.number for fact in queries.region_facts(db)] == [Decimal("0.058")]


def test_a_figure_is_retracted_with_a_reason(officer: Visitor, db: Session) -> None:
    officer.post("/region-facts/gdp_growth/2025", growth("5.6"))
    seen = officer.get("/region-facts/gdp_growth/2025").one("[name=seen]")["value"]
    url = "/region-facts/gdp_growth/2025/retraction"

    officer.post(url, {"reason": "", "seen": seen}, status=422)
    officer.post(url, {"reason": "公报更正", "seen": int(seen) + 1}, status=409)
    answer = officer.post(url, {"reason": "公报更正", "seen": seen})

    assert "李科长" in officer.follow(answer)
    assert queries.region_facts(db) == []
    officer.post(url, {"reason": "公报更正", "seen": seen}, status=404)


def test_the_form_opens_for_the_last_closed_year(officer: Visitor) -> None:
    page = officer.get("/region-facts/edit")

    assert page.one("main b[aria-current]").text == "2025"


@pytest.mark.parametrize(
    "path",
    ["edit?year=0", "edit?year=1066", "sales/2025", "gdp_growth/0", "gdp_growth/2027", "gdp_growth/x", "nothing/2025"],
)
def test_what_is_no_figure_of_the_region_has_no_page(officer: Visitor, path: str) -> None:
    officer.get(f"/region-facts/{path}", status=404)


@pytest.mark.parametrize("role", [Role.LEADER, Role.UNIT, Role.COMMISSIONER])
def test_others_of_the_district_read_and_do_not_write(visitor: Visits, engine: sa.Engine, role: Role) -> None:
    reader = visitor(make_user(role))

    assert reader.get("/region-facts?state=all").all("a.figure-missing") == []
    assert reader.get("/region-facts/gdp_growth/2025").all("main form") == []
    reader.get("/region-facts/edit?year=2025", status=403)
    reader.post("/region-facts?year=2025", growth("1"), status=403)
    reader.post("/region-facts/gdp_growth/2025", growth("1"), status=403)
    reader.post("/region-facts/gdp_growth/2025/retraction", {"reason": "x", "seen": 1}, status=403)


def test_a_firm_has_no_business_here(visitor: Visits, engine: sa.Engine) -> None:
    visitor(make_user(Role.FIRM)).get("/region-facts", status=403)
