"""A small application with real gates, and the faults it may be given: each must be caught by the oracles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
import sqlalchemy as sa
from fastapi import Depends, FastAPI, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from app.accounts import audit, denials, gate
from app.accounts.gate import Gate
from app.accounts.models import User
from app.accounts.permissions import POLICY, Role, Scope
from app.core import db as database
from app.core.errors import Conflict, NotFound
from app.firms import access
from app.firms.access import FirmAccess, FirmGate, visible
from app.firms.models import Assignment, Contact, Firm
from app.main import build
from app.web import errors
from app.web.database import Db
from app.web.forms import Form, Posted
from tests.authz import inventory
from tests.authz.samples import Sample

Reader = Annotated[FirmAccess, Depends(FirmGate("firm:read"))]
Writer = Annotated[FirmAccess, Depends(FirmGate("contact:write"))]
Lister = Annotated[User, Depends(Gate("firm:list"))]
AtHome = Annotated[User, Depends(Gate("home:read"))]

SAMPLES = {"toy.create": Sample({"name": "张建国", "phone": "13812345678"}), "toy.end": Sample()}


def home(actor: AtHome) -> Response:
    return PlainTextResponse(f"您好，{actor.name}")


def index(db: Db, actor: Lister) -> Response:
    names = db.scalars(sa.select(Firm.name).where(visible(actor, "firm:list")))
    return PlainTextResponse("\n".join(names))


def show(seen: Reader) -> Response:
    return PlainTextResponse(seen.firm.name)


def create(db: Db, seen: Writer, posted: Posted) -> Response:
    from app.firms.forms import ContactFields  # noqa: PLC0415

    form = Form.bind(ContactFields, posted)
    if form.data is None:
        return PlainTextResponse("填写有误", status_code=422)
    return _added(db, seen, form.data.name)


def end(db: Db, seen: Writer, contact_id: str) -> Response:
    contact = db.get(Contact, int(contact_id)) if contact_id.isdigit() and len(contact_id) < 19 else None
    if contact is None or contact.firm_id != seen.firm.id:
        raise NotFound
    contact.note = "离职"
    audit.record(db, seen.actor, "contact.ended", contact)
    return RedirectResponse("/toy", status_code=303)


def _added(db: Db, seen: FirmAccess, name: str) -> Response:
    contact = Contact(firm_id=seen.firm.id, name=name)
    db.add(contact)
    db.flush()
    audit.record(db, seen.actor, "contact.added", contact)
    return RedirectResponse("/toy", status_code=303)


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    name: str
    view: Callable[..., Any]


CLEAN = (
    Route("GET", "/toy", "toy.home", home),
    Route("GET", "/toy/firms", "toy.index", index),
    Route("GET", "/toy/firms/{firm_id}", "toy.show", show),
    Route("POST", "/toy/firms/{firm_id}/contacts", "toy.create", create),
    Route("POST", "/toy/firms/{firm_id}/contacts/{contact_id}", "toy.end", end),
)


def toy(**replaced: Callable[..., Any]) -> FastAPI:
    """The toy beside the product, with some of its views replaced, by function name."""
    app = build()
    for route in CLEAN:
        view = replaced.get(route.view.__name__, route.view)
        app.add_api_route(route.path, view, methods=[route.method], name=route.name)
    return app


def routes_of(app: FastAPI) -> list[inventory.Route]:
    """The toy's own routes; those of the product are needed by its pages, and tried elsewhere."""
    return [route for route in inventory.inventory(app) if route.path.startswith("/toy")]


def object_gate_removed(_patch: pytest.MonkeyPatch) -> FastAPI:
    def show(db: Db, actor: Annotated[User, Depends(Gate("firm:read"))], firm_id: int) -> Response:
        return PlainTextResponse(db.get_one(Firm, firm_id).name)

    return toy(show=show)


def former_assignment_still_counts(patch: pytest.MonkeyPatch) -> FastAPI:
    patch.setattr(
        access, "_assigned_today", lambda actor: sa.select(Assignment.firm_id).where(Assignment.user_id == actor.id)
    )
    return toy()


def list_ignores_scope(_patch: pytest.MonkeyPatch) -> FastAPI:
    def index(db: Db, actor: Lister) -> Response:
        return PlainTextResponse("\n".join(db.scalars(sa.select(Firm.name))))

    return toy(index=index)


# The samples make firms of their own, which carry no mark to be recognised by.
LATEST = sa.select(Firm).where(Firm.address.contains("CANARY")).order_by(Firm.id.desc())


def another_firm_on_the_home_page(_patch: pytest.MonkeyPatch) -> FastAPI:
    def home(db: Db, actor: AtHome) -> Response:
        return PlainTextResponse(f"最新登记：{db.scalars(LATEST.with_only_columns(Firm.name)).first()}")

    return toy(home=home)


