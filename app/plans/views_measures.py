"""The pages of measures: written in a draft; reported on, confirmed and reopened once the plan counts."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.models import User
from app.core.errors import FieldError, Stale
from app.firms import files
from app.firms.access import load_firm
from app.firms.models import StoredFile
from app.firms.queries import open_units, unit_options
from app.notices.overdue import escalated
from app.plans import progress, queries, service, shown
from app.plans.access import (
    CLOSE,
    REPORT,
    DraftGate,
    DraftMeasureGate,
    MeasureGate,
    is_open,
    visible_measures,
    visible_plans,
)
from app.plans.forms import MeasureFields, NoteFields, ReportFields
from app.plans.measurekinds import measure_kinds
from app.plans.models import Measure, Plan, PlanState
from app.plans.overdue import MEASURE
from app.plans.schedule import SIGNS
from app.web.database import Db
from app.web.forms import Form, Posted, without
from app.web.pages import Page, Pages

router = APIRouter()
Drafted = Annotated[Plan, Depends(DraftGate("plan:write"))]
Written = Annotated[Measure, Depends(DraftMeasureGate("plan:write"))]
Shown = Annotated[Measure, Depends(MeasureGate("measure:read"))]
Reported = Annotated[Measure, Depends(MeasureGate("measure:report"))]
Closed = Annotated[Measure, Depends(MeasureGate("measure:close"))]
MOST_EVIDENCE = 200
Act = Callable[[Session, User, Measure, str], None]


@router.get("/plans/{plan_draft_id}/measures/new", name="measures.new")
def new(page: Page, db: Db, plan: Drafted, kind: str = "") -> Response:
    """Filled from the library where the address names a measure of it."""
    found = measure_kinds().get(kind)
    values: dict[str, Any] = {"kind": "", "due_on": plan.declares_on.isoformat(), "aims": [], "version": 0}
    if found:
        values |= {"kind": found.code, "name": found.name, "steps": "\n".join(found.steps), "helper": found.helper}
    return _form_page(page, db, plan, Form(values=values))


@router.post("/plans/{plan_draft_id}/measures", name="measures.create")
def create(request: Request, page: Page, db: Db, plan: Drafted, posted: Posted) -> Response:
    form = Form.bind(MeasureFields, posted)
    if form.data:
        try:
            made = service.add_measure(db, request.state.actor, plan, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("plans.show", plan_id=plan.id, done=f"已添加措施“{made}”。")
    return _form_page(page, db, plan, form)


@router.get("/measures/{draft_measure_id}/edit", name="measures.edit")
def edit(page: Page, db: Db, measure: Written) -> Response:
    return _form_page(page, db, measure.plan, Form(values=_values(measure)), measure)


@router.post("/measures/{draft_measure_id}", name="measures.update")
def update(request: Request, page: Page, db: Db, measure: Written, posted: Posted) -> Response:
    form = Form.bind(MeasureFields, posted)
    if form.data:
        try:
            service.edit_measure(db, request.state.actor, measure, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale:
            mine, theirs = (_in_words(db, each) for each in (form.values, _values(measure)))
            conflict = both_versions(db, measure, mine, theirs)
            form.values["version"] = measure.version
            return _form_page(page, db, measure.plan, form, measure, conflict=conflict)
        else:
            return page.go("plans.show", plan_id=measure.plan_id, done=f"已保存措施“{measure}”。")
    return _form_page(page, db, measure.plan, form, measure)


@router.post("/measures/{draft_measure_id}/removal", name="measures.remove")
def remove(request: Request, page: Page, db: Db, measure: Written) -> Response:
    plan_id, name = measure.plan_id, measure.name
    service.remove_measure(db, request.state.actor, measure)
    return page.go("plans.show", plan_id=plan_id, done=f"已移除措施“{name}”。")


@router.get("/measures/{measure_id}", name="measures.show")
def show(request: Request, page: Page, db: Db, measure: Shown) -> Response:
    return _measure_page(request, page, db, measure)


@router.post("/measures/{measure_id}/notes", name="measures.report")
def report(request: Request, page: Page, db: Db, measure: Reported, posted: Posted) -> Response:
    form = Form.bind(ReportFields, without(posted, files.FIELD))
    if form.data:
        try:
            with db.begin_nested():
                file = _attached(db, request.state.actor, measure, posted)
                progress.report(db, request.state.actor, measure, form.data, file)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("measures.show", measure_id=measure.id, done="已登记。")
    return _measure_page(request, page, db, measure, form, at="report")


@router.post("/measures/{measure_id}/completion", name="measures.complete")
def complete(request: Request, page: Page, db: Db, measure: Closed, posted: Posted) -> Response:
    return _noted(request, page, db, measure, posted, progress.complete, done="已确认完成。")


@router.post("/measures/{measure_id}/reopening", name="measures.reopen")
def reopen(request: Request, page: Page, db: Db, measure: Closed, posted: Posted) -> Response:
    return _noted(request, page, db, measure, posted, progress.reopen, done="已重新打开。")


def _noted(
    request: Request, page: Pages, db: Session, measure: Measure, posted: FormData, act: Act, *, done: str
) -> Response:
    """What is done to a measure with a few words; refused where there are none."""
    form = Form.bind(NoteFields, posted)
    if form.data is None:
        return _measure_page(request, page, db, measure, form, at="complete")
    act(db, request.state.actor, measure, form.data.words)
    return page.go("measures.show", measure_id=measure.id, done=done)


def _measure_page(
    request: Request, page: Pages, db: Session, measure: Measure, form: Form[Any] | None = None, *, at: str = ""
) -> Response:
    actor: User = request.state.actor
    # A department that owns a measure of a firm elsewhere reads its task, and nothing else of the firm.
    sees_firm = load_firm(db, actor, "plan:read", measure.plan.firm_id) is not None
    opens = sees_firm and actor.may("file:read")
    codes = [str(each["code"]) for each in measure.moves]
    under_way = measure.plan.state is PlanState.APPROVED
    reports, closes = _reaches(db, actor, measure, REPORT, CLOSE) if under_way else (False, False)
    return page.show(
        "plans/measure.html",
        status=422 if form else 200,
        measure=measure,
        plan=measure.plan,
        light=shown.light(measure),
        is_escalated=measure.done_on is None and bool(escalated(db, MEASURE, {measure.thread: measure.due_on})),
        signs=SIGNS,
        kind=measure_kinds().get(measure.kind),
        notes=shown.timeline(queries.measure_notes(db, measure), partial(_file_url, page, measure, opens=opens)),
        conditions=_conditions(measure.plan, measure.aims) if sees_firm else [],
        sees_plan=sees_firm and _reads_plan(db, actor, measure.plan),
        evidence=queries.evidence_of(db, measure.plan.firm_id, codes)[:MOST_EVIDENCE] if sees_firm and reports else [],
        reports=reports,
        attaches=reports and sees_firm,
        accept=files.ACCEPT,
        closes=closes,
        edits=is_open(measure.plan) and actor.may("plan:write"),
        form=form or Form(),
        blank=Form(),
        at=at,
    )


def _attached(db: Session, actor: User, measure: Measure, posted: FormData) -> StoredFile | None:
    """The file that came along, from those who see the firm: to the others its files are closed."""
    given = posted.get(files.FIELD)
    if not (isinstance(given, UploadFile) and given.filename):
        return None
    firm = load_firm(db, actor, "plan:read", measure.plan.firm_id)
    return files.store(db, actor, firm, given) if firm is not None else None


def _file_url(page: Pages, measure: Measure, key: str, *, opens: bool) -> str:
    return page.url("files.show", firm_id=measure.plan.firm_id, key=key) if opens else ""


def _reaches(db: Session, actor: User, measure: Measure, *permissions: str) -> list[bool]:
    """Of each permission whether it reaches a measure."""
    reached = (visible_measures(actor, each) if actor.may(each) else sa.false() for each in permissions)
    return list(db.execute(sa.select(*reached).where(Measure.id == measure.id)).one())


def _reads_plan(db: Session, actor: User, plan: Plan) -> bool:
    return db.query(Plan.id).where(Plan.id == plan.id, visible_plans(actor, "plan:read")).first() is not None


def _conditions(plan: Plan, aims: list[Any]) -> list[Any]:
    return [each for each in shown.diagnosis(plan) if each.condition in aims]


def _form_page(
    page: Pages,
    db: Session,
    plan: Plan,
    form: Form[Any],
    measure: Measure | None = None,
    *,
    conflict: dict[str, Any] | None = None,
) -> Response:
    return page.show(
        "plans/measure_edit.html",
        status=Stale.status if conflict else 422 if form.errors else 200,
        plan=plan,
        measure=measure,
        form=form,
        kinds=[(each.code, f"{each.type}：{each.name}") for each in measure_kinds().values()],
        aims=[(each.condition, each.wording) for each in shown.diagnosis(plan)],
        units=unit_options(open_units(db)),
        conflict=conflict,
    )


def _values(measure: Measure) -> dict[str, Any]:
    names = ("kind", "name", "detail", "steps", "aims", "helper", "version")
    own = {name: getattr(measure, name) for name in names}
    return {**own, "due_on": measure.due_on.isoformat(), "owner_unit_id": measure.owner_unit_id or ""}


def _in_words(db: Session, values: dict[str, Any]) -> dict[str, str]:
    names = {str(unit.id): unit.name for unit in open_units(db)}
    said = {"名称": "name", "内容": "detail", "步骤": "steps", "协助": "helper", "期限": "due_on"}
    words = {label: str(values.get(name) or "") for label, name in said.items()}
    owner = names.get(str(values.get("owner_unit_id") or ""), "企业")
    return {**words, "责任": owner, "针对条件": "、".join(map(str, values.get("aims") or []))}
