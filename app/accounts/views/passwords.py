"""Setting a first password through a one-time link, and changing it later."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.accounts import password_rules, passwords, queries, service, sessions
from app.accounts.forms import NewPassword, PasswordChange
from app.accounts.gate import Gate, PublicGate
from app.accounts.models import OneTimeLink, User
from app.accounts.service.links import hash_of
from app.core.errors import FieldError, NotFound
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter()

Oneself = Annotated[User, Depends(Gate("account:self"))]
LINK_IS_DEAD = "这个链接已失效：可能已经用过、超过有效期，或没有复制完整。请联系系统管理员重新发送。"


def usable_link(token: str, db: Db) -> OneTimeLink:
    """The link of the address; a used, expired, withdrawn or made-up one looks the same."""
    link = queries.link_by_token_hash(db, hash_of(token))
    if link is None:
        raise NotFound(LINK_IS_DEAD)
    return link


Link = Annotated[OneTimeLink, Depends(usable_link)]


@router.get("/welcome/{token}", name="first_password.new", dependencies=[Depends(PublicGate())])
def new(page: Page, link: Link) -> Response:
    return _show_first(page, Form(), link.user)


@router.post("/welcome/{token}", name="first_password.create", dependencies=[Depends(PublicGate())])
def create(page: Page, db: Db, link: Link, posted: Posted) -> Response:
    form = Form.bind(NewPassword, posted)
    if form.data:
        try:
            service.set_first_password(db, link, form.data)
            return page.go("session.new", done="密码已设置，请登录。")
        except FieldError as error:
            form.reject(error)
    return _show_first(page, form, link.user, status=422)


@router.get("/password", name="password.edit")
def edit(page: Page, actor: Oneself) -> Response:
    return _show_change(page, Form(), actor)


@router.post("/password", name="password.update")
def update(request: Request, page: Page, db: Db, actor: Oneself, posted: Posted) -> Response:
    form = Form.bind(PasswordChange, posted)
    if form.data:
        try:
            service.change_password(db, actor, form.data, address=sessions.address_of(request))
            response = page.go("root", done="密码已修改，其他设备上的登录已退出。")
            sessions.give(response, sessions.start(db, actor, request))
        except FieldError as error:
            form.reject(error)
        else:
            return response
    return _show_change(page, form, actor, status=422)


def _show_first(page: Page, form: Form[NewPassword], user: User, *, status: int = 200) -> Response:
    _forget_secrets(form)
    rules = password_rules.rules_in_words()
    return page.show("accounts/first_password.html", status=status, form=form, user=user, rules=rules)


def _show_change(page: Page, form: Form[PasswordChange], actor: User, *, status: int = 200) -> Response:
    _forget_secrets(form)
    due = passwords.change_is_due(actor)
    rules = password_rules.rules_in_words()
    return page.show("accounts/password.html", status=status, form=form, due=due, first=actor.must_change, rules=rules)


def _forget_secrets(form: Form[NewPassword] | Form[PasswordChange]) -> None:
    form.values.clear()
