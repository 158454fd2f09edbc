"""The pages of plans: a firm's, the list, one plan; written, commented, approved, returned, closed."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.errors import FieldError, Stale
from app.core.paging import page_asked, paginate
from app.firms import frame
from app.firms.access import FirmAccess, FirmGate
from app.firms.queries import open_units, unit_options
from app.plans import progress, queries, service, shown
from app.plans.access import DraftGate, PlanGate, is_open
from app.plans.forms import DecisionFields, DraftFields, NoteFields, PlanFields
from app.plans.measurekinds import KINDS, measure_kinds
from app.plans.models import Plan, PlanState
from app.plans.queries import PlanSearch
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of, with_all

router = APIRouter()
Reader = Annotated[User, Depends(Gate("plan:read"))]
Shown = Annotated[Plan, Depends(PlanGate("plan:read"))]
Commented = Annotated[Plan, Depends(PlanGate("plan:comment"))]
Decided = Annotated[Plan, Depends(PlanGate("plan:approve"))]
Written = Annotated[Plan, Depends(PlanGate("plan:write"))]
Drafted = Annotated[Plan, Depends(DraftGate("plan:write"))]
OfFirm = Annotated[FirmAccess, Depends(FirmGate("plan:read"))]
Drafting = Annotated[FirmAccess, Depends(FirmGate("plan:write"))]
HERE = "plans.of_firm"
Act = Callable[[Session, User, Plan, str], None]


@router.get("/measure-kinds", name="measurekinds.index")
def kinds(page: Page, _actor: Annotated[User, Depends(Gate("measurekind:read"))], kind: str = "") -> Response:
    found = [each for each in measure_kinds().values() if not kind or each.type == kind]
    return page.show("plans/kinds.html", kinds=found, kind=kind, types=[(each, each) for each in KINDS])


@router.get("/plans", name="plans.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    wanted = PlanSearch.read(request.query_params)
    number, size = page_asked(request.query_params)
    found = paginate(db, queries.with_firms(queries.plans(actor, wanted)), number=number, size=size)
    return page.show(
        "plans/index.html",
        fragment="results",
        found=found,
        wanted=wanted,
        tabs=_tabs(page, db, actor, wanted),
        counts=queries.measure_counts(db, found.items),
        names=_rule_names(db),
        units=unit_options(open_units(db)),
        lights=list(queries.LIGHTS.items()),
        signs=shown.STATE_SIGNS,
        opened=page.request.url.query,
    )


@router.get("/firms/{firm_id}/plans", name="plans.of_firm")
def of_firm(page: Page, db: Db, seen: OfFirm) -> Response:
    return _firm_page(page, db, seen, Form(values={"rule": queries.next_rung(db, seen.firm), "declares_on": ""}))


@router.post("/firms/{firm_id}/plans", name="plans.create")
def create(page: Page, db: Db, seen: Drafting, posted: Posted) -> Response:
    form = Form.bind(DraftFields, posted)
    if form.data:
        try:
            job = service.ask_for_draft(db, seen.actor, seen.firm, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("jobs.show", job_id=job.id, done="正在起草，完成后这里有方案的链接。")
    return _firm_page(page, db, seen, form, status=422)


@router.get("/plans/{plan_id}", name="plans.show")
def show(request: Request, page: Page, db: Db, plan: Shown) -> Response:
    return _plan_page(request, page, db, plan)


@router.get("/plans/{plan_draft_id}/edit", name="plans.edit")
def edit(page: Page, db: Db, plan: Drafted) -> Response:
    return _edit_page(page, db, plan, Form(values=_values(plan)))


@router.post("/plans/{plan_draft_id}", name="plans.update")
def update(request: Request, page: Page, db: Db, plan: Drafted, posted: Posted) -> Response:
    form = Form.bind(PlanFields, posted)
    if form.data:
        try:
            service.edit_plan(db, request.state.actor, plan, form.data)
        except Stale:
            conflict = both_versions(db, plan, _in_words(form.values), _in_words(_values(plan)))
            form.values["version"] = plan.version
            return _edit_page(page, db, plan, form, conflict=conflict)
        return page.go("plans.show", plan_id=plan.id, done="已保存。")
    return _edit_page(page, db, plan, form)


@router.post("/plans/{plan_draft_id}/submission", name="plans.submit")
def submit(request: Request, page: Page, db: Db, plan: Drafted) -> Response:
    service.submit(db, request.state.actor, plan)
    return page.go("plans.show", plan_id=plan.id, done="已提交，等待另一位同事审核。")


@router.post("/plans/{plan_draft_id}/discarding", name="plans.drop")
def drop(request: Request, page: Page, db: Db, plan: Drafted, posted: Posted) -> Response:
    form = Form.bind(NoteFields, posted)
    if form.data:
        service.drop(db, request.state.actor, plan, form.data.words)
        return page.go("plans.show", plan_id=plan.id, done="已作废。")
    return _plan_page(request, page, db, plan, form, at="drop")


@router.post("/plans/{plan_id}/approval", name="plans.approve")
def approve(request: Request, page: Page, db: Db, plan: Decided, posted: Posted) -> Response:
    form = Form.bind(DecisionFields, posted)
    if form.data:
        try:
            service.approve(db, request.state.actor, plan, form.data)
        except Stale:
            form.errors[""] = "您打开之后这份方案又有改动，请核对下面的最新内容，再批准。"
        else:
            return page.go("plans.show", plan_id=plan.id, done="已批准，开始执行。")
    return _plan_page(request, page, db, plan, form, at="approve")


@router.post("/plans/{plan_id}/return", name="plans.send_back")
def send_back(request: Request, page: Page, db: Db, plan: Decided, posted: Posted) -> Response:
    return _noted(
        request, page, db, plan, posted, service.send_back, done="已退回，意见已留在办理记录里。", at="return"
    )


@router.post("/plans/{plan_id}/closing", name="plans.close")
def close(request: Request, page: Page, db: Db, plan: Written, posted: Posted) -> Response:
    return _noted(request, page, db, plan, posted, service.close, done="方案已办结。", at="close")


@router.post("/plans/{plan_id}/comments", name="plans.comment")
def comment(request: Request, page: Page, db: Db, plan: Commented, posted: Posted) -> Response:
    return _noted(request, page, db, plan, posted, service.comment, done="意见已提交。", at="comment")


def _noted(
    request: Request, page: Pages, db: Session, plan: Plan, posted: FormData, act: Act, *, done: str, at: str
) -> Response:
    """What is done to a plan with a few words; refused where there are none."""
    form = Form.bind(NoteFields, posted)
    if form.data is None:
        return _plan_page(request, page, db, plan, form, at=at)
    act(db, request.state.actor, plan, form.data.words)
    return page.go("plans.show", plan_id=plan.id, done=done)


def _plan_page(
    request: Request, page: Pages, db: Session, plan: Plan, form: Form[Any] | None = None, *, at: str = ""
) -> Response:
    """A plan as it was kept, beside what today's facts say of it; a refused form stands where it was typed."""
    actor = request.state.actor
    finding = plan.finding_kept.finding
    wanted = PlanSearch.read(request.query_params)
    before, after, place, total = queries.neighbours(db, actor, wanted, plan)
    judged = progress.judge(db, plan, plan.measures)
    return page.show(
        "plans/show.html",
        status=422 if form else 200,
        plan=plan,
        finding=finding,
        judged=judged,
        shown=shown,
        wanted=wanted,
        around=(before, after, place, total),
        notes=shown.timeline(queries.notes_of(db, actor, plan)),
        editable=is_open(plan) and actor.may("plan:write"),
        decidable=plan.state is PlanState.SUBMITTED and actor.may("plan:approve"),
        wrote=actor.id in plan.writer_ids,
        form=form or Form(),
        blank=Form(),
        at=at,
        names=_rule_names(db),
    )


