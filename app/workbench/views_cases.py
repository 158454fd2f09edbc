"""The test bench of a draft: its cases, new ones, and how well they hold the rule."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core import clock
from app.core.errors import FieldError, NotFound
from app.core.fields import LARGEST_ID
from app.rules import RuleError
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.workbench import bench, case_form, proving
from app.workbench.case_form import Accepted, CaseFields
from app.workbench.models import DraftState, Measurement, RuleDraft
from app.workbench.views_drafts import Shown, Written

router = APIRouter(prefix="/workbench/drafts")
CaseId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("/{draft_id}/cases", name="cases.index")
def index(page: Page, db: Db, draft: Shown) -> Response:
    rows = bench.cases(db, draft)
    last = bench.latest(db, draft)
    try:
        found, readable = bench.verdicts(draft, rows), True
    except RuleError:
        found, readable = [bench.Verdict(row, "", ()) for row in rows], False
    return page.show(
        "workbench/cases.html",
        draft=draft,
        found=found,
        readable=readable,
        wrong=[each for each in found if each.wrong],
        last=last,
        stale=last is not None and bench.is_stale(last, draft, rows),
        held={row.name for row in rows},
        is_draft=draft.state is DraftState.DRAFT,
    )


@router.get("/{draft_id}/cases/new", name="cases.new")
def new(page: Page, db: Db, draft: Written, like: str = "") -> Response:
    row = bench.case_in(db, draft, int(like)) if like.isdecimal() and len(like) < len(str(LARGEST_ID)) else None
    values = {**case_form.typed(row.name, row.body), "name": ""} if row else case_form.offered(draft, clock.today())
    return _form_page(page, draft, Form(values=values))


@router.post("/{draft_id}/cases", name="cases.create")
def create(request: Request, page: Page, db: Db, draft: Written, posted: Posted) -> Response:
    form = Form.bind(CaseFields, posted)
    if form.data:
        try:
            body = case_form.body_of(form.data)
            case_form.insist_on_sense(draft, form.data.name, body)
        except FieldError as error:
            form.reject(error)
        else:
            proving.add_case(db, request.state.actor, draft, form.data.name, body)
            return page.go("cases.index", draft_id=draft.id, done=f"已加用例“{form.data.name}”。")
    return _form_page(page, draft, form, status=422)


@router.post("/{draft_id}/cases/{case_id}/removal", name="cases.remove")
def remove(request: Request, page: Page, db: Db, draft: Written, case_id: CaseId) -> Response:
    row = bench.case_in(db, draft, case_id)
    if row is None:
        raise NotFound
    proving.remove_case(db, request.state.actor, draft, row)
    return page.go("cases.index", draft_id=draft.id, done=f"已删除用例“{row.name}”。")


@router.post("/{draft_id}/measurement", name="cases.measure")
def measure(request: Request, page: Page, db: Db, draft: Written) -> Response:
    proving.insist_on_sense(db, draft)
    if proving.needs_a_job(db, draft):
        job = proving.enqueue(db, request.state.actor, draft)
        return page.go("jobs.show", job_id=job.id, done="用例较多，正在后台检验。")
    made = proving.measure(db, request.state.actor, draft)
    return page.go("cases.index", draft_id=draft.id, done=f"抓住 {made.caught} / 共 {made.changes}。")


@router.post("/{draft_id}/cases/accepted", name="cases.accept")
def accept(request: Request, page: Page, db: Db, draft: Written, posted: Posted) -> Response:
    form = Form.bind(Accepted, posted)
    measurement = _measurement(db, draft, form.data.measurement if form.data else 0)
    count = proving.accept(db, request.state.actor, draft, measurement, form.data.place if form.data else ())
    return page.go("cases.index", draft_id=draft.id, done=f"已采用 {count} 个界点用例。")


def _measurement(db: Session, draft: RuleDraft, number: int) -> Measurement:
    found = db.get(Measurement, number)
    if found is None or found.draft_id != draft.id:
        raise NotFound
    return found


def _form_page(page: Pages, draft: RuleDraft, form: Form[Any], *, status: int = 200) -> Response:
    return page.show("workbench/case.html", status=status, draft=draft, form=form)
