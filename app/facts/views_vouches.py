"""担保齐全: closing a collection of a firm, and opening it again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core import clock
from app.core.errors import Conflict, FieldError, NotFound
from app.facts import queries, service
from app.facts.archive import make_closures, read_scope, scope_options
from app.facts.forms import SOURCES, ReasonFields, VouchFields
from app.facts.ledger import Origin
from app.facts.links import address
from app.facts.models import Source, Vouch
from app.facts.page import row_id
from app.facts.vocabulary import vocabulary
from app.firms import frame
from app.firms.access import FirmAccess, FirmGate
from app.rules import CollectionKind
from app.rules.vocabulary import TITLES
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()

Reader = Annotated[FirmAccess, Depends(FirmGate("firm:read"))]
Writer = Annotated[FirmAccess, Depends(FirmGate("record:write"))]


@router.get("/firms/{firm_id}/vouches/new", name="vouches.new")
def new(page: Page, db: Db, seen: Writer, collection: str = "") -> Response:
    declared = _collection(collection)
    form: Form[Any] = Form(values={"source": Source.DEPARTMENT.code, "until": clock.today().isoformat()})
    return _new_page(page, db, seen, declared, form)


@router.post("/firms/{firm_id}/vouches", name="vouches.create")
def create(page: Page, db: Db, seen: Writer, posted: Posted) -> Response:
    declared = _collection(str(posted.get("collection", "")))
    form = Form.bind(VouchFields, posted)
    if form.data:
        try:
            _vouch(db, seen, declared, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go_to(
                _back(page, seen, declared.code), done=f"已登记：{declared.label}由{form.data.voucher}担保齐全。"
            )
    return _new_page(page, db, seen, declared, form)


@router.get("/firms/{firm_id}/vouches/{vouch_id}", name="vouches.show")
def show(page: Page, db: Db, seen: Reader, vouch_id: str) -> Response:
    return _vouch_page(page, db, seen, queries.get_vouch(db, seen.firm.id, row_id(vouch_id)), Form())


@router.post("/firms/{firm_id}/vouches/{vouch_id}/retraction", name="vouches.retract")
def retract(page: Page, db: Db, seen: Writer, posted: Posted, vouch_id: str) -> Response:
    made = queries.get_vouch(db, seen.firm.id, row_id(vouch_id))
    if made.firm_id is None:
        raise Conflict("这项担保对全区企业有效，不能在一家企业的页面上撤回。")
    form = Form.bind(ReasonFields, posted)
    if form.data is None:
        return _vouch_page(page, db, seen, made, form)
    service.retract_vouch(db, seen.actor, seen.firm, made, reason=form.data.reason)
    return page.go_to(_back(page, seen, made.collection), done="已撤回担保，这类记录重新按“至少这些”对待。")


def _vouch(db: Session, seen: FirmAccess, declared: CollectionKind, data: VouchFields) -> Vouch:
    try:
        scope = read_scope(declared, data.scope)
    except ValueError as error:
        raise FieldError("scope", str(error)) from error
    return service.vouch(
        db,
        seen.actor,
        seen.firm,
        declared.code,
        scope=scope,
        since=data.since,
        until=data.until,
        voucher=data.voucher,
        origin=Origin(data.source, data.note or None),
    )


def _collection(code: str) -> CollectionKind:
    declared = vocabulary().collections.get(code)
    if declared is None:
        raise NotFound
    return declared


def _tab(code: str) -> str:
    return "titles.index" if code == TITLES else "records.index"


def _back(page: Pages, seen: FirmAccess, code: str) -> str:
    return address(page, _tab(code), anchor=code, firm_id=seen.firm.id)


def _new_page(page: Pages, db: Session, seen: FirmAccess, declared: CollectionKind, form: Form[Any]) -> Response:
    return page.show(
        "records/vouch.html",
        status=422 if form.errors else 200,
        **frame.context(page, db, seen, _tab(declared.code)),
        collection=declared,
        scopes=scope_options(declared),
        back=_back(page, seen, declared.code),
        form=form,
        sources=SOURCES,
    )


def _vouch_page(page: Pages, db: Session, seen: FirmAccess, made: Vouch, form: Form[Any]) -> Response:
    declared = _collection(made.collection)
    return page.show(
        "records/vouched.html",
        status=422 if form.errors else 200,
        **frame.context(page, db, seen, _tab(declared.code)),
        collection=declared,
        closure=make_closures(declared, [made])[0],
        names=queries.people(db, [made]),
        back=_back(page, seen, declared.code),
        form=form,
        writable=seen.may("record:write") and made.firm_id is not None,
    )
