"""派驻: which commissioner looks after a firm, and until when."""

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core import clock, text
from app.core.errors import FieldError
from app.firms import frame, queries, service
from app.firms.access import FirmAccess, FirmGate
from app.firms.forms import AssignmentFields, EndFields
from app.firms.models import Assignment
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()

Assigning = Annotated[FirmAccess, Depends(FirmGate("firm:edit"))]


@router.get("/firms/{firm_id}/assignments/new", name="assignments.new")
def new(page: Page, db: Db, seen: Assigning) -> Response:
    return _new_page(page, db, seen, Form(values={"starts_on": clock.today()}))


@router.post("/firms/{firm_id}/assignments", name="assignments.create")
def create(page: Page, db: Db, seen: Assigning, posted: Posted) -> Response:
    form = Form.bind(AssignmentFields, posted)
    if form.data:
        try:
            assignment = service.assign_commissioner(db, seen.actor, seen.firm, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            done = f"已派驻{assignment.user.name}，自{text.day(assignment.starts_on)}起。"
            return page.go("firms.show", firm_id=seen.firm.id, done=done)
    return _new_page(page, db, seen, form, status=422)


@router.get("/firms/{firm_id}/assignments/{assignment_id}/ending", name="assignments.edit")
def edit(page: Page, db: Db, seen: Assigning, assignment_id: str) -> Response:
    assignment = queries.get_assignment(db, seen.firm, assignment_id)
    return _end_page(page, db, seen, assignment, Form(values={"ends_on": clock.today()}))


@router.post("/firms/{firm_id}/assignments/{assignment_id}/ending", name="assignments.end")
def end(page: Page, db: Db, seen: Assigning, assignment_id: str, posted: Posted) -> Response:
    assignment = queries.get_assignment(db, seen.firm, assignment_id)
    form = Form.bind(EndFields, posted)
    if form.data:
        try:
            service.end_assignment(db, seen.actor, assignment, form.data.ends_on)
        except FieldError as error:
            form.reject(error)
        else:
            done = f"{assignment.user.name}的派驻到{text.day(assignment.ends_on)}为止。"
            return page.go("firms.show", firm_id=seen.firm.id, done=done)
    return _end_page(page, db, seen, assignment, form, status=422)


def _new_page(
    page: Pages, db: Session, seen: FirmAccess, form: Form[AssignmentFields], *, status: int = 200
) -> Response:
    whole = frame.context(page, db, seen, "firms.show") | {"form": form, "users": queries.commissioner_options(db)}
    return page.show("firms/assignment.html", status=status, **whole)


def _end_page(
    page: Pages, db: Session, seen: FirmAccess, assignment: Assignment, form: Form[EndFields], *, status: int = 200
) -> Response:
    whole = frame.context(page, db, seen, "firms.show") | {"form": form, "assignment": assignment}
    return page.show("firms/assignment_end.html", status=status, **whole)
