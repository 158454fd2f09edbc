"""Sign in and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from app.accounts import service, sessions
from app.accounts.forms import SignIn
from app.accounts.gate import Gate, PublicGate
from app.accounts.models import User
from app.core.errors import FieldError
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter()

Anyone = Annotated[User | None, Depends(PublicGate())]
Oneself = Annotated[User, Depends(Gate("account:self"))]


@router.get("/", name="root")
def root(page: Page, actor: Anyone) -> Response:
    return RedirectResponse(page.url("home.show") if actor else page.url("session.new"), status_code=303)


@router.get("/sign-in", name="session.new")
def new_session(page: Page, _actor: Anyone, next: str = "/") -> Response:  # noqa: A002 - the address people see
    return page.show("accounts/sign_in.html", form=Form(), reason="", next=next, kept="")


@router.post("/sign-in", name="session.create")
def create_session(request: Request, page: Page, db: Db, _actor: Anyone, posted: Posted) -> Response:
    form = Form.bind(SignIn, posted)
    if form.data:
        try:
            user = service.sign_in(db, request, form.data)
        except FieldError as error:
            form.reject(error)
        else:
            response = page.go_to(form.data.next)
            sessions.give(response, sessions.start(db, user, request))
            return response
    return page.show("accounts/sign_in.html", fragment="form", status=422, form=form, reason="", next="/", kept="")


@router.post("/sign-out", name="session.delete")
def delete_session(request: Request, page: Page, db: Db, actor: Oneself) -> Response:
    service.sign_out(db, actor, request.state.signed_in)
    response = page.go("session.new", done="已退出登录。")
    sessions.take_back(response)
    return response
