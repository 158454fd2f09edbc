"""The permission gate: exactly one per route; it says who is asking and whether they may."""

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts
from sqlalchemy.orm import Session
from starlette.routing import Mount

from app.accounts import passwords, sessions
from app.accounts.models import SignedIn, User
from app.accounts.permissions import POLICY
from app.accounts.service import factor
from app.core import db as database
from app.core.address import row_number
from app.core.errors import Forbidden, NotFound, Unauthenticated
from app.web.assets import Assets
from app.web.database import Db
from app.web.forms import SAFE, TOKEN_FIELD, Posted

HEADER = "x-csrf-token"
OPEN_WHILE_CHANGE_IS_DUE = frozenset({"account:self"})
SIGN_IN_FIRST = "请先登录；如果刚才还在使用，可能是登录已超时。"


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
            raise Unauthenticated(sessions.why_ended(db, request) or SIGN_IN_FIRST)
        user = request.state.actor = signed_in.user
        request.state.signed_in = signed_in
        request.state.db = db
        _let_go(db, signed_in)
        request.state.csrf = sessions.form_token(request)
        sessions.touch(db, signed_in, request, apart=request.method in SAFE)
        if self.permission not in OPEN_WHILE_CHANGE_IS_DUE and passwords.change_is_due(user):
            raise PasswordChangeDue("请先修改密码。")
        if self.permission not in OPEN_WHILE_CHANGE_IS_DUE and factor.is_due(user):
            raise SecondFactorDue("请先开通两步登录。")
        if not user.may(self.permission):
            deny(request, "没有这项权限")
            raise Forbidden("您的岗位没有这项权限。如确有需要，请联系系统管理员。")
        return user


class PublicGate(Gate):
    """Lets anyone in and asks the database nothing; for signing in, setting a first password, health checks."""

    public = True

    def __init__(self) -> None:
        self.permission = "public"

    def __call__(self, request: Request, db: Db, posted: Posted) -> None:  # type: ignore[override]  # noqa: ARG002
        request.state.gate = self
        note_request(request, db)


class ObjectGate(Gate):
    """A gate that hands on an object instead of the user, who stays in `request.state.actor`; 404 where there is none.

    Subclasses say which parameter names it (`about`) and how it is found for this user (`find`).
    """

    def __call__(self, request: Request, db: Db, posted: Posted) -> Any:
        actor = self.admit(request, db)
        number = number_in(request, self.about or "")
        found = self.find(db, actor, number) if number else None
        if found is None:
            deny(request, "对象不存在或不在权限范围内")
            raise NotFound
        if request.method not in SAFE:
            check_form_token(request, str(posted.get(TOKEN_FIELD, "")))
        return found

    def find(self, db: Session, actor: User, number: int) -> Any:
        raise NotImplementedError


class PasswordChangeDue(Forbidden):
    """The user must set a new password before anything else."""


class SecondFactorDue(Forbidden):
    """The user's role must sign in with a second factor, which has to be turned on before anything else."""


class TokenStale(Forbidden):
    """The form belongs to an earlier session of this browser; what was typed can be posted again."""


def note_request(request: Request, db: Session) -> None:
    """What the audit trail keeps of the request itself."""
    request.state.request_id = getattr(request.state, "request_id", None) or secrets.token_hex(8)
    db.info["request"] = {"address": sessions.address_of(request), "request": request.state.request_id}


@contextmanager
def writing_apart(request: Request) -> Iterator[Session]:
    """A transaction of its own, for what a request must leave behind although it may not write, or is undone."""
    with database.writing() as own:
        note_request(request, own)
        yield own


def number_in(request: Request, parameter: str) -> int | None:
    """The row number in an address; None for what cannot be one."""
    return row_number(str(request.path_params.get(parameter, ""))) or None


def deny(request: Request, reason: str) -> None:
    """Mark the refusal for the audit trail; it is written after this request's transaction is gone."""
    request.state.denied = reason


@contextmanager
def noting_denials(request: Request) -> Iterator[None]:
    """What a service forbids, for whose the thing is, goes to the audit trail as what a gate refuses does."""
    try:
        yield
    except Forbidden as refusal:
        deny(request, refusal.message)
        raise


def check_form_token(request: Request, posted: str) -> None:
    given = request.headers.get(HEADER, posted)
    if not hmac.compare_digest(given.encode(), sessions.form_token(request).encode()):
        deny(request, "表单令牌不符")
        raise TokenStale("这个表单是上一次登录时打开的。请返回上一页刷新后重新提交。")


def check_gates(app: FastAPI) -> None:
    """Raise unless every route passes exactly one gate, and nothing but static files is mounted."""
    for context in every_route(app):
        route = context.original_route
        if isinstance(route, APIRoute):
            count = len(gates_of(context))
            assert count == 1, f"{context.methods} {context.path} passes {count} gates instead of one"
        else:
            files = isinstance(route, Mount) and isinstance(route.app, Assets)
            assert files, f"{type(route).__name__} {context.path} is neither a route with a gate nor static files"


def every_route(app: FastAPI) -> Iterator[RouteContext]:
    """Every route as it is served: routers stay nested in the application, so its list of routes is not enough."""
    late = getattr(app.router, "_low_priority_routes", [])
    return iter_route_contexts([*app.routes, *late])


def gates_of(context: RouteContext) -> list[Gate]:
    """The gates among a route's dependencies, however deep."""
    return list(_gates(context.dependant))


def _let_go(db: Session, signed_in: SignedIn) -> None:
    """Take who is asking out of the transaction: a rollback would make them unreadable for the error page."""
    for loaded in (signed_in, signed_in.user, signed_in.user.unit):
        if loaded is not None:
            db.expunge(loaded)


def _gates(dependant: Dependant) -> Iterator[Gate]:
    for inner in dependant.dependencies:
        if isinstance(inner.call, Gate):
            yield inner.call
        yield from _gates(inner)
