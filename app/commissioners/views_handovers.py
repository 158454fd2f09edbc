"""Handing a firm over from one commissioner to another, and what was handed over."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.commissioners import handovers, queries
from app.commissioners.forms import HandoverFields
from app.core import clock, text
from app.core.errors import FieldError
from app.firms import frame
from app.firms import queries as firms
from app.firms.access import FirmAccess, FirmGate
from app.firms.models import Assignment
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()

Reading = Annotated[FirmAccess, Depends(FirmGate("handover:read"))]
Assigning = Annotated[FirmAccess, Depends(FirmGate("firm:edit"))]


@router.get("/firms/{firm_id}/handovers", name="handovers.of_firm")
def of_firm(page: Page, db: Db, seen: Reading) -> Response:
    whole = frame.context(page, db, seen, "firms.show")
    return page.show("commissioners/handovers.html", handovers=queries.handovers_of_firm(db, seen.firm), **whole)


@router.get("/firms/{firm_id}/assignments/{assignment_id}/handover", name="handovers.new")
def new(page: Page, db: Db, seen: Assigning, assignment_id: str) -> Response:
    assignment = firms.get_assignment(db, seen.firm, assignment_id)
    handovers.check_running(assignment)
    return _form_page(page, db, seen, assignment, Form(values={"starts_on": clock.today()}))


@router.post("/firms/{firm_id}/assignments/{assignment_id}/handover", name="handovers.create")
def create(page: Page, db: Db, seen: Assigning, assignment_id: str, posted: Posted) -> Response:
    assignment = firms.get_assignment(db, seen.firm, assignment_id)
    form = Form.bind(HandoverFields, posted)
    if form.data:
        try:
            made = handovers.hand_over(db, seen.actor, seen.firm, assignment, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            done = f"已交接：{made}，自{text.day(made.begun.starts_on)}起。"
            return page.go("handovers.of_firm", firm_id=seen.firm.id, done=done)
    return _form_page(page, db, seen, assignment, form, status=422)


def _form_page(
    page: Pages, db: Session, seen: FirmAccess, assignment: Assignment, form: Form[Any], *, status: int = 200
) -> Response:
    others = [each for each in firms.commissioner_options(db) if each[0] != assignment.user_id]
    return page.show(
        "commissioners/handover.html",
        status=status,
        form=form,
        assignment=assignment,
        users=others,
        left_open=handovers.open_at(db, seen.firm),
        **frame.context(page, db, seen, "firms.show"),
    )
