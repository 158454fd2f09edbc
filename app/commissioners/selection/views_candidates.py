"""One candidate: the steps through the round, objections in the public notice, and the appointment."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import ObjectGate, number_in
from app.accounts.models import User
from app.commissioners.forms import technology_fields
from app.commissioners.models import USUAL_LOAD, Degree
from app.commissioners.selection import queries, service, shown
from app.commissioners.selection.forms import (
    AppointmentFields,
    CandidateFields,
    FindingFields,
    MoveFields,
    ObjectionFields,
    candidate_values,
    candidate_words,
)
from app.commissioners.selection.models import Candidate, Objection
from app.core.errors import Conflict, FieldError, NotFound, Stale
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()


class CandidateGate(ObjectGate):
    about = "candidate_id"

    def find(self, db: Session, actor: User, number: int) -> Candidate | None:  # noqa: ARG002
        return queries.candidate_with(db, number)


Shown = Annotated[Candidate, Depends(CandidateGate("selection:read"))]
Subject = Annotated[Candidate, Depends(CandidateGate("selection:write"))]


@router.get("/candidates/{candidate_id}", name="candidates.show")
def show(request: Request, page: Page, db: Db, candidate: Shown) -> Response:
    return _show_page(page, db, request.state.actor, candidate)


@router.get("/candidates/{candidate_id}/edit", name="candidates.edit")
def edit(page: Page, candidate: Subject) -> Response:
    return _form_page(page, Form(values=candidate_values(candidate)), candidate)


@router.post("/candidates/{candidate_id}", name="candidates.update")
def update(request: Request, page: Page, db: Db, candidate: Subject, posted: Posted) -> Response:
    form = Form.bind(CandidateFields, posted)
    if form.data:
        try:
            service.edit_candidate(db, request.state.actor, candidate, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale:
            theirs = candidate_words(candidate_values(candidate))
            conflict = both_versions(db, candidate, candidate_words(form.values), theirs)
            form.values["version"] = candidate.version
            return _form_page(page, form, candidate, conflict=conflict)
        else:
            return page.go("candidates.show", done="已保存。", candidate_id=candidate.id)
    return _form_page(page, form, candidate)


@router.post("/candidates/{candidate_id}/steps", name="candidates.move")
def move(request: Request, page: Page, db: Db, candidate: Subject, posted: Posted) -> Response:
    form = Form.bind(MoveFields, posted)
    if form.data:
        try:
            service.move(db, request.state.actor, candidate, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale as stale:
            raise _moved(stale) from stale
        else:
            return page.go("candidates.show", done=f"已转为“{candidate.state}”。", candidate_id=candidate.id)
    return _show_page(page, db, request.state.actor, candidate, form=form, status=422)


@router.post("/candidates/{candidate_id}/appointment", name="candidates.appoint")
def appoint(request: Request, page: Page, db: Db, candidate: Subject, posted: Posted) -> Response:
    form = Form.bind(AppointmentFields, posted)
    if form.data:
        try:
            made = service.appoint(db, request.state.actor, candidate, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale as stale:
            raise _moved(stale) from stale
        else:
            done = f"已聘任{made.name}，名册已更新。请补充利益关系申报和就近服务的单位。"
            return page.go("commissioners.show", done=done, commissioner_id=made.id)
    return _show_page(page, db, request.state.actor, candidate, term=form, status=422)


@router.post("/candidates/{candidate_id}/objections", name="objections.create")
def object_to(request: Request, page: Page, db: Db, candidate: Subject, posted: Posted) -> Response:
    form = Form.bind(ObjectionFields, posted)
    if form.data:
        try:
            service.object_to(db, request.state.actor, candidate, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("candidates.show", done="异议已登记，核查后请登记结果。", candidate_id=candidate.id)
    return _show_page(page, db, request.state.actor, candidate, objection=form, status=422)


@router.get("/candidates/{candidate_id}/objections/{objection_id}/finding", name="objections.finding")
def finding(request: Request, page: Page, db: Db, candidate: Subject) -> Response:
    return _finding_page(page, candidate, _objection(request, db, candidate), Form())


@router.post("/candidates/{candidate_id}/objections/{objection_id}/finding", name="objections.settle")
def settle(request: Request, page: Page, db: Db, candidate: Subject, posted: Posted) -> Response:
    found = _objection(request, db, candidate)
    form = Form.bind(FindingFields, posted)
    if form.data:
        service.settle(db, request.state.actor, found, form.data)
        return page.go("candidates.show", done="核查结果已登记。", candidate_id=candidate.id)
    return _finding_page(page, candidate, found, form)


def _objection(request: Request, db: Session, candidate: Candidate) -> Objection:
    """The objection to this very candidate; NotFound for another's."""
    number = number_in(request, "objection_id")
    found = queries.objection_with(db, candidate, number) if number else None
    if found is None:
        raise NotFound
    return found


def _finding_page(page: Pages, candidate: Candidate, objection: Objection, form: Form[Any]) -> Response:
    status = 422 if form.errors else 200
    return page.show("selections/finding.html", status=status, candidate=candidate, objection=objection, form=form)


def _moved(stale: Stale) -> Conflict:
    """A step rests on the state that was in front of the person: it is looked at anew, not laid over another's."""
    state = stale.current.state
    return Conflict(f"在您办理期间，候选人已被他人办理，目前是“{state}”。请返回候选人页面，看过办理经过后再办。")


def _show_page(
    page: Pages, db: Session, actor: User, candidate: Candidate, *, status: int = 200, **forms: Any
) -> Response:
    """The page with its forms; the refused one holds what was typed."""
    usual = service.usual_term(candidate)
    start = {"most_firms": USUAL_LOAD, **usual}
    blank: dict[str, Any] = {"form": Form(), "term": Form(values=start), "objection": Form()}
    return page.show(
        "selections/candidate.html", status=status, **{**shown.whole(db, actor, candidate), **blank, **forms}
    )


def _form_page(
    page: Pages, form: Form[Any], candidate: Candidate, *, conflict: dict[str, Any] | None = None
) -> Response:
    return page.show(
        "selections/candidate_edit.html",
        status=Stale.status if conflict else 422 if form.errors else 200,
        round=candidate.round,
        form=form,
        candidate=candidate,
        conflict=conflict,
        degrees=Degree.options(),
        fields=[(each, each) for each in technology_fields()],
    )
