"""Scenarios: the list, making one of a rule, editing, removing."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core import clock
from app.core.errors import FieldError, Stale
from app.core.paging import page_asked, paginate
from app.policies.queries import Entry, rule_book
from app.simulations import queries, scenario_form, scenarios, service
from app.simulations.forms import ScenarioFields, changes_in, read_day
from app.simulations.models import Scenario
from app.simulations.scenarios import Base
from app.simulations.shown import changes_in_short
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()
COMPUTE = "compute"


class ScenarioGate(ObjectGate):
    about = "scenario_id"

    def find(self, db: Session, actor: User, number: int) -> Scenario | None:  # noqa: ARG002
        return queries.scenario_of(db, number)


Reader = Annotated[User, Depends(Gate("simulation:read"))]
Writer = Annotated[User, Depends(Gate("simulation:write"))]
Shown = Annotated[Scenario, Depends(ScenarioGate("simulation:read"))]
Subject = Annotated[Scenario, Depends(ScenarioGate("simulation:write"))]


@router.get("/simulations", name="simulations.index")
def index(request: Request, page: Page, db: Db, _actor: Reader, rule: str = "") -> Response:
    number, size = page_asked(request.query_params)
    found = paginate(db, queries.scenarios(rule), number=number, size=size)
    book, latest = rule_book(db), queries.latest_of(db, found.items)
    return page.show(
        "simulations/index.html",
        found=found,
        latest=latest,
        outdated=service.why_outdated(db, book, latest.values()),
        names={entry.rule.code: entry.rule.name for entry in book.entries},
        rules=queries.rules_with_scenarios(db, book),
        rule=rule,
        short=changes_in_short,
    )


@router.get("/simulations/rules", name="simulations.rules")
def rules(page: Page, db: Db, _actor: Writer) -> Response:
    """Which rule to make a scenario of."""
    entries = [entry for entry in rule_book(db).entries if entry.judges_firms]
    groups = (
        ("本区适用", [each for each in entries if each.applies_here]),
        ("预置标准与其他地区示例", [each for each in entries if not each.applies_here]),
    )
    return page.show("simulations/rules.html", groups=groups, policy_of=_policy_of)


@router.get("/simulations/new", name="simulations.new")
def new(page: Page, db: Db, _actor: Writer, rule: str = "", on: str = "") -> Response:
    if not rule:
        return page.go("simulations.rules")
    base = scenarios.base_for(rule_book(db), rule, on=read_day(on) or clock.today())
    return _form_page(page, base, scenario_form.fresh(base))


@router.post("/simulations", name="simulations.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted, rule: str = "", on: str = "") -> Response:
    base = scenarios.base_for(rule_book(db), rule, on=read_day(on) or clock.today())
    form = scenario_form.bound(base, posted)
    if form.data:
        try:
            scenario = service.create_scenario(db, actor, base, form.data, changes_in(base.version, form.data))
            return _saved(page, db, actor, scenario, form.data)
        except FieldError as error:
            form.reject(error)
    return _form_page(page, base, form)


@router.get("/simulations/{scenario_id}/edit", name="simulations.edit")
def edit(page: Page, db: Db, scenario: Subject) -> Response:
    base = scenarios.base_of(rule_book(db), scenario)
    return _form_page(page, base, scenario_form.filled(base, scenario), scenario)


@router.post("/simulations/{scenario_id}", name="simulations.update")
def update(request: Request, page: Page, db: Db, scenario: Subject, posted: Posted) -> Response:
    base = scenarios.base_of(rule_book(db), scenario)
    form = scenario_form.bound(base, posted)
    actor = request.state.actor
    if form.data:
        try:
            service.edit_scenario(db, actor, scenario, base, form.data, changes_in(base.version, form.data))
            return _saved(page, db, actor, scenario, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale:
            theirs = scenario_form.filled(base, scenario).values
            said = scenario_form.in_words
            conflict = both_versions(db, scenario, said(base, form.values), said(base, theirs))
            form.values["version"] = scenario.version
            return _form_page(page, base, form, scenario, conflict=conflict)
    return _form_page(page, base, form, scenario)


@router.post("/simulations/{scenario_id}/removal", name="simulations.remove")
def remove(request: Request, page: Page, db: Db, scenario: Subject) -> Response:
    service.remove_scenario(db, request.state.actor, scenario)
    return page.go("simulations.index", done=f"已删除方案“{scenario}”；算过的结果仍可凭网址查看。")


@router.post("/simulations/{scenario_id}/results", name="simulations.compute")
def compute(request: Request, page: Page, db: Db, scenario: Subject) -> Response:
    return _computed(page, db, request.state.actor, scenario)


def _saved(page: Pages, db: Session, actor: User, scenario: Scenario, fields: ScenarioFields) -> Response:
    if fields.then == COMPUTE:
        return _computed(page, db, actor, scenario)
    return page.go("simulations.show", scenario_id=scenario.id, done=f"已保存方案“{scenario}”。")


def _computed(page: Pages, db: Session, actor: User, scenario: Scenario) -> Response:
    if service.needs_a_job(db):
        job = service.enqueue(db, actor, scenario)
        return page.go("jobs.show", job_id=job.id, done="全库较大，正在后台测算。")
    made = service.simulate(db, actor, scenario)
    return page.go("simulations.result", simulation_id=made.id, done=f"已按全库 {made.firms} 家企业测算。")


def _form_page(
    page: Pages,
    base: Base,
    form: Form[Any],
    scenario: Scenario | None = None,
    *,
    conflict: dict[str, Any] | None = None,
) -> Response:
    return page.show(
        "simulations/edit.html",
        status=Stale.status if conflict else 422 if form.errors else 200,
        base=base,
        form=form,
        scenario=scenario,
        parts=scenario_form.parts_of(base, form),
        conflict=conflict,
        policy=_policy_of(base.entry),
    )


def _policy_of(entry: Entry) -> str:
    return str(entry.policy.get("title") or "—")
