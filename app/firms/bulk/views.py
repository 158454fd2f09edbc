"""Batches: from a list to a preview, to a result, and back."""

from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core.errors import BadInput, FieldError
from app.core.paging import counts_of, page_asked, paginate
from app.firms import queries as firms
from app.firms.bulk import queries, service
from app.firms.bulk.actions import ACTIONS
from app.firms.bulk.forms import BulkFields, Selection
from app.firms.bulk.models import Bulk, BulkKind
from app.firms.bulk.service import Preview
from app.firms.search.address import Search
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import tabs_of

router = APIRouter()

Marker = Annotated[User, Depends(Gate("mark:write"))]
SHOWN = 200
STATES = {"": "全部", "done": "已办", "skipped": "跳过", "kept": "撤销时保留"}


class BulkGate(ObjectGate):
    about: ClassVar[str | None] = "bulk_id"

    def find(self, db: Session, actor: User, number: int) -> Bulk | None:
        return queries.batch(db, actor, number)


Maker = Annotated[User, Depends(Gate("bulk:read"))]
Held = Annotated[Bulk, Depends(BulkGate("bulk:read"))]


@router.get("/bulk", name="bulk.index")
def index(request: Request, page: Page, db: Db, actor: Maker) -> Response:
    number, size = page_asked(request.query_params)
    return page.show("bulk/index.html", batches=paginate(db, queries.batches_of(actor), number=number, size=size))


@router.post("/bulk/new", name="bulk.new")
def new(page: Page, db: Db, actor: Marker, posted: Posted) -> Response:
    """From the list: which firms, and what is to be done; what it takes is asked for next."""
    form = Form.bind(Selection, posted)
    if form.data is None:
        raise BadInput(next(iter(form.errors.values())))
    search = _search(page)
    chosen = service.selected(db, actor, form.data, search)
    return _form_page(page, db, actor, form.data.kind, Form(values=_kept(form.data)), search, total=len(chosen))


@router.post("/bulk/preview", name="bulk.preview")
def preview(page: Page, db: Db, actor: Marker, posted: Posted) -> Response:
    form, kind, search = _bound(posted, page)
    total = 0
    if form.data:
        try:
            return _preview_page(page, form, service.preview(db, actor, form.data, search), search)
        except FieldError as error:
            total = len(service.selected(db, actor, form.data, search))
            form.reject(error)
    return _form_page(page, db, actor, kind, form, search, total=total, status=422)


@router.post("/bulk", name="bulk.create")
def create(page: Page, db: Db, actor: Marker, posted: Posted) -> Response:
    form, kind, search = _bound(posted, page)
    if form.data:
        try:
            made = service.carry_out(db, actor, form.data, search)
        except FieldError as error:
            form.reject(error)
        else:
            if isinstance(made, Preview):
                return _preview_page(
                    page, form, made, search, status=409, moved=form.data.seen not in {"", made.digest}
                )
            return page.go("bulk.show", bulk_id=made.id, done=f"已办 {made.done} 家，跳过 {made.skipped} 家。")
    return _form_page(page, db, actor, kind, form, search, total=0, status=422)


@router.get("/bulk/{bulk_id}", name="bulk.show")
def show(request: Request, page: Page, db: Db, bulk: Held) -> Response:
    actor = request.state.actor
    state = request.query_params.get("state", "")
    state = state if state in STATES else ""
    number, size = page_asked(request.query_params)
    choices = {code: label for code, label in STATES.items() if code != "kept" or bulk.undone_at}
    tabs = tabs_of(
        choices.items(),
        state,
        lambda code: page.url("bulk.show", bulk_id=bulk.id, query={"state": code}),
        counts_of(db, {code: queries.rows_of(bulk, state=code) for code in choices}),
    )
    rows = paginate(db, queries.rows_of(bulk, state=state), number=number, size=size)
    reached = service.reached_of(db, actor, "firm:read", [row.firm_id for row in rows.items])
    may_undo = bulk.undone_at is None and bulk.done and actor.may(ACTIONS[bulk.kind].permission)
    return page.show("bulk/show.html", bulk=bulk, rows=rows, tabs=tabs, reached=reached, may_undo=may_undo)


@router.post("/bulk/{bulk_id}/undoing", name="bulk.undo")
def undo(request: Request, page: Page, db: Db, bulk: Held) -> Response:
    counts = service.undo(db, request.state.actor, bulk)
    return page.go("bulk.show", bulk_id=bulk.id, done=f"已撤销 {counts['已撤销']} 家，保留 {counts['保留']} 家。")


def _search(page: Pages) -> Search:
    """The list that the firms were chosen from: it is the address that the form was sent to."""
    return Search.read_address(page.request.url.query)


def _bound(posted: FormData, page: Pages) -> tuple[Form[BulkFields], BulkKind, Search]:
    form = Form.bind(BulkFields, posted)
    kind = form.values.get("kind", "")
    if kind not in dict(BulkKind.options()):
        raise BadInput("请回到企业名录，重新选择企业和要办的事。")
    return form, BulkKind.of(kind), _search(page)


def _kept(data: Selection) -> dict[str, Any]:
    return {"kind": data.kind.code, "firm": data.firm, "whole": "on" if data.whole else ""}


def _form_page(
    page: Pages,
    db: Session,
    actor: User,
    kind: BulkKind,
    form: Form[BulkFields],
    search: Search,
    *,
    total: int,
    status: int = 200,
) -> Response:
    return page.show(
        "bulk/new.html",
        status=status,
        kind=kind,
        form=form,
        total=total,
        search=search,
        users=firms.commissioner_options(db) if kind is BulkKind.ASSIGN else [],
        known=firms.known_words(db, actor, kind.code),
    )


def _preview_page(
    page: Pages, form: Form[BulkFields], seen: Preview, search: Search, *, status: int = 200, moved: bool = False
) -> Response:
    return page.show(
        "bulk/preview.html",
        status=status,
        form=form,
        seen=seen,
        changed=seen.changed[:SHOWN],
        skipped=seen.skipped[:SHOWN],
        search=search,
        moved=moved,
        shown=SHOWN,
    )
