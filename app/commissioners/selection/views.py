"""Rounds of selection: the list, one round with its candidates, opening and mending it, recommending somebody."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.commissioners.forms import technology_fields
from app.commissioners.models import Degree
from app.commissioners.selection import queries, service
from app.commissioners.selection.forms import CandidateFields, RoundFields, round_values, round_words
from app.commissioners.selection.models import USUAL_NOTICE, USUAL_PLACES, CandidateState, SelectionRound
from app.commissioners.selection.shown import SIGNS
from app.core.errors import FieldError, Stale
from app.core.paging import page_asked, paginate
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()


class RoundGate(ObjectGate):
    about = "selection_id"

    def find(self, db: Session, actor: User, number: int) -> SelectionRound | None:  # noqa: ARG002
        return queries.round_with(db, number)


Reader = Annotated[User, Depends(Gate("selection:read"))]
Writer = Annotated[User, Depends(Gate("selection:write"))]
Shown = Annotated[SelectionRound, Depends(RoundGate("selection:read"))]
Subject = Annotated[SelectionRound, Depends(RoundGate("selection:write"))]


@router.get("/selections", name="selections.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    number, size = page_asked(request.query_params)
    found = paginate(db, queries.rounds(), number=number, size=size)
    return page.show(
        "selections/index.html",
        found=found,
        counts=queries.state_counts(db, [each.id for each in found.items]),
        states=list(CandidateState),
        writable=actor.may("selection:write"),
    )


@router.get("/selections/new", name="selections.new")
def new(page: Page, _actor: Writer) -> Response:
    return _form_page(page, Form(values={"places": USUAL_PLACES, "notice_days": USUAL_NOTICE}))


@router.post("/selections", name="selections.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted) -> Response:
    form = Form.bind(RoundFields, posted)
    if form.data:
        try:
            made = service.open_round(db, actor, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("selections.show", done="已建立，请添加候选人。", selection_id=made.id)
    return _form_page(page, form)


@router.get("/selections/{selection_id}", name="selections.show")
def show(request: Request, page: Page, found: Shown) -> Response:
    actor: User = request.state.actor
    taken = sum(each.state in queries.COUNTED for each in found.candidates)
    return page.show(
        "selections/show.html", round=found, taken=taken, signs=SIGNS, writable=actor.may("selection:write")
    )


@router.get("/selections/{selection_id}/edit", name="selections.edit")
def edit(page: Page, found: Subject) -> Response:
    return _form_page(page, Form(values=round_values(found)), found)


@router.post("/selections/{selection_id}", name="selections.update")
def update(request: Request, page: Page, db: Db, found: Subject, posted: Posted) -> Response:
    form = Form.bind(RoundFields, posted)
    if form.data:
        try:
            service.edit_round(db, request.state.actor, found, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale:
            conflict = both_versions(db, found, round_words(form.values), round_words(round_values(found)))
            form.values["version"] = found.version
            return _form_page(page, form, found, conflict=conflict)
        else:
            return page.go("selections.show", done="已保存。", selection_id=found.id)
    return _form_page(page, form, found)


@router.get("/selections/{selection_id}/candidates/new", name="candidates.new")
def recommend_form(page: Page, found: Subject) -> Response:
    return _candidate_page(page, found, Form())


@router.post("/selections/{selection_id}/candidates", name="candidates.create")
def recommend(request: Request, page: Page, db: Db, found: Subject, posted: Posted) -> Response:
    form = Form.bind(CandidateFields, posted)
    if form.data:
        try:
            made = service.recommend(db, request.state.actor, found, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("candidates.show", done=f"已推荐{made.name}。", candidate_id=made.id)
    return _candidate_page(page, found, form)


def _form_page(
    page: Pages, form: Form[Any], found: SelectionRound | None = None, *, conflict: dict[str, Any] | None = None
) -> Response:
    status = Stale.status if conflict else 422 if form.errors else 200
    return page.show("selections/edit.html", status=status, form=form, round=found, conflict=conflict)


def _candidate_page(page: Pages, found: SelectionRound, form: Form[Any]) -> Response:
    return page.show(
        "selections/candidate_edit.html",
        status=422 if form.errors else 200,
        round=found,
        form=form,
        candidate=None,
        conflict=None,
        degrees=Degree.options(),
        fields=[(each, each) for each in technology_fields()],
    )
