"""达标推演 as people meet it: asked, computed by a job, read, listed, exported, printed, asked again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.firms.models import Firm, FirmState
from app.firms.revision import touch
from app.forecasts import service, work
from app.forecasts.models import Fate, Forecast, ForecastFirm, ForecastTarget, Proposal
from app.jobs.models import Job, JobState
from app.titles.choosing import Reach
from tests.browser import Answer, Visitor
from tests.checks.conftest import give
from tests.exports.taken import above, table
from tests.factories import make_firm, make_unit, make_user
from tests.reports.test_numbers import hold, rows_behind
from tests.work import work_off

LATEST = service.days_ahead()[-1]
ASKED = {
    "name": "五年目标", "unit_id": "", "until": LATEST.strftime("%Y-%m"), "handling": "0", "most_searched": "5",
    "kind_1": "tsme", "count_1": "1",
}  # fmt: skip
SOON = {"until": clock.today().strftime("%Y-%m"), "handling": "24"}


def ask(officer: Visitor, **changed: str) -> str:
    """The address of the forecast, once it is computed."""
    address = officer.post("/forecasts", ASKED | changed).headers["location"]
    assert work_off() > 0
    return str(address)


@pytest.fixture
def held(officer: Visitor) -> dict[str, Firm]:
    """Four firms with 高企 titles: one lasts, one lapses, one moved away, one is somewhere else."""
    lasting, lapsing, gone, other = (make_firm(f"新疆{name}公司") for name in ("久", "短", "迁", "远"))
    for each in (lasting, gone):
        hold(each, "hnte", until=LATEST + timedelta(days=30))
    hold(lapsing, "hnte", until=clock.today() + timedelta(days=40))
    with database.writing() as session:
        session.get_one(Firm, gone.id).state = FirmState.MOVED_OUT
    return {"lasting": lasting, "lapsing": lapsing, "gone": gone, "other": other}


def test_a_target_that_is_held_needs_nobody(officer: Visitor, held: dict[str, Firm], db: Session) -> None:
    page = officer.get(ask(officer, kind_1="hnte", count_1="1", most_searched="0"))

    target = db.scalars(sa.select(ForecastTarget)).one()
    assert target.reach is Reach.HELD
    assert "高新技术企业达到 1 家：现有资质已够。" in page
    assert (target.outcome["today"], target.outcome["kept"], target.outcome["away"]) == (2, 1, 1)
    assert "最少的一份名单" not in page
    assert "新疆短公司" in page.one("section:-soup-contains('到期风险') table").get_text()


def test_what_comes_too_late_for_everybody_is_said_to_be_out_of_reach(
    officer: Visitor, held: dict[str, Firm], db: Session
) -> None:
    page = officer.get(ask(officer, kind_1="hnte", count_1="9", **SOON))

    target = db.scalars(sa.select(ForecastTarget)).one()
    assert (target.reach, target.outcome["short"], target.outcome["closed"]) == (Reach.SHORT, 7, True)
    assert "最多只能到 2 家，差 7 家" in page
    assert "来不及" in page


def test_a_firm_short_of_one_thing_is_found_with_its_gap_as_an_amount(
    officer: Visitor,
    firm: Firm,
    db: Session,
) -> None:
    address = ask(officer)

    page, row = officer.get(address), db.scalars(sa.select(ForecastFirm)).one()
    assert row.fate in (Fate.READY, Fate.MAY)
    assert row.chosen
    assert row.issued_on is not None
    assert firm.name in page.one("section:-soup-contains('最少的一份名单') table").get_text()
    chart = page.one("figure.chart svg.chart-drawing")
    assert chart["aria-hidden"] == "true"
    last = page.all("section:-soup-contains('按月存量') tbody tr")[-1].get_text(" ", strip=True)
    assert last.endswith("1 已达到")


def test_every_number_of_firms_leads_to_exactly_those(officer: Visitor, firm: Firm, held: dict[str, Firm]) -> None:
    page = officer.get(ask(officer, count_1="3"))

    links = page.all("a.count-link")
    assert links
    for link in links:
        assert rows_behind(officer, link["href"]) == int(link.find(string=True))


def test_the_export_and_the_sheet_of_paper_hold_the_list(officer: Visitor, firm: Firm, db: Session) -> None:
    address = ask(officer)
    target = db.scalars(sa.select(ForecastTarget)).one()

    made = officer.post(f"/exports/forecasts?target={target.id}", {"format": "xlsx"}, status=200)
    paper = officer.get(f"{address}/print")

    heading, row = table(made)
    assert (row[heading.index("企业名称")], row[heading.index("列入名单")]) == (firm.name, "是")
    assert "五年目标；科技型中小企业达到 1 家" in above(made)
    assert firm.name in paper
    assert paper.all("figure.chart")
    assert officer.post("/exports/forecasts?target=999", {"format": "xlsx"}, status=404)


def test_a_scope_counts_its_own_firms_and_those_of_units_below(officer: Visitor, db: Session) -> None:
    town = make_unit("达坂城镇")
    village = make_unit("一村", parent=town)
    for unit_id in (town.id, village.id, None):
        hold(make_firm(unit_id=unit_id), "hnte", until=LATEST + timedelta(days=30))

    ask(officer, kind_1="hnte", unit_id=str(town.id), most_searched="0")

    assert db.scalars(sa.select(ForecastTarget)).one().outcome["kept"] == 2


def test_a_forecast_says_why_it_is_out_of_date_and_is_made_anew(
    officer: Visitor,
    firm: Firm,
    db: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = ask(officer)
    assert "可能已过时" not in officer.get(address)

    with database.writing() as session:
        touch(session, firm.id)
    assert "1 家企业的资料有变化" in officer.get(address)
    renewed = officer.post(f"{address}/renewal").headers["location"]
    work_off()

    assert "可能已过时" not in officer.get(renewed)
    assert "已重新做过" in officer.get(address)
    assert db.scalar(sa.select(sa.func.count(Forecast.id))) == 2


def test_what_one_search_found_serves_the_next(
    officer: Visitor,
    firm: Firm,
    db: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    give(firm, "sales", 1_000_000_000, year=clock.today().year - 1)
    ask(officer)
    assert db.scalar(sa.select(sa.func.count(Proposal.id))) == 1

    monkeypatch.setattr(work, "find_gaps", _never)
    monkeypatch.setattr(work, "is_ruled_out", _never)
    ask(officer, name="又一次")

    assert {job.state for job in db.scalars(sa.select(Job))} == {JobState.DONE}


def _never(*_: object, **__: object) -> Any:
    raise AssertionError("this was searched before")


REFUSED = [
    ("name", "", "此项必填。"),
    ("until", "", "此项必填。"),
    ("count_1", " ", "此项必填。"),
    ("handling", "", "此项必填。"),
    ("until", "2019-01", "请从列表中选择月份"),
    ("until", "<b>明年</b>", "请从列表中选择月份"),
    ("unit_id", "999999", "没有这个单位"),
    ("handling", "-1", "不能小于 0。"),
    ("most_searched", "九百", "请输入整数。"),
    ("most_searched", "501", "不能大于 500。"),
    ("kind_1", "gazelle", "没有认定标准的资质不能推演"),
    ("count_1", "0", "不能小于 1。"),
    ("count_1", "1e9", "请输入整数。"),
    ("count_2", "", "请填写目标家数"),
    ("kind_2", "tsme", "同一种资质只能设一个目标"),
]


def test_what_cannot_be_forecast_is_refused_beside_its_field(officer: Visitor, db: Session) -> None:
    for field, typed, sentence in REFUSED:
        given = ASKED | {"kind_2": "hnte", "count_2": "5"} | {field: typed}

        page = officer.post("/forecasts", given, status=422)

        assert sentence in page.one(f"#{field}-error").get_text(), field
        shown = {each["name"]: each["value"] for each in page.all("form.form input[type=text]")}
        assert shown == {name: given.get(name, "") for name in shown}, field
    assert db.scalar(sa.select(sa.func.count(Forecast.id))) == 0


def test_full_width_figures_are_read_as_meant(officer: Visitor, db: Session) -> None:
    ask(officer, count_1="１，２００", most_searched="０")

    assert db.scalars(sa.select(ForecastTarget)).one().count == 1_200


def test_the_bureau_asks_others_read_and_the_audit_sees_no_firms(
    officer: Visitor,
    firm: Firm,
    visitor: Callable[..., Visitor],
    db: Session,
) -> None:
    address = ask(officer)

    for role in (Role.LEADER, Role.FINANCE, Role.AUDIT):
        reader = visitor(make_user(role))
        page: Answer = reader.get(address)
        assert (firm.name in page) == (role is not Role.AUDIT)
        assert (firm.name in reader.get(f"{address}/firms")) == (role is not Role.AUDIT)
        reader.post("/forecasts", ASKED, status=403)
        assert not page.all("form[action$='/renewal']")
    made = db.scalars(sa.select(Event).where(Event.kind == "forecast.made")).one()
    assert "科技型中小企业达到 1 家" in made.body


def test_while_it_is_computed_the_page_shows_how_far_it_is(officer: Visitor) -> None:
    address = officer.post("/forecasts", ASKED).headers["location"]

    waiting = officer.get(address)
    officer.post(f"{address}/renewal", status=409)
    officer.get(f"{address}/print", status=404)
    work_off()
    told = officer.get(address, headers={"hx-request": "true"}, status=204)

    assert "等待中" in waiting
    assert not waiting.all("form[action$='/renewal']")
    assert told.headers["hx-redirect"] == address


def test_the_day_is_a_month_end_up_to_five_years_ahead() -> None:
    days = service.days_ahead()

    assert len(days) == 61
    assert (days[0].year, days[0].month) == (clock.today().year, clock.today().month)
    assert days[-1] >= date(clock.today().year + 5, 1, 1)
