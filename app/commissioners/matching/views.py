"""Matching on pages: solving one, its suggestions with reasons, and deciding about each."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.commissioners.matching import queries, service, shown
from app.commissioners.matching.forms import DecisionFields, MatchingFields
from app.commissioners.matching.models import Matching, Pairing, PairingState
from app.commissioners.queries import near_units
from app.commissioners.selection.queries import rounds
from app.core import clock
from app.core.address import one_of
from app.core.errors import Conflict, FieldError, Stale
from app.core.paging import page_asked, paginate
from app.firms.queries import unit_options
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import ALL, Tab, tabs_of, with_all

router = APIRouter()


class MatchingGate(ObjectGate):
    about = "matching_id"

    def find(self, db: Session, actor: User, number: int) -> Matching | None:  # noqa: ARG002
        return queries.matching_with(db, number)


class PairingGate(ObjectGate):
    about = "pairing_id"

    def find(self, db: Session, actor: User, number: int) -> Pairing | None:  # noqa: ARG002
        return queries.pairing_with(db, number)


Reader = Annotated[User, Depends(Gate("matching:read"))]
Writer = Annotated[User, Depends(Gate("matching:write"))]
Shown = Annotated[Matching, Depends(MatchingGate("matching:read"))]
Subject = Annotated[Matching, Depends(MatchingGate("matching:write"))]
ShownPair = Annotated[Pairing, Depends(PairingGate("matching:read"))]
SubjectPair = Annotated[Pairing, Depends(PairingGate("matching:write"))]


@router.get("/matchings", name="matchings.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    number, size = page_asked(request.query_params)
    found = paginate(db, queries.matchings(), number=number, size=size)
    return page.show(
        "matchings/index.html",
        found=found,
        counts=queries.open_counts(db, [each.id for each in found.items]),
        states=list(PairingState),
        writable=actor.may("matching:write"),
    )


@router.get("/matchings/new", name="matchings.new")
def new(page: Page, db: Db, _actor: Writer) -> Response:
    return _form_page(page, db, Form(values={"starts_on": clock.today()}))


@router.post("/matchings", name="matchings.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted) -> Response:
    form = Form.bind(MatchingFields, posted)
    if form.data:
        try:
            made = service.match(db, actor, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("matchings.show", done="匹配已算出，请逐条或一并采纳。", matching_id=made.id)
    return _form_page(page, db, form)


@router.get("/matchings/{matching_id}", name="matchings.show")
def show(request: Request, page: Page, db: Db, matching: Shown) -> Response:
    return _show_page(request, page, db, matching, [])


@router.post("/matchings/{matching_id}/acceptance", name="matchings.accept")
def accept(request: Request, page: Page, db: Db, matching: Subject) -> Response:
    taken, refused = service.accept_all(db, request.state.actor, matching)
    if refused:
        return _show_page(request, page, db, matching, refused, taken)
    return page.go("matchings.show", done=f"已采纳 {taken} 条建议，专员现在就能看到这些企业。", matching_id=matching.id)


@router.get("/pairings/{pairing_id}", name="pairings.show")
def show_pairing(request: Request, page: Page, db: Db, pairing: ShownPair) -> Response:
    return _pairing_page(page, db, request.state.actor, pairing, Form())


@router.post("/pairings/{pairing_id}/decision", name="pairings.decide")
def decide(request: Request, page: Page, db: Db, pairing: SubjectPair, posted: Posted) -> Response:
    form = Form.bind(DecisionFields, posted)
    if form.data:
        try:
            service.decide(db, request.state.actor, pairing, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale as stale:
            raise Conflict(f"在您办理期间，这条建议已被他人办理，结果是“{stale.current.state}”。") from stale
        else:
            done = f"{pairing.firm.name}：{pairing.state}{f'，派驻{pairing.decided}' if pairing.decided else ''}。"
            return page.go("matchings.show", done=done, matching_id=pairing.matching_id)
    return _pairing_page(page, db, request.state.actor, pairing, form)


def _show_page(
    request: Request, page: Pages, db: Session, matching: Matching, refused: list[str], taken: int = 0
) -> Response:
    counts = queries.open_counts(db, [matching.id])
    state = one_of(PairingState.codes)(request.query_params.get("state", ""))
    number, size = page_asked(request.query_params)
    return page.show(
        "matchings/show.html",
        status=Conflict.status if refused else 200,
        matching=matching,
        refused=refused,
        taken=taken,
        tabs=_tabs(page, matching, counts, state),
        waiting=counts.get((matching.id, PairingState.OPEN), 0),
        found=paginate(db, queries.pairings_of(matching.id, state), number=number, size=size),
        unmatched=shown.unmatched(db, matching),
        signs=shown.SIGNS,
        writable=request.state.actor.may("matching:write"),
    )


def _tabs(page: Pages, matching: Matching, counts: dict[tuple[int, PairingState], int], now: str) -> list[Tab]:
    return tabs_of(
        [ALL, *PairingState.options()],
        now,
        lambda code: page.url("matchings.show", matching_id=matching.id, query={"state": code}),
        with_all({each: counts.get((matching.id, each), 0) for each in PairingState}),
    )


def _form_page(page: Pages, db: Session, form: Form[Any]) -> Response:
    return page.show(
        "matchings/new.html",
        status=422 if form.errors else 200,
        form=form,
        units=[(number, name.strip("　")) for number, name in unit_options(near_units(db))],
        rounds=[(each.id, each.name) for each in db.scalars(rounds())],
    )


def _pairing_page(page: Pages, db: Session, actor: User, pairing: Pairing, form: Form[Any]) -> Response:
    options = shown.options(db, pairing)
    return page.show(
        "matchings/pairing.html",
        status=422 if form.errors else 200,
        form=form,
        pairing=pairing,
        options=options,
        others=[
            (each["id"], f"{each['name']}（{each['points'] or 0} 分）") for each in options if shown.may_be_sent(each)
        ],
        sign=shown.SIGNS[pairing.state],
        writable=actor.may("matching:write") and pairing.state is PairingState.OPEN,
    )
