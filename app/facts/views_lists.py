"""全区名单: lists that somebody vouches to be complete for every firm of the district, and taking them back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.errors import FieldError
from app.core.paging import counts_of, paginate
from app.facts import queries, vouches
from app.facts.archive import make_closures, scope_options
from app.facts.forms import SOURCES, ReasonFields, VouchFields
from app.facts.models import Vouch
from app.facts.page import row_id
from app.facts.vocabulary import vocabulary
from app.facts.vouch_form import collection_of, default_form, record_vouch
from app.rules import CollectionKind
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import Tab, tabs_of

router = APIRouter()

Reader = Annotated[User, Depends(Gate("list:read"))]
Writer = Annotated[User, Depends(Gate("list:write"))]
Number = Annotated[int, Query(alias="page")]

STATES = {"standing": "有效", "withdrawn": "已撤回"}


@router.get("/lists", name="lists.index")
def index(page: Page, db: Db, actor: Reader, state: str = "standing", number: Number = 1, size: int = 20) -> Response:
    state = state if state in STATES else "standing"
    found = paginate(db, queries.district_vouches(withdrawn=state == "withdrawn"), number=number, size=size)
    return page.show(
        "lists/index.html",
        found=found,
        closures=[closure for made in found.items for closure in make_closures(collection_of(made.collection), [made])],
        collections=vocabulary().collections,
        names=queries.people(db, found.items),
        state=state,
        tabs=_tabs(page, db, state),
        writable=actor.may("list:write"),
    )


@router.get("/lists/new", name="lists.new")
def new(page: Page, _actor: Writer, collection: str = "") -> Response:
    return _new_page(page, collection_of(collection), default_form())


@router.post("/lists", name="lists.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted) -> Response:
    declared = collection_of(str(posted.get("collection", "")))
    form = Form.bind(VouchFields, posted)
    if form.data:
        try:
            record_vouch(db, actor, None, declared, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("lists.index", done=f"已登记：全区的{declared.label}由{form.data.voucher}担保齐全。")
    return _new_page(page, declared, form)


@router.get("/lists/{list_id}", name="lists.show")
def show(page: Page, db: Db, actor: Reader, list_id: str) -> Response:
    return _list_page(page, db, actor, queries.get_district_vouch(db, row_id(list_id)), Form())


@router.post("/lists/{list_id}/retraction", name="lists.retract")
def retract(page: Page, db: Db, actor: Writer, posted: Posted, list_id: str) -> Response:
    made = queries.get_district_vouch(db, row_id(list_id))
    form = Form.bind(ReasonFields, posted)
    if form.data is None:
        return _list_page(page, db, actor, made, form)
    vouches.retract_vouch(db, actor, None, made, reason=form.data.reason)
    done = "已撤回这份全区名单的担保，各企业的体检会随后重算。"
    return page.go("lists.show", done=done, list_id=made.id)


def _tabs(page: Pages, db: Session, state: str) -> list[Tab]:
    lengths = counts_of(db, {code: queries.district_vouches(withdrawn=code == "withdrawn") for code in STATES})
    return tabs_of(STATES.items(), state, lambda code: page.url("lists.index", query={"state": code}), lengths)


def _new_page(page: Pages, declared: CollectionKind, form: Form[Any]) -> Response:
    return page.show(
        "lists/new.html",
        status=422 if form.errors else 200,
        collection=declared,
        scopes=scope_options(declared),
        back=page.url("lists.index"),
        form=form,
        sources=SOURCES,
    )


def _list_page(page: Pages, db: Session, actor: User, made: Vouch, form: Form[Any]) -> Response:
    declared = collection_of(made.collection)
    return page.show(
        "lists/show.html",
        status=422 if form.errors else 200,
        collection=declared,
        closure=make_closures(declared, [made])[0],
        names=queries.people(db, [made]),
        back=page.url("lists.index"),
        form=form,
        writable=actor.may("list:write") and made.superseded_at is None,
    )
