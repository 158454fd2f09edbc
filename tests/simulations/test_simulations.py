"""政策测算: a scenario is made, computed over the whole pool, read, compared, printed and exported."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.permissions import Role
from app.checks.sheet import sheet_of
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.jobs.models import Job
from app.policies.book import load_book
from app.policies.queries import rule_book
from app.rules import Anchors, Answer, evaluate
from app.simulations import queries, scenarios, service
from app.simulations.models import Judged, Scenario, Shift, SimulatedFirm, Simulation
from tests.browser import Answer as Page
from tests.browser import Visitor
from tests.checks.conftest import LAST
from tests.factories import make_firm, make_unit, make_user
from tests.facts.arrange import close, put, statements
from tests.reports.test_numbers import hold, rows_behind
from tests.work import work_off

Enter = Callable[..., Visitor]
TODAY = clock.today()
HOLE = "plan_dabancheng_hnte_renewed"


@pytest.fixture
def officer(visitor: Enter, engine: sa.Engine) -> Visitor:
    with database.writing() as session:
        load_book(session)
    return visitor(make_user(Role.BUREAU, name="李科长"))


@pytest.fixture
def pool(officer: Visitor) -> list[Firm]:
    """Firms on both sides of the thresholds of 科技型中小企业, in two units and in none; some know nothing."""
    units = [make_unit("西沟乡"), make_unit("东沟乡")]
    firms = [make_firm(f"新疆第{number}家公司", unit_id=units[number % 2].id) for number in range(4)]
    firms.append(make_firm("新疆无名公司"))
    for number, firm in enumerate(firms[:3]):
        put(firm, "staff", str(100 * (number + 4)), year=LAST)
        put(firm, "sales", "5000", year=LAST)
    hold(firms[0], "hnte", until=TODAY + timedelta(days=60))
    return firms


def make(officer: Visitor, rule: str = "tsme", **fields: Any) -> Page:
    """A scenario saved and computed; the page of its result."""
    body = {"name": "人数放宽", "as_of": TODAY.isoformat(), "then": "compute", **fields}
    return officer.follow(officer.post(f"/simulations?{urlencode({'rule': rule})}", body))


def latest(db: Session) -> Simulation:
    made = db.scalars(sa.select(Simulation).order_by(Simulation.id.desc())).first()
    assert made is not None
    return made


STAFF = "figure_parameter_人数上限_0"


def test_every_number_of_a_result_is_the_rows_behind_it(officer: Visitor, pool: list[Firm]) -> None:
    page = make(officer, **{STAFF: "450人"})

    links = [(int(link.find(string=True)), link["href"]) for link in page.all("a.count-link, .stat-value a")]
    assert "500人" in page
    assert "450人" in page
    assert len(links) > 20
    assert {count for count, _ in links} > {0, 1, 4}
    for count, address in links:
        assert rows_behind(officer, address) == count, address


def test_a_lower_limit_turns_away_exactly_who_is_above_it(officer: Visitor, pool: list[Firm], db: Session) -> None:
    make(officer, **{STAFF: "450"})

    rows = {row.firm_name: (row.before, row.after) for row in db.scalars(sa.select(SimulatedFirm))}
    # 400 and 500 people: the second is within 500 and beyond 450; 600 is beyond both; two are unknown.
    assert rows["新疆第0家公司"][0] is rows["新疆第0家公司"][1]
    assert rows["新疆第1家公司"] == (Judged.UNKNOWN, Judged.UNMET)
    assert rows["新疆第2家公司"] == (Judged.UNMET, Judged.UNMET)
    assert rows["新疆无名公司"] == (Judged.UNKNOWN, Judged.UNKNOWN)
    total = queries.tally(db, latest(db)).total
    assert (total.shifts[Shift.CLOSED], total.shifts[Shift.SAME]) == (1, 4)


def test_the_stored_rows_are_what_the_one_firm_evaluator_says(officer: Visitor, pool: list[Firm], db: Session) -> None:
    make(officer, **{STAFF: "450"})

    simulation = latest(db)
    base = scenarios.base_of(rule_book(db), simulation.scenario)
    changed = scenarios.varied(base, scenarios.restored(base, simulation.scenario.changes))
    anchors = Anchors(TODAY, TODAY)
    for row in db.scalars(sa.select(SimulatedFirm)):
        sheet = sheet_of(db, db.get_one(Firm, row.firm_id))
        before, after = (evaluate(rule, sheet, anchors).answer for rule in (base.entry.rule, changed))
        assert (row.before.code, row.after.code) == (before.code, after.code)
        assert {before, after} <= set(Answer)


def test_an_open_amount_is_supposed_and_never_zero(officer: Visitor, db: Session, engine: sa.Engine) -> None:
    firm = make_firm("新疆高企公司", unit_id=make_unit("西沟乡").id)
    put(firm, "registered_here", "是")
    for year in (9, 4, 1):
        hold(firm, "hnte", issued=TODAY - timedelta(days=365 * year), until=TODAY - timedelta(days=365 * (year - 3)))
    close(None, "titles")

    page = make(officer, HOLE, name="每家 12.345678 万", figure_value__0="12.345678", budget="10")

    assert "金额待定（1 家）" in page
    assert "12.345678 万元" in page
    assert "预算不够，至少缺 2.345678 万元" in page
    total = queries.tally(db, latest(db)).total
    paid = sum(Decimal(value) for value in db.scalars(sa.select(SimulatedFirm.low_after)) if value)
    assert total.cost_after.low == total.cost_after.high == paid / 100 == Decimal("123456.78")


HOSTILE = {
    STAFF: ("很多", "不是数"),
    "figure_parameter_销售收入上限_0": ("500人", "单位应当是“元”"),
    "figure_parameter_资产上限_0": ("9" * 25, "数太大了"),
    "figure_parameter_合格分_0": ("－5", "不能是负数"),
    "figure_score_科技人员得分_0": ("130%", "百分比应在 0% 至 100% 之间"),
    "figure_score_科技人员得分_2": ("３００", "百分比应在 0% 至 100% 之间"),
    "figure_from__0": ("2027-02-30", "没有“2027-02-30”这一天"),
    "figure_until__0": ("9999-01-01", "日期应在"),
    "name": ("名" * 101, "最多 100 个字"),
    "as_of": ("昨天", "请输入日期"),
    "budget": ("-3", "预算不能是负数"),
}


def test_what_cannot_be_is_said_beside_its_field_and_stays_typed(officer: Visitor) -> None:
    body = {"name": "方案", "as_of": TODAY.isoformat(), "remarks": "说明还在"}

    page = officer.post(
        "/simulations?rule=tsme", {**body, **{name: typed for name, (typed, _) in HOSTILE.items()}}, status=422
    )

    for name, (typed, sentence) in HOSTILE.items():
        assert sentence in page.one(f'[id="{name}-error"]').text
        assert page.one(f'[id="{name}"]')["value"] == typed
    assert "说明还在" in page.one("#remarks").text
    page = officer.post("/simulations?rule=tsme", {**body, "figure_until__0": "2001-01-01"}, status=422)
    assert "施行的最后一天须晚于第一天" in page.one("#figure_until__0-error").text


def test_amounts_are_understood_as_people_write_them(officer: Visitor, db: Session) -> None:
    typed = {"销售收入上限": "1,500万", "资产上限": "８００元", "人数上限": "500人", "合格分": "５５"}
    body = {
        "name": "方案",
        "as_of": TODAY.isoformat(),
        **{f"figure_parameter_{name}_0": text for name, text in typed.items()},
    }

    officer.post("/simulations?rule=tsme", body)

    kept = {each["name"]: each["value"] for each in db.scalars(sa.select(Scenario)).one().changes}
    assert kept == {"销售收入上限": "15000000", "资产上限": "800", "合格分": "55"}


def test_a_blank_leaves_a_figure_as_it_is(officer: Visitor, db: Session) -> None:
    body = {
        "name": "方案",
        "as_of": TODAY.isoformat(),
        "figure_cap__0": "",
        "figure_value__0": " ",
        "figure_until__0": "",
    }

    officer.post("/simulations?rule=t30_rd", body)

    assert [each["part"] for each in db.scalars(sa.select(Scenario)).one().changes] == ["until"]


def test_a_result_says_when_it_no_longer_holds(officer: Visitor, pool: list[Firm], db: Session) -> None:
    page = make(officer, **{STAFF: "450"})
    assert "已过时" not in page

    put(pool[0], "staff", "10", year=LAST)

    assert "已过时" in officer.get("/simulations")
    again = officer.get("/simulations/1")
    assert "企业数据在此后有变化" in again
    assert "人数放宽" in officer.follow(officer.post("/simulations/1/results"))
    assert "以往的一次测算" in officer.get("/simulations/results/1")
    assert "已过时" not in officer.get("/simulations/1")
    assert db.scalar(sa.select(sa.func.count(Simulation.id))) == 2


def test_an_edited_scenario_and_a_changed_rule_outdate_a_result(officer: Visitor, pool: list[Firm]) -> None:
    make(officer, **{STAFF: "450"})
    edited = {"name": "改名", "as_of": TODAY.isoformat(), "version": "1", STAFF: "460"}

    officer.post("/simulations/1", edited)

    assert "方案在此后改过" in officer.get("/simulations/1")
    with database.writing() as session:
        session.execute(sa.text("UPDATE rule_version SET superseded_at = recorded_at WHERE rule_id = "
                                "(SELECT id FROM rule WHERE code = 'tsme')"))  # fmt: skip
    assert "规则在此后改过" in officer.get("/simulations/1")
    assert "不能再测算" in officer.post("/simulations/1/results", status=409)


def test_scenarios_of_one_rule_are_compared(officer: Visitor, pool: list[Firm]) -> None:
    make(officer, **{STAFF: "450"})
    make(officer, name="人数收紧", **{STAFF: "350"})
    make(officer, "hnte", name="另一条规则")

    page = officer.get("/simulations/compare?id=1&id=2&id=xyz")

    assert "350人" in page
    assert "450人" in page
    assert len(page.all(".stack-bars svg")) == 3
    assert "同一条规则" in officer.get("/simulations/compare?id=1&id=3")
    assert "同一条规则" in officer.get("/simulations/compare")


def test_a_result_goes_on_paper_and_into_workbooks(officer: Visitor, pool: list[Firm]) -> None:
    make(officer, **{STAFF: "450"})

    assert "（签字）" in officer.get("/simulations/results/1/print")
    rows = workbook(officer, "/exports/simulations?simulation=1&shift=closed")
    assert [row[0] for row in rows[4:]] == ["新疆第1家公司"]
    assert "待核转不符合" in rows[4]
    assert "方案“人数放宽”" in rows[1][0]
    units = {row[0]: row[1:6] for row in workbook(officer, "/exports/simulations/units?simulation=1")[4:]}
    assert list(units)[-1] == "合计"
    assert [sum(column) for column in zip(*(units[name] for name in units if name != "合计"), strict=True)] == list(
        units["合计"]
    )


def workbook(officer: Visitor, address: str) -> list[Any]:
    form = {"csrf_token": officer.form_token(), "format": "xlsx"}
    return list(openpyxl.load_workbook(io.BytesIO(officer.client.post(address, data=form).content)).active.values)


def test_readers_read_and_only_the_bureau_writes(officer: Visitor, visitor: Enter, pool: list[Firm]) -> None:
    make(officer, **{STAFF: "450"})

    for role in (Role.LEADER, Role.FINANCE):
        reader = visitor(make_user(role))
        assert "重新测算" not in reader.get("/simulations/1")
        assert "新疆第1家公司" in reader.get("/simulations/results/1/firms")
        reader.post("/simulations/1/results", status=403)
    auditor = visitor(make_user(Role.AUDIT))
    assert not auditor.get("/simulations/1").all("main a.count-link")
    auditor.get("/simulations/results/1/firms", status=403)
    visitor(make_user(Role.UNIT)).get("/simulations", status=403)


def test_a_large_pool_is_computed_in_the_background(
    officer: Visitor, pool: list[Firm], db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 1)
    body = {"name": "后台", "as_of": TODAY.isoformat(), "then": "compute", STAFF: "450"}

    answer = officer.post("/simulations?rule=tsme", body)

    assert answer.headers["location"].startswith("/jobs/")
    assert work_off() == 1
    assert db.scalars(sa.select(Job)).one().outcome["route"] == "simulations.result"
    assert "5 家" in officer.get("/simulations/1")


def test_pages_take_as_many_statements_whatever_the_pool(officer: Visitor, pool: list[Firm], engine: sa.Engine) -> None:
    addresses = ("/simulations", "/simulations/1", "/simulations/results/1/firms", "/simulations/compare?id=1&id=1")
    counts = []
    for more in (0, 12):
        for _ in range(more):
            put(make_firm(), "staff", "420", year=LAST)
        make(officer, **{STAFF: "450"})
        with statements(engine) as seen:
            officer.post("/simulations/1/results")
        counts.append([len(seen)])
        for address in addresses:
            with statements(engine) as seen:
                officer.get(address)
            counts[-1].append(len(seen))

    assert counts[0] == counts[1]
    assert max(counts[0][1:]) <= 12


def test_removed_scenarios_leave_the_list_and_their_results_stay(officer: Visitor, pool: list[Firm]) -> None:
    make(officer, **{STAFF: "450"})

    officer.post("/simulations/1/removal")

    assert "还没有测算方案" in officer.get("/simulations")
    officer.get("/simulations/1", status=404)
    assert "人数放宽" in officer.get("/simulations/results/1")


def test_a_rule_out_of_force_is_said_and_grants_nothing(officer: Visitor, pool: list[Firm], db: Session) -> None:
    page = make(officer, figure_until__0="2020-01-01")

    assert "方案中的规则没有施行" in page
    assert queries.tally(db, latest(db)).total.after[Judged.UNMET] == len(pool)


def test_the_form_shows_every_number_beside_its_clause(officer: Visitor) -> None:
    page = officer.get("/simulations/new?rule=hnte")

    assert "32号 第十一条（四）" in page
    assert "现行 10%" in page
    assert page.one('[id="figure_term_研发强度下限_0"]')["value"] == "5000"
    assert "销售收入 ≤ ？ 的一档" in page
    assert page.all("details.details h3")
