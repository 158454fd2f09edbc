"""The permission gate: exactly one per route; it says who is asking and whether they may."""

import hmac
import secrets
from typing import ClassVar

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.accounts import sessions
from app.accounts.models import User
from app.accounts.permissions import POLICY
from app.core.errors import Forbidden, Unauthenticated
from app.web.database import Db
from app.web.forms import SAFE, TOKEN_FIELD, Posted

HEADER = "x-csrf-token"
OPEN_WHILE_CHANGE_IS_DUE = frozenset({"account:self"})


class Gate:
    """`actor: Annotated[User, Depends(Gate("firm:list"))]`; answers 401, 403 or the user.

    `about` names the path parameter of the object that a subclass loads and checks as well.
    """

    about: ClassVar[str | None] = None
    public = False

    def __init__(self, permission: str) -> None:
        assert permission in POLICY, f"unknown permission {permission}"
        self.permission = permission

    def __call__(self, request: Request, db: Db, posted: Posted) -> User:
        user = self.admit(request, db)
        if request.method not in SAFE:
            check_form_token(request, str(posted.get(TOKEN_FIELD, "")))
        return user

    def admit(self, request: Request, db: Session) -> User:
        """The signed-in user if their role has the permission."""
        request.state.gate = self
        note_request(request, db)
        signed_in = sessions.current(db, request)
        if signed_in is None:
            raise Unauthenticated("请先登录；如果刚才还在使用，可能是登录已超时。")
        user = signed_in.user
        request.state.signed_in = signed_in
        request.state.csrf = sessions.form_token(request)
        sessions.touch(db, signed_in, apart=request.method in SAFE)
        if user.must_change and self.permission not in OPEN_WHILE_CHANGE_IS_DUE:
            raise PasswordChangeDue("请先修改密码。")
        request.state.actor = user
        if not user.may(self.permission):
            deny(request, "没有这项权限")
            raise Forbidden("您的岗位没有这项权限。如确有需要，请联系系统管理员。")
        return user


class PublicGate(Gate):
    """Lets anyone in; for signing in, setting a first password, and health checks."""

    public = True

    def __init__(self) -> None:
        self.permission = "public"

    def __call__(self, request: Request, db: Db, posted: Posted) -> User | None:  # type: ignore[override]  # noqa: ARG002
        request.state.gate = self
        note_request(request, db)
        signed_in = sessions.current(db, request)
        return signed_in.user if signed_in else None


class PasswordChangeDue(Forbidden):
    """The user must set a new password before anything else."""


def note_request(request: Request, db: Session) -> None:
    """What the audit trail keeps of the request itself."""
    request.state.request_id = getattr(request.state, "request_id", None) or secrets.token_hex(8)
    db.info["request"] = {"address": sessions.address_of(request), "request": request.state.request_id}


def deny(request: Request, reason: str) -> None:
    """Mark the refusal for the audit trail; it is written after this request's transaction is gone."""
    request.state.denied = reason


def check_form_token(request: Request, posted: str) -> None:
    given = request.headers.get(HEADER, posted)
    if not hmac.compare_digest(given.encode(), sessions.form_token(request).encode()):
        deny(request, "表单令牌不符")
        raise Forbidden("这个表单已经过期。请返回上一页刷新后重新提交，填写的内容可先复制保存。")


def requires(permission: str) -> object:
    """`Depends(Gate(permission))`, for route signatures."""
    return Depends(Gate(permission))
