"""The needs of one firm: its tab, raising one, mending one; the form says itself how clear the need is."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.core.errors import Conflict, NotFound, Stale
from app.firms import frame
from app.firms.access import FirmAccess, FirmGate
from app.needs import queries, service, shown
from app.needs.calls import queries as calls
from app.needs.clarity import assess
from app.needs.declared import NeedKind, declared
from app.needs.forms import NeedFields, in_words, need_fields, said_in, values_of
from app.needs.models import Need
from app.needs.views import NeedAccess, NeedGate
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import tabs_of

router = APIRouter()
TAB = "needs.of_firm"
ASSESS = "assess"

Reader = Annotated[FirmAccess, Depends(FirmGate("need:read"))]
Writer = Annotated[FirmAccess, Depends(FirmGate("need:write"))]
Mender = Annotated[NeedAccess, Depends(NeedGate("need:write"))]


@router.get("/firms/{firm_id}/needs", name="needs.of_firm")
def of_firm(page: Page, db: Db, seen: Reader) -> Response:
    return page.show(
        "needs/of_firm.html",
        **frame.context(page, db, seen, TAB),
        needs=queries.needs_of(db, seen.firm),
        calls=calls.waiting_of(db, seen.firm),
        signs=shown.SIGNS,
        writable=seen.may("need:write"),
    )


@router.get("/firms/{firm_id}/needs/new", name="needs.new")
def new(page: Page, db: Db, seen: Writer, kind: str = "") -> Response:
    return _new_page(page, db, seen, kind_of(kind), Form())


@router.post("/firms/{firm_id}/needs", name="needs.create")
def create(page: Page, db: Db, seen: Writer, posted: Posted, kind: str = "") -> Response:
    asked = kind_of(kind)
    form: Form[NeedFields] = Form.bind(need_fields(asked), posted)
    if form.data is None or form.data.then == ASSESS:
        return _new_page(page, db, seen, asked, form)
    need = service.raise_need(db, seen.actor, seen.firm, asked, form.data)
    return page.go("needs.show", done=_kept(need), need_id=need.id)


@router.get("/needs/{need_id}/edit", name="needs.edit")
def edit(page: Page, seen: Mender) -> Response:
    _check_editable(seen)
    kind = kind_of(seen.need.kind)
    return _edit_page(page, seen.need, kind, Form(values=values_of(seen.need, kind)))


@router.post("/needs/{need_id}", name="needs.update")
def update(page: Page, db: Db, seen: Mender, posted: Posted) -> Response:
    need, kind = seen.need, kind_of(seen.need.kind)
    form: Form[NeedFields] = Form.bind(need_fields(kind), posted)
    if form.data is None or form.data.then == ASSESS:
        return _edit_page(page, need, kind, form)
    try:
        service.edit_need(db, seen.actor, need, kind, form.data)
    except Stale:
        theirs = in_words(kind, values_of(need, kind))
        conflict = both_versions(db, need, in_words(kind, form.values), theirs)
        form.values["version"] = need.version
        return _edit_page(page, need, kind, form, conflict=conflict)
    return page.go("needs.show", done=_kept(need), need_id=need.id)


def kind_of(code: str) -> NeedKind:
    """The kind an address asks for; the first where it asks for none. NotFound for one that is not declared."""
    kinds = declared().kinds
    if code and code not in kinds:
        raise NotFound("没有这一类需求，请从企业页的“需求”重新进入。")
    return kinds[code] if code else next(iter(kinds.values()))


def _check_editable(seen: NeedAccess) -> None:
    if not service.may_edit(seen.actor, seen.need):
        raise Conflict("这条需求已经发布或办结，不能再改。如内容有变，请联系科技专员或科技局。")


def _kept(need: Need) -> str:
    if need.is_clear:
        return f"已保存，清晰度 {need.clarity} 分，等待核实发布。" if need.state is service.OPEN else "已保存。"
    return f"已保存。清晰度 {need.clarity} 分，还可以补充得更具体，见“还缺什么”。"


def _new_page(page: Pages, db: Session, seen: FirmAccess, kind: NeedKind, form: Form[Any]) -> Response:
    kinds = tabs_of(
        declared().options(),
        kind.code,
        lambda code: page.url("needs.new", query={"kind": code}, firm_id=seen.firm.id),
    )
    whole = {**frame.context(page, db, seen, TAB), **_form_context(kind, form), "kinds": kinds}
    return page.show("needs/new.html", status=422 if form.errors else 200, **whole)


def _edit_page(
    page: Pages, need: Need, kind: NeedKind, form: Form[Any], *, conflict: dict[str, Any] | None = None
) -> Response:
    status = Stale.status if conflict else 422 if form.errors else 200
    context = {**_form_context(kind, form), "need": need, "conflict": conflict}
    return page.show("needs/edit.html", status=status, **context)


def _form_context(kind: NeedKind, form: Form[Any]) -> dict[str, Any]:
    """The form with how clear the need is that stands in it; nothing is judged while nothing is typed."""
    said = said_in(kind, form.values)
    return {
        "kind": kind,
        "form": form,
        "clarity": assess(kind, said) if said else None,
        "clear_from": declared().clear_from,
    }