def _firm_page(page: Pages, db: Session, seen: FirmAccess, form: Form[Any], *, status: int = 200) -> Response:
    editions = queries.editions_of(db, seen.actor, seen.firm.id)
    return page.show(
        "plans/of_firm.html",
        status=status,
        **frame.context(page, db, seen, HERE),
        editions=editions,
        counts=queries.measure_counts(db, editions),
        waiting=queries.under_way(db, seen.firm.id) if seen.may("plan:write") else None,
        rules=[(each.rule.code, each.rule.name) for each in queries.rungs(db)],
        names=_rule_names(db),
        signs=shown.STATE_SIGNS,
        form=form,
    )


def _edit_page(page: Pages, db: Session, plan: Plan, form: Form[Any], *, conflict: Any = None) -> Response:
    status = Stale.status if conflict else 422 if form.errors else 200
    rule = _rule_names(db)[plan.rule_code]
    return page.show("plans/edit.html", status=status, plan=plan, form=form, conflict=conflict, rule=rule)


def _values(plan: Plan) -> dict[str, Any]:
    return {"declares_on": plan.declares_on.isoformat(), "summary": plan.summary, "version": plan.version}


def _in_words(values: dict[str, Any]) -> dict[str, str]:
    return {"申报日": str(values.get("declares_on") or ""), "工作思路": str(values.get("summary") or "")}


def _rule_names(db: Session) -> dict[str, str]:
    return {each.rule.code: each.rule.name for each in queries.rungs(db)}


def _tabs(page: Pages, db: Session, actor: User, wanted: PlanSearch) -> list[Tab]:
    """All, then each state in which there are plans; the other filters stay."""
    counts = queries.state_counts(db, actor, wanted)
    shown = [(state.code, state.label) for state, n in counts.items() if n or state.code == wanted.state]
    return tabs_of(
        [ALL, *shown],
        wanted.state,
        lambda code: page.url("plans.index", query={**wanted.given, "state": code}),
        with_all(counts),
    )
