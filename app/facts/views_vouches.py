"""担保齐全 of one firm: closing a collection, and opening it again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Conflict, FieldError
from app.facts import queries, vouches
from app.facts.archive import make_closures, scope_options
from app.facts.forms import SOURCES, ReasonFields, VouchFields
from app.facts.links import address
from app.facts.models import Vouch
from app.facts.page import row_id
from app.facts.vouch_form import collection_of, default_form, record_vouch
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
    return _new_page(page, db, seen, collection_of(collection), default_form())


@router.post("/firms/{firm_id}/vouches", name="vouches.create")
def create(page: Page, db: Db, seen: Writer, posted: Posted) -> Response:
    declared = collection_of(str(posted.get("collection", "")))
    form = Form.bind(VouchFields, posted)
    if form.data:
        try:
            record_vouch(db, seen.actor, seen.firm, declared, form.data)
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
        raise Conflict("这项担保对全区企业有效，不能在一家企业的页面上撤回，请到“全区名单”撤回。")
    form = Form.bind(ReasonFields, posted)
    if form.data is None:
        return _vouch_page(page, db, seen, made, form)
    vouches.retract_vouch(db, seen.actor, seen.firm, made, reason=form.data.reason)
    return page.go_to(_back(page, seen, made.collection), done="已撤回担保，这类记录重新按“至少这些”对待。")


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
    declared = collection_of(made.collection)
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
        district_url=page.url("lists.show", list_id=made.id) if seen.may("list:write") else "",
    )
