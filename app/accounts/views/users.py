"""Users, for the administrator: list, make, edit, disable, send a one-time link, sign out."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts import queries, service
from app.accounts.conflicts import both_versions
from app.accounts.forms import NewUser, UserEdit
from app.accounts.gate import Gate, ObjectGate
from app.accounts.models import User
from app.accounts.permissions import Role
from app.accounts.search import USER_STATES, UserSearch
from app.accounts.service.links import link_path
from app.core.errors import FieldError, Stale
from app.core.paging import page_asked
from app.settings import settings
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter()


class UserGate(ObjectGate):
    about = "user_id"

    def find(self, db: Session, actor: User, number: int) -> User | None:  # noqa: ARG002
        return db.get(User, number)


Lister = Annotated[User, Depends(Gate("user:list"))]
Keeper = Annotated[User, Depends(Gate("user:write"))]
Subject = Annotated[User, Depends(UserGate("user:write"))]


@router.get("/users", name="users.index")
def index(request: Request, page: Page, db: Db, _actor: Lister) -> Response:
    search = UserSearch.read(request.query_params)
    number, size = page_asked(request.query_params)
    found = queries.users_page(db, search, number=number, size=size)
    return page.show(
        "accounts/users.html",
        fragment="results",
        users=found,
        firms=queries.firms_by_id(db, (user.firm_id for user in found.items)),
        search=search,
        roles=Role.options(),
        units=queries.unit_options(db),
        states=USER_STATES,
    )


@router.get("/users/new", name="users.new")
def new(page: Page, db: Db, _actor: Keeper) -> Response:
    return _show_form(page, db, Form(), None)


@router.post("/users", name="users.create")
def create(page: Page, db: Db, actor: Keeper, posted: Posted) -> Response:
    form = Form.bind(NewUser, posted)
    if form.data:
        try:
            user = service.create_user(db, actor, form.data)
            return _show_link(page, db, actor, user)
        except FieldError as error:
            form.reject(error)
    return _show_form(page, db, form, None, status=422)


@router.get("/users/{user_id}/edit", name="users.edit")
def edit(page: Page, db: Db, user: Subject) -> Response:
    return _show_form(page, db, Form(values={**_values(db, user), "version": user.version}), user)


@router.post("/users/{user_id}", name="users.update")
def update(request: Request, page: Page, db: Db, user: Subject, posted: Posted) -> Response:
    form = Form.bind(UserEdit, posted)
    if form.data:
        try:
            service.edit_user(db, request.state.actor, user, form.data)
            return page.go("users.index", done=f"已保存“{user.name}”。")
        except FieldError as error:
            form.reject(error)
        except Stale:
            conflict = both_versions(db, user, _shown(db, form.values), _shown(db, _values(db, user)))
            form.values["version"] = user.version
            return _show_form(page, db, form, user, status=Stale.status, conflict=conflict)
    return _show_form(page, db, form, user, status=422)


@router.post("/users/{user_id}/disabling", name="users.disable")
def disable(request: Request, page: Page, db: Db, user: Subject) -> Response:
    service.disable_user(db, request.state.actor, user)
    return page.go("users.index", done=f"已停用“{user.name}”，其登录已全部退出。")


@router.post("/users/{user_id}/reinstating", name="users.reinstate")
def reinstate(request: Request, page: Page, db: Db, user: Subject) -> Response:
    service.reinstate_user(db, request.state.actor, user)
    return page.go("users.index", done=f"已恢复“{user.name}”。")


@router.post("/users/{user_id}/signing-out", name="users.sign_out")
def sign_out(request: Request, page: Page, db: Db, user: Subject) -> Response:
    count = service.end_sessions(db, request.state.actor, user)
    return page.go("users.index", done=f"已结束“{user.name}”的 {count} 处登录。")


@router.post("/users/{user_id}/second-factor-reset", name="users.reset_factor")
def reset_factor(request: Request, page: Page, db: Db, user: Subject) -> Response:
    service.reset_factor(db, request.state.actor, user)
    return page.go("users.index", done=f"已重置“{user.name}”的两步登录。")


@router.post("/users/{user_id}/link", name="users.link")
def link(request: Request, page: Page, db: Db, user: Subject) -> Response:
    return _show_link(page, db, request.state.actor, user)


def _values(db: Session, user: User) -> dict[str, Any]:
    firm = queries.firms_by_id(db, [user.firm_id]).get(user.firm_id or 0)
    return {
        "name": user.name,
        "role": user.role.code,
        "unit_id": user.unit_id,
        "credit_code": firm.credit_code if firm else "",
        "is_head": "on" if user.is_head else "",
    }


def _shown(db: Session, values: dict[str, Any]) -> dict[str, str]:
    """A version in words, by label."""
    units = {str(unit.id): unit.name for unit in queries.units(db)}
    return {
        "姓名": str(values.get("name", "")),
        "岗位": dict(Role.options()).get(str(values.get("role")), ""),
        "单位": units.get(str(values.get("unit_id")), ""),
        "所属企业": str(values.get("credit_code") or ""),
        "单位负责人": "是" if values.get("is_head") else "否",
    }


def _show_link(page: Page, db: Db, actor: User, user: User) -> Response:
    """The link is shown once, in the answer itself: it is kept nowhere it could be read again."""
    token = service.one_time_link(db, user, actor=actor)
    return page.show("accounts/link.html", user=user, link=settings().public_origin + link_path(token))


def _show_form(
    page: Page, db: Db, form: Form[Any], user: User | None, *, status: int = 200, conflict: dict[str, Any] | None = None
) -> Response:
    return page.show(
        "accounts/user.html",
        status=status,
        form=form,
        user=user,
        conflict=conflict,
        roles=Role.options(),
        units=queries.unit_options(db),
    )
