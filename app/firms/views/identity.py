"""Registering a firm, its first page, and changing what it is called and where it belongs."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.errors import FieldError, Stale
from app.core.fields import ODD
from app.firms import frame, queries, service
from app.firms.access import FirmAccess, FirmGate
from app.firms.forms import EditedFirm, NewFirm, values_of
from app.firms.merge import pairs
from app.firms.models import Firm, FirmState
from app.firms.overview import show_overview
from app.firms.service import LABELS
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()

Registrar = Annotated[User, Depends(Gate("firm:create"))]
Seen = Annotated[FirmAccess, Depends(FirmGate("firm:read"))]
Editing = Annotated[FirmAccess, Depends(FirmGate("firm:edit"))]

SAME_NAME = "已有名称相同或只差写法的企业，见下。请核对；确认不是同一家，勾选后再保存。"


@router.get("/firms/new", name="firms.new")
def new(page: Page, db: Db, actor: Registrar, name: str = "") -> Response:
    form: Form[NewFirm] = Form(values={"name": _plain(name), "state": FirmState.OPEN.code})
    return _new_page(page, db, actor, form, fragment="same_name")


@router.post("/firms", name="firms.create")
def create(page: Page, db: Db, actor: Registrar, posted: Posted) -> Response:
    form = Form.bind(NewFirm, posted)
    if form.data:
        try:
            _check_name(db, actor, form.data)
            firm = service.register_firm(db, actor, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("firms.show", firm_id=firm.id, done=f"已登记{firm.name}。")
    return _new_page(page, db, actor, form, status=422)


@router.get("/firms/{firm_id}", name="firms.show")
def show(page: Page, db: Db, seen: Seen) -> Response:
    return show_overview(page, db, seen)


@router.get("/firms/{firm_id}/edit", name="firms.edit")
def edit(page: Page, db: Db, seen: Editing, name: str = "") -> Response:
    values = values_of(seen.firm) | ({"name": _plain(name)} if name else {})
    return _edit_page(page, db, seen, Form(values=values), fragment="same_name")


@router.post("/firms/{firm_id}", name="firms.update")
def update(page: Page, db: Db, seen: Editing, posted: Posted) -> Response:
    form = Form.bind(EditedFirm, posted)
    if form.data:
        try:
            _check_name(db, seen.actor, form.data, but=seen.firm)
            firm = service.edit_firm(db, seen.actor, seen.firm, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale as stale:
            return _conflict(page, db, seen, form, stale.current)
        else:
            return page.go("firms.show", firm_id=firm.id, done=f"已保存{firm.name}的基本信息。")
    return _edit_page(page, db, seen, form, status=422)


def _check_name(db: Session, actor: User, fields: NewFirm, *, but: Firm | None = None) -> None:
    unchanged = but is not None and fields.name == but.name
    if not unchanged and not fields.same_name_seen and queries.firms_named_like(db, actor, fields.name, but=but):
        raise FieldError("name", SAME_NAME)


def _new_page(page: Pages, db: Session, actor: User, form: Form[NewFirm], **options: Any) -> Response:
    return page.show("firms/new.html", **_choices(db, actor, form), **options)


def _edit_page(page: Pages, db: Session, seen: FirmAccess, form: Form[EditedFirm], **options: Any) -> Response:
    whole = frame.context(page, db, seen, "firms.show") | _choices(db, seen.actor, form, but=seen.firm)
    return page.show("firms/edit.html", **{"conflict": None, **whole, **options})


def _choices(db: Session, actor: User, form: Form[Any], *, but: Firm | None = None) -> dict[str, Any]:
    """The form with what its selects offer, and the firms of the same name as was typed."""
    units = queries.open_units(db)
    return {
        "form": form,
        "same_name": queries.firms_named_like(db, actor, _plain(str(form.values.get("name", ""))), but=but),
        "alike": pairs.firms_alike(db, actor, _plain(str(form.values.get("name", ""))), but=but),
        "units": queries.unit_options(units),
        "parks": queries.park_options(units),
        "states": FirmState.options(),
        "industries": queries.industries(db, actor),
    }


def _conflict(page: Pages, db: Session, seen: FirmAccess, form: Form[EditedFirm], current: Firm) -> Response:
    """Both versions side by side; saving again goes by the version that is shown now."""
    names = {str(unit.id): unit.name for unit in queries.open_units(db)}
    mine, theirs = (
        {label: _shown(values.get(name), names, name) for name, label in LABELS.items()}
        for values in (form.values, values_of(current))
    )
    form.values["version"] = current.version
    return _edit_page(page, db, seen, form, status=409, conflict=both_versions(db, current, mine, theirs))


def _shown(value: Any, units: dict[str, str], name: str) -> str:
    match name:
        case "unit_id" | "park_id":
            return units.get(str(value), "—")
        case "state":
            return dict(FirmState.options()).get(str(value), "—")
        case _:
            return str(value or "—")


def _plain(name: str) -> str:
    return ODD.sub("", name)[:200]
