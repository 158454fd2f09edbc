"""Making, editing, disabling and reinstating users."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit, queries, sessions
from app.accounts.forms import NewUser, UserEdit, UserFields
from app.accounts.models import Unit, User
from app.accounts.permissions import Role
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Stale


def create_user(db: Session, actor: User | None, fields: NewUser) -> User:
    """A user without a password; they set one through a one-time link."""
    if queries.user_by_name(db, fields.username):
        raise FieldError("username", f"用户名“{fields.username}”已有人使用，请换一个。")
    user = User(
        username=fields.username, created_at=clock.now(), must_change=True, role=fields.role, **_ties(db, fields)
    )
    db.add(user)
    db.flush()  # the event needs the user's number
    audit.record(db, actor, "user.created", user, changes=_told(user), firm_id=user.firm_id)
    return user


def edit_user(db: Session, actor: User, user: User, fields: UserEdit) -> None:
    """Change name, role, unit or firm; whoever gets another role, unit or firm has to sign in again."""
    if user.version != fields.version:
        raise Stale(user)
    ties = _ties(db, fields)
    if fields.role is not user.role:
        _check_can_lose_role(db, actor, user)
    before, power = _told(user), _power(user)
    user.role = fields.role
    for name, value in ties.items():
        setattr(user, name, value)
    changes = audit.differences(before, _told(user))
    if _power(user) != power:
        sessions.end_all(db, user, "您的岗位或所属单位已变更，请重新登录。")
    if changes:
        audit.record(db, actor, "user.edited", user, changes=changes, firm_id=user.firm_id)


def disable_user(db: Session, actor: User, user: User) -> None:
    if user.disabled_at is not None:
        raise Conflict(f"“{user.name}”已经是停用状态。")
    _check_can_lose_role(db, actor, user)
    user.disabled_at = clock.now()
    sessions.end_all(db, user, "这个账号已停用，如有疑问请联系系统管理员。")
    audit.record(db, actor, "user.disabled", user)


def reinstate_user(db: Session, actor: User, user: User) -> None:
    if user.disabled_at is None:
        raise Conflict(f"“{user.name}”没有停用，不需要恢复。")
    user.disabled_at = None
    audit.record(db, actor, "user.reinstated", user)


def _check_can_lose_role(db: Session, actor: User, user: User) -> None:
    """Nobody shuts themselves out, and the last administrator stays."""
    if user.id == actor.id:
        raise Conflict("不能停用自己的账号或改变自己的岗位，请由另一位管理员操作。")
    lock(db, "user")
    others = sa.select(User.id).where(User.role == Role.ADMIN, User.disabled_at.is_(None), User.id != user.id)
    if user.role is Role.ADMIN and db.scalar(others.limit(1)) is None:
        raise Conflict("这是最后一位管理员，停用后就没有人能管理账号了。请先新建另一位管理员。")


def _ties(db: Session, fields: UserFields) -> dict[str, Any]:
    """Name, unit and firm as columns, refused where they do not fit the role."""
    if fields.is_head and fields.unit_id is None:
        raise FieldError("is_head", "单位负责人须选择所属单位。")
    ties = {"unit_id": _unit_id(db, fields), "firm_id": _firm_id(db, fields), "is_head": fields.is_head}
    return {"name": fields.name, **ties}


def _unit_id(db: Session, fields: UserFields) -> int | None:
    if fields.unit_id is None:
        if fields.role is Role.UNIT:
            raise FieldError("unit_id", "责任单位用户须选择所属单位，其可见企业由单位决定。")
        return None
    unit = db.get(Unit, fields.unit_id)
    if unit is None or unit.closed_at is not None:
        raise FieldError("unit_id", "这个单位不存在或已停用，请从列表中重新选择。")
    return unit.id


def _firm_id(db: Session, fields: UserFields) -> int | None:
    if fields.role is not Role.FIRM:
        if fields.credit_code is not None:
            raise FieldError("credit_code", "只有岗位为“企业”的用户才填写所属企业，请清空或改选岗位。")
        return None
    if fields.credit_code is None:
        raise FieldError("credit_code", "企业用户须填写所属企业的统一社会信用代码。")
    firm = queries.firm_by_code(db, fields.credit_code)
    if firm is None:
        raise FieldError("credit_code", "企业库中没有这个统一社会信用代码，请核对，或先登记企业。")
    return int(firm.id)


def _told(user: User) -> dict[str, Any]:
    """What the trail tells of a user."""
    told = {"name": user.name, "role": user.role, "unit_id": user.unit_id, "firm_id": user.firm_id}
    return {**told, "is_head": user.is_head}


def _power(user: User) -> tuple[Role, int | None, int | None]:
    """What decides how far a user reaches."""
    return user.role, user.unit_id, user.firm_id
