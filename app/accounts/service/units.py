"""Making, moving, closing and removing units; each unit's path follows its place in the tree."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit, queries
from app.accounts.forms import UnitEdit, UnitFields
from app.accounts.models import Unit, User
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Stale

LONGEST_PATH = 200


def create_unit(db: Session, actor: User, fields: UnitFields) -> Unit:
    lock(db, "unit")
    _check_name(db, fields)
    parent = _parent(db, fields)
    unit = Unit(name=fields.name, kind=fields.kind, parent_id=fields.parent_id)
    db.add(unit)
    db.flush()  # the path contains the unit's own number
    unit.path = _path_below(parent, unit)
    audit.record(db, actor, "unit.created", unit, changes=_told(unit))
    return unit


def edit_unit(db: Session, actor: User, unit: Unit, fields: UnitEdit) -> None:
    """Rename or move a unit; everything below it moves along. Stale when somebody else has saved it since."""
    lock(db, "unit")
    db.refresh(unit)
    if unit.version != fields.version:
        raise Stale(unit)
    _check_name(db, fields, but=unit)
    parent = _parent(db, fields)
    if parent is not None and parent.path.startswith(unit.path):
        raise FieldError("parent_id", "不能把单位移到自己或自己的下级单位之下，请另选上级单位。")
    moves = _moves(db, unit, _path_below(parent, unit))
    before = _told(unit)
    unit.name, unit.kind, unit.parent_id = fields.name, fields.kind, fields.parent_id
    for moved, path in moves:
        moved.path = path
    changes = audit.differences(before, _told(unit))
    if changes:
        unit.version += 1
        audit.record(db, actor, "unit.edited", unit, changes=changes)


def close_unit(db: Session, actor: User, unit: Unit) -> None:
    """A closed unit keeps its history; it is no longer offered for new entries."""
    if unit.closed_at is not None:
        raise Conflict(f"“{unit.name}”已经停用。")
    open_below = sa.select(Unit.name).where(Unit.parent_id == unit.id, Unit.closed_at.is_(None))
    below = db.scalars(open_below.order_by(Unit.id)).first()
    if below is not None:
        raise Conflict(f"“{unit.name}”下面还有在用的单位“{below}”，请先停用或移走下级单位。")
    unit.closed_at = clock.now()
    audit.record(db, actor, "unit.closed", unit)


def reopen_unit(db: Session, actor: User, unit: Unit) -> None:
    if unit.closed_at is None:
        raise Conflict(f"“{unit.name}”没有停用，不需要恢复。")
    unit.closed_at = None
    audit.record(db, actor, "unit.reopened", unit)


def remove_unit(db: Session, actor: User, unit: Unit) -> None:
    """Remove a unit that was never used; one in use can only be closed."""
    lock(db, "unit")
    uses = queries.uses_of_unit(db, unit)
    if uses:
        raise Conflict(f"“{unit.name}”正在使用（{uses}），不能删除；不再使用时可以停用。")
    audit.record(db, actor, "unit.removed", unit)
    db.delete(unit)


def _check_name(db: Session, fields: UnitFields, *, but: Unit | None = None) -> None:
    namesake = db.scalar(sa.select(Unit).where(Unit.name == fields.name))
    if namesake is not None and namesake is not but:
        raise FieldError("name", f"已有名为“{fields.name}”的单位，请核对，或换一个名称。")


def _parent(db: Session, fields: UnitFields) -> Unit | None:
    if fields.parent_id is None:
        return None
    parent = db.get(Unit, fields.parent_id)
    if parent is None or parent.closed_at is not None:
        raise FieldError("parent_id", "这个上级单位不存在或已停用，请从列表中重新选择。")
    return parent


def _path_below(parent: Unit | None, unit: Unit) -> str:
    return f"{parent.path if parent else '/'}{unit.id}/"


def _moves(db: Session, unit: Unit, path: str) -> list[tuple[Unit, str]]:
    """The unit and everything below it, each with its path once the unit's own is `path`."""
    subtree = db.scalars(sa.select(Unit).where(Unit.path.startswith(unit.path, autoescape=True))).all()
    moves = [(moved, path + moved.path.removeprefix(unit.path)) for moved in subtree]
    if any(len(new) > LONGEST_PATH for _, new in moves):
        raise FieldError("parent_id", "单位层级过深，请减少层级。")
    return moves


def _told(unit: Unit) -> dict[str, Any]:
    """What the trail tells of a unit."""
    return {"name": unit.name, "kind": unit.kind, "parent_id": unit.parent_id}
