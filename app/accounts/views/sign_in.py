"""Sign in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.accounts import devices, kept, passwords, pending, service, sessions
from app.accounts.forms import CodeEntry, SignIn
from app.accounts.gate import Gate, PublicGate
from app.accounts.models import User
from app.core.errors import FieldError
from app.web import flash
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter()

Oneself = Annotated[User, Depends(Gate("account:self"))]
TOO_LATE = "密码输入后超过 5 分钟没有输入动态口令，请重新登录。"
LOGGED_IN_AGAIN = "已重新登录。下面是刚才没有提交成功的内容，请核对后点“继续提交”。"


@router.get("/", name="root", dependencies=[Depends(PublicGate())])
def root(page: Page) -> Response:
    return page.go("home.show")


@router.get("/sign-in", name="session.new", dependencies=[Depends(PublicGate())])
def new(request: Request, page: Page, db: Db, next: str = "/") -> Response:  # noqa: A002 - the address people see
    reason = sessions.why_ended(db, request)
    return page.show("accounts/sign_in.html", form=Form(), reason=reason, next=next, kept="")


@router.post("/sign-in", name="session.create", dependencies=[Depends(PublicGate())])
def create(request: Request, page: Page, db: Db, posted: Posted) -> Response:
    form = Form.bind(SignIn, posted)
    device = devices.of(request)
    if form.data:
        try:
            user = service.check_password(db, form.data, address=sessions.address_of(request), device=device)
        except FieldError as error:
            form.reject(error)
        else:
            if user.second_factor_at is not None:
                return _ask_for_code(page, Form(), pending.make(user), next=form.data.next, kept=form.data.kept)
            return _let_in(request, page, db, user, form.data)
    form.values.pop("password", None)
    went = {name: str(form.values.get(name, "")) for name in ("next", "kept")}
    return page.show("accounts/sign_in.html", status=422, form=form, reason="", **went)


@router.post("/sign-in/code", name="session.confirm", dependencies=[Depends(PublicGate())])
def confirm(request: Request, page: Page, db: Db, posted: Posted) -> Response:
    """The second step: whose password was right a moment ago, and now the code."""
    form = Form.bind(CodeEntry, posted)
    went = {name: str(form.values.get(name, "")) for name in ("next", "kept")}
    note = str(form.values.get("pending", ""))
    user = pending.read(db, note)
    if user is None:
        return page.show("accounts/sign_in.html", status=422, form=Form(), reason=TOO_LATE, **went)
    if form.data:
        try:
            service.confirm_factor(db, user, form.data.code, address=sessions.address_of(request))
        except FieldError as error:
            form.reject(error)
        else:
            return _let_in(request, page, db, user, form.data)
    form.values.pop("code", None)
    return _ask_for_code(page, form, note, **went, status=422)


@router.post("/sign-out", name="session.delete")
def delete(request: Request, page: Page, db: Db, actor: Oneself) -> Response:
    service.sign_out(db, actor, request.state.signed_in)
    response = page.go("session.new", done="已退出登录。")
    sessions.take_back(response)
    return response


def _ask_for_code(page: Page, form: Form[CodeEntry], note: str, *, status: int = 200, **went: str) -> Response:
    """`went`: where the user was going (`next`), and what was typed before the session ran out (`kept`)."""
    return page.show("accounts/code.html", status=status, form=form, pending=note, **went)


def _let_in(request: Request, page: Page, db: Db, user: User, fields: SignIn | CodeEntry) -> Response:
    service.let_in(db, user)
    response = admit(request, page, user, sessions.start(db, user, request), fields)
    devices.remember(response, devices.of(request), user.id)
    return response


def admit(request: Request, page: Page, user: User, token: str, fields: SignIn | CodeEntry) -> Response:
    """On to where the user was going; or, where a form had not been taken, to posting it again."""
    typed = kept.read(fields.kept)
    if typed is None:
        response = page.go_to(fields.next)
        warning = passwords.expiry_warning(user)
        if warning:
            flash.leave(response, "warn", warning)
    else:
        request.state.csrf = sessions.form_token_for(token)
        response = page.show("accounts/resume.html", kept=typed, reason=LOGGED_IN_AGAIN)
    sessions.give(response, token)
    return response
