"""The pages of tasks: the list, one task with what was said about it, and what may be done with it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate
from app.accounts.models import User
from app.core import clock
from app.core.errors import FieldError, Stale
from app.core.paging import counts_of, page_asked, paginate
from app.core.text import day
from app.duties import queries, service
from app.duties.access import DutyGate
from app.duties.exports import DUTIES
from app.duties.forms import DutyFields, FeedbackFields, ReturnFields
from app.duties.models import Duty, DutyState
from app.duties.overdue import DUTY
from app.duties.queries import STATES, TaskSearch
from app.exports.answer import answer
from app.firms.queries import open_units, unit_options
from app.notices.overdue import escalated
from app.targets import queries as target_queries
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of

router = APIRouter()
Reader = Annotated[User, Depends(Gate("duty:read"))]
Shown = Annotated[Duty, Depends(DutyGate("duty:read"))]
Kept = Annotated[Duty, Depends(DutyGate("duty:write"))]
Answered = Annotated[Duty, Depends(DutyGate("feedback:write"))]
LIGHTS = {DutyState.DOING: "warn", DutyState.DONE: "good"}


@router.get("/duties", name="duties.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    wanted = TaskSearch.read(request.query_params)
    number, size = page_asked(request.query_params)
    found = paginate(db, queries.tasks(actor, wanted), number=number, size=size)
    return page.show(
        "duties/index.html",
        fragment="results",
        found=found,
        said=queries.latest(db, (duty.id for duty in found.items)),
        wanted=wanted,
        tabs=_tabs(page, db, actor, wanted),
        plans=[(policy.id, policy.title) for policy in queries.plans(db) if policy.body.get("own")],
        units=unit_options(open_units(db)),
        lights=LIGHTS,
    )


def _tabs(page: Pages, db: Db, actor: User, wanted: TaskSearch) -> list[Tab]:
    """The states with their counts, under the other filters."""
    choices = [ALL, *STATES]
    lengths = counts_of(db, {code: queries.tasks(actor, wanted.but(state=code)) for code, _ in choices})
    return tabs_of(
        choices, wanted.state, lambda code: page.url("duties.index", query=wanted.but(state=code).given), lengths
    )


@router.post("/exports/duties", name="duties.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, DUTIES, posted)


@router.get("/duties/{duty_id}", name="duties.show")
def show(page: Page, db: Db, duty: Shown) -> Response:
    return _show(page, db, duty)


def _show(page: Pages, db: Db, duty: Duty, *, status: int = 200, **more: Any) -> Response:
    forms = {
        "assigning": Form[Any](values={"due_on": duty.due_on, "helper_ids": [unit.id for unit in duty.helpers]}),
        "answering": Form[Any](values={"state": DutyState.DOING.code}),
        "returning": Form[Any](),
    }
    targets = [
        each for each in target_queries.targets(db, policy_id=duty.clause.policy_id) if each.path == duty.clause.path
    ]
    return page.show(
        "duties/show.html",
        status=status,
        duty=duty,
        is_escalated=duty.is_overdue and bool(escalated(db, DUTY, {duty.id: duty.due_on or clock.today()})),
        said=queries.feedbacks(db, duty.id),
        targets=targets,
        units=[(number, label.strip("　")) for number, label in unit_options(open_units(db)) if number != duty.unit_id],
        lights=LIGHTS,
        **{"late": False, "conflict": None, **forms, **more},
    )


@router.post("/duties/{duty_id}", name="duties.update")
def assign(request: Request, page: Page, db: Db, duty: Kept, posted: Posted) -> Response:
    form = Form.bind(DutyFields, posted)
    if form.data:
        try:
            service.assign(db, request.state.actor, duty, form.data)
            return page.go("duties.show", duty_id=duty.id, done="已安排。")
        except FieldError as error:
            form.reject(error)
        except Stale:
            mine, theirs = (_shown(db, due, helpers) for due, helpers in _arrangements(duty, form.data))
            return _late(page, db, duty, both_versions(db, duty, mine, theirs), assigning=form)
    return _show(page, db, duty, status=422, assigning=form)


def _arrangements(duty: Duty, mine: DutyFields) -> tuple[tuple[date | None, list[int]], ...]:
    """When a task is due and who helps: as somebody wants it, and as it stands."""
    return (mine.due_on, mine.helper_ids), (duty.due_on, [unit.id for unit in duty.helpers])


def _shown(db: Session, due: date | None, helpers: list[int]) -> dict[str, str]:
    names = queries.units_by_id(db)
    return {"完成期限": day(due), "配合单位": "、".join(names[each].name for each in sorted(helpers) if each in names)}


@router.post("/duties/{duty_id}/feedbacks", name="feedbacks.create")
def give_feedback(request: Request, page: Page, db: Db, duty: Answered, posted: Posted) -> Response:
    form = Form.bind(FeedbackFields, posted)
    if form.data:
        try:
            service.give_feedback(db, request.state.actor, duty, form.data)
            return page.go("duties.show", duty_id=duty.id, done="已反馈。")
        except Stale:
            return _late(page, db, duty, None, answering=form)
    return _show(page, db, duty, status=422, answering=form)


@router.post("/duties/{duty_id}/returns", name="duties.return")
def give_back(request: Request, page: Page, db: Db, duty: Kept, posted: Posted) -> Response:
    form = Form.bind(ReturnFields, posted)
    if form.data:
        try:
            service.return_duty(db, request.state.actor, duty, form.data)
            return page.go("duties.show", duty_id=duty.id, done="已退回。")
        except Stale:
            return _late(page, db, duty, None, returning=form)
    return _show(page, db, duty, status=422, returning=form)


def _late(page: Pages, db: Db, duty: Duty, conflict: dict[str, Any] | None, **forms: Form[Any]) -> Response:
    """Somebody was first: what was typed stays, above it what stands now."""
    return _show(page, db, duty, status=Stale.status, late=True, conflict=conflict, **forms)