def another_firm_in_a_header(_patch: pytest.MonkeyPatch) -> FastAPI:
    def home(db: Db, actor: AtHome) -> Response:
        code = db.scalars(LATEST.with_only_columns(Firm.address)).first() or ""
        return PlainTextResponse("您好", headers={"x-latest": code.encode("ascii", "ignore").decode()})

    return toy(home=home)


def child_not_bound_to_its_firm(_patch: pytest.MonkeyPatch) -> FastAPI:
    def end(db: Db, seen: Writer, contact_id: str) -> Response:
        contact = db.get(Contact, int(contact_id)) if contact_id.isdigit() and len(contact_id) < 19 else None
        if contact is None:
            raise NotFound
        contact.note = "离职"
        audit.record(db, seen.actor, "contact.ended", contact)
        return RedirectResponse("/toy", status_code=303)

    return toy(end=end)


def acts_before_denying(patch: pytest.MonkeyPatch) -> FastAPI:
    def forbid(request: Request, reason: str) -> None:
        if request.method == "GET":  # anything else would wait for its own transaction
            with database.writing() as own:
                own.add(Contact(firm_id=1, name="先写后拒"))
        gate.deny(request, reason)

    patch.setattr(access, "deny", forbid)
    return toy()


def mass_assignment(_patch: pytest.MonkeyPatch) -> FastAPI:
    def create(db: Db, seen: Writer, posted: Posted) -> Response:
        firm_id = int(str(posted.get("firm_id", seen.firm.id)))
        contact = Contact(firm_id=firm_id, name=str(posted["name"]))
        db.add(contact)
        db.flush()
        audit.record(db, seen.actor, "contact.added", contact)
        return RedirectResponse("/toy", status_code=303)

    return toy(create=create)


def too_wide_a_permission(patch: pytest.MonkeyPatch) -> FastAPI:
    patch.setitem(POLICY, "firm:list", {**POLICY["firm:list"], Role.FIRM: Scope.ANY})
    return toy()


def existence_shows(_patch: pytest.MonkeyPatch) -> FastAPI:
    def denied(request: Request, error: Exception) -> Response:
        answer = denials.denied(request, error)
        firm_id = request.path_params.get("firm_id", "")
        if firm_id.isdigit() and len(firm_id) < 19:
            with database.reading() as session:
                found = session.get(Firm, int(firm_id))
            answer.headers["x-known"] = "yes" if found else "no"
            return answer if not found else PlainTextResponse("不是您的企业", status_code=404)
        return answer

    app = toy()
    app.add_exception_handler(NotFound, denied)
    return app


def denial_not_written_down(_patch: pytest.MonkeyPatch) -> FastAPI:
    app = toy()
    app.add_exception_handler(NotFound, errors.refused)
    return app


def a_page_that_changes_something(_patch: pytest.MonkeyPatch) -> FastAPI:
    def show(seen: Reader) -> Response:
        with database.writing() as own:
            own.add(Contact(firm_id=seen.firm.id, name="看一眼"))
        return PlainTextResponse(seen.firm.name)

    return toy(show=show)


def strangers_are_let_in(patch: pytest.MonkeyPatch) -> FastAPI:
    def admit(self: Gate, request: Request, db: Any) -> User:
        request.state.gate = self
        user = db.scalars(sa.select(User).where(User.role == Role.BUREAU)).first()
        assert user is not None
        return user  # type: ignore[no-any-return]

    patch.setattr(Gate, "admit", admit)
    return toy()


def must_change_is_forgotten(patch: pytest.MonkeyPatch) -> FastAPI:
    patch.setattr(gate.passwords, "change_is_due", lambda _: False)
    return toy()


def refuses_what_is_allowed(_patch: pytest.MonkeyPatch) -> FastAPI:
    def show(seen: Reader) -> Response:
        raise Conflict("暂停服务")

    return toy(show=show)


CAUGHT_BY_A_TRIAL = {
    object_gate_removed: "instead of 404",
    former_assignment_still_counts: "former",
    list_ignores_scope: "shows ['CANARYFORMER', 'CANARYOTHER']",
    another_firm_on_the_home_page: "shows ['CANARYFORMER']",
    another_firm_in_a_header: "shows ['CANARYFORMER']",
    child_not_bound_to_its_firm: "foreign child",
    acts_before_denying: "something was changed although nothing was allowed to",
    mass_assignment: "fields nobody asked for had an effect",
    existence_shows: "looks different from what does not exist",
    denial_not_written_down: "denials written down instead of",
    a_page_that_changes_something: "something was changed although nothing was allowed to",
    strangers_are_let_in: "as anonymous",
    must_change_is_forgotten: "as must-change",
    refuses_what_is_allowed: "answers 409 instead of 200",
}
