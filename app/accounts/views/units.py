"""Units, for the administrator: the tree, and making, moving, closing and removing its parts."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts import queries, service
from app.accounts.conflicts import both_versions
from app.accounts.forms import UnitEdit, UnitFields
from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import Unit, UnitKind, User
from app.core.errors import FieldError, Stale
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter()


class UnitGate(ObjectGate):
    about = "unit_id"

    def find(self, db: Session, actor: User, number: int) -> Unit | None:  # noqa: ARG002
        return db.get(Unit, number)


Lister = Annotated[User, Depends(Gate("unit:list"))]
Keeper = Annotated[User, Depends(Gate("unit:write"))]
Subject = Annotated[Unit, Depends(UnitGate("unit:write"))]


@router.get("/units", name="units.index")
def index(page: Page, db: Db, _actor: Lister) -> Response:
    return page.show("accounts/units.html", units=queries.units(db), depth_of=queries.depth_of)


@router.get("/units/new", name="units.new")
def new(page: Page, db: Db, _actor: Keeper) -> Response:
    return _show_form(page, db, Form(), None)


@router.post("/units", name="units.create")
def create(page: Page, db: Db, actor: Keeper, posted: Posted) -> Response:
    form = Form.bind(UnitFields, posted)
    if form.data:
        try:
            unit = service.create_unit(db, actor, form.data)
            return page.go("units.index", done=f"已新增单位“{unit.name}”。")
        except FieldError as error:
            form.reject(error)
    return _show_form(page, db, form, None, status=422)


@router.get("/units/{unit_id}/edit", name="units.edit")
def edit(page: Page, db: Db, unit: Subject) -> Response:
    return _show_form(page, db, Form(values={**_values(unit), "version": unit.version}), unit)


@router.post("/units/{unit_id}", name="units.update")
def update(request: Request, page: Page, db: Db, unit: Subject, posted: Posted) -> Response:
    form = Form.bind(UnitEdit, posted)
    if form.data:
        try:
            service.edit_unit(db, request.state.actor, unit, form.data)
            return page.go("units.index", done=f"已保存单位“{unit.name}”。")
        except FieldError as error:
            form.reject(error)
        except Stale:
            conflict = both_versions(db, unit, _shown(db, form.values), _shown(db, _values(unit)))
            form.values["version"] = unit.version
            return _show_form(page, db, form, unit, status=Stale.status, conflict=conflict)
    return _show_form(page, db, form, unit, status=422)


@router.post("/units/{unit_id}/closing", name="units.close")
def close(request: Request, page: Page, db: Db, unit: Subject) -> Response:
    service.close_unit(db, request.state.actor, unit)
    return page.go("units.index", done=f"已停用单位“{unit.name}”。")


@router.post("/units/{unit_id}/reopening", name="units.reopen")
def reopen(request: Request, page: Page, db: Db, unit: Subject) -> Response:
    service.reopen_unit(db, request.state.actor, unit)
    return page.go("units.index", done=f"已恢复单位“{unit.name}”。")


@router.post("/units/{unit_id}/removal", name="units.remove")
def remove(request: Request, page: Page, db: Db, unit: Subject) -> Response:
    name = unit.name
    service.remove_unit(db, request.state.actor, unit)
    return page.go("units.index", done=f"已删除单位“{name}”。")


def _values(unit: Unit) -> dict[str, Any]:
    return {"name": unit.name, "kind": unit.kind.code, "parent_id": unit.parent_id}


def _shown(db: Session, values: dict[str, Any]) -> dict[str, str]:
    """A version in words, by label."""
    names = {str(unit.id): unit.name for unit in queries.units(db)}
    kind = dict(UnitKind.options()).get(str(values.get("kind")), "")
    return {
        "名称": str(values.get("name", "")),
        "类别": kind,
        "上级单位": names.get(str(values.get("parent_id")), ""),
    }


def _show_form(
    page: Page, db: Db, form: Form[Any], unit: Unit | None, *, status: int = 200, conflict: dict[str, Any] | None = None
) -> Response:
    above = [(number, name) for number, name in queries.unit_options(db) if unit is None or number != unit.id]
    kinds = UnitKind.options()
    return page.show(
        "accounts/unit.html", status=status, form=form, unit=unit, kinds=kinds, above=above, conflict=conflict
    )
