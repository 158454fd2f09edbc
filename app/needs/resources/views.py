"""The pages of the registers: list, entry, adding, mending, removing, exporting. Tables come in by app.imports."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.core.errors import FieldError, NotFound, Stale
from app.core.paging import page_asked, paginate
from app.exports.answer import answer
from app.needs.matching import queries as referrals
from app.needs.matching.queries import ReferralSearch
from app.needs.resources import queries, service
from app.needs.resources.declared import Register, registers
from app.needs.resources.exports import CONTACTS, RESOURCES
from app.needs.resources.forms import ResourceFields, in_words, resource_fields, values_of
from app.needs.resources.models import Resource
from app.needs.resources.queries import ResourceSearch
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import tabs_of

router = APIRouter()


class ResourceGate(ObjectGate):
    about = "resource_id"

    def find(self, db: Session, actor: User, number: int) -> Resource | None:  # noqa: ARG002
        return queries.resource(db, number)


Reader = Annotated[User, Depends(Gate("resource:read"))]
Writer = Annotated[User, Depends(Gate("resource:write"))]
Shown = Annotated[Resource, Depends(ResourceGate("resource:read"))]
Subject = Annotated[Resource, Depends(ResourceGate("resource:write"))]


@router.get("/resources", name="resources.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    search = ResourceSearch.read(request.query_params)
    number, size = page_asked(request.query_params)
    counts = queries.counts(db)
    columns = search.register.shown(contacts=False)
    tabs = tabs_of(
        registers().options(), search.kind, lambda code: page.url("resources.index", query={"kind": code}), counts
    )
    return page.show(
        "resources/index.html",
        fragment="results",
        search=search,
        register=search.register,
        tabs=tabs,
        columns=columns,
        headings=[search.register.name, search.register.organisation, *(_aside(each.label) for each in columns)],
        found=paginate(db, queries.matching(search), number=number, size=size),
        writable=actor.may("resource:write"),
    )


@router.get("/resources/new", name="resources.new")
def new(page: Page, _actor: Writer, kind: str = "") -> Response:
    return _form_page(page, _register(kind), Form())


@router.post("/resources", name="resources.create")
def create(page: Page, db: Db, actor: Writer, posted: Posted, kind: str = "") -> Response:
    register = _register(kind)
    form: Form[ResourceFields] = Form.bind(resource_fields(register), posted)
    if form.data:
        try:
            made = service.add_resource(db, actor, register, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("resources.show", done=f"已加入{register.label}名册。", resource_id=made.id)
    return _form_page(page, register, form)


@router.post("/exports/resources", name="resources.export")
def export(page: Page, db: Db, actor: Reader, posted: Posted) -> Response:
    return answer(page, db, actor, RESOURCES, posted)


@router.get("/resources/{resource_id}", name="resources.show")
def show(request: Request, page: Page, db: Db, resource: Shown) -> Response:
    actor: User = request.state.actor
    register = registers().registers[resource.kind]
    shown = register.shown(contacts=actor.may(CONTACTS))
    details = [{"label": each.label, "value": resource.details.get(each.code) or "—"} for each in shown]
    return page.show(
        "resources/show.html",
        resource=resource,
        register=register,
        details=[{"label": register.organisation, "value": resource.organisation or "—"}, *details],
        lanes=_lanes(page, db, actor, resource),
        writable=actor.may("resource:write") and resource.removed_at is None,
    )


@router.get("/resources/{resource_id}/edit", name="resources.edit")
def edit(page: Page, resource: Subject) -> Response:
    register = registers().registers[resource.kind]
    return _form_page(page, register, Form(values=values_of(resource, register)), resource)


@router.post("/resources/{resource_id}", name="resources.update")
def update(request: Request, page: Page, db: Db, resource: Subject, posted: Posted) -> Response:
    register = registers().registers[resource.kind]
    form: Form[ResourceFields] = Form.bind(resource_fields(register), posted)
    if form.data:
        try:
            service.edit_resource(db, request.state.actor, resource, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale:
            theirs = in_words(register, values_of(resource, register))
            conflict = both_versions(db, resource, in_words(register, form.values), theirs)
            form.values["version"] = resource.version
            return _form_page(page, register, form, resource, conflict=conflict)
        else:
            return page.go("resources.show", done="已保存。", resource_id=resource.id)
    return _form_page(page, register, form, resource)


@router.post("/resources/{resource_id}/removal", name="resources.remove")
def remove(request: Request, page: Page, db: Db, resource: Subject) -> Response:
    service.remove_resource(db, request.state.actor, resource)
    address = f"{page.url('resources.index')}?kind={resource.kind}"
    return page.go_to(address, done=f"已从名册中移除“{resource.name}”，以往的对接记录保留。")


def _aside(label: str) -> dict[str, Any]:
    """The heading of a column that a phone has no room for."""
    return {"label": label, "hide_on_phone": True}


def _register(code: str) -> Register:
    known = registers().registers
    if code and code not in known:
        raise NotFound("没有这本名册，请从“服务资源”重新进入。")
    return known[code] if code else next(iter(known.values()))


def _lanes(page: Pages, db: Session, actor: User, resource: Resource) -> list[dict[str, Any]]:
    """How its referrals ended, as far as this person sees the firms; each number leads to its rows."""
    counts = referrals.lane_counts(db, actor, ReferralSearch(resource=str(resource.id)))
    return [
        {
            "label": label,
            "n": counts[code],
            "url": f"{page.url('referrals.index')}?{ReferralSearch(code, str(resource.id)).query}",
        }
        for code, label in (("", "全部"), *referrals.LANES)
    ]


def _form_page(
    page: Pages,
    register: Register,
    form: Form[Any],
    resource: Resource | None = None,
    *,
    conflict: dict[str, Any] | None = None,
) -> Response:
    status = Stale.status if conflict else 422 if form.errors else 200
    context: dict[str, Any] = {"register": register, "form": form, "resource": resource, "conflict": conflict}
    return page.show("resources/edit.html", status=status, **context)
