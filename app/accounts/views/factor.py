"""两步登录: one's own second factor, and the second step of signing in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.accounts import service, sessions, totp
from app.accounts.forms import FactorChange
from app.accounts.gate import Gate
from app.accounts.models import User
from app.accounts.service import factor
from app.core.errors import FieldError
from app.settings import settings
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page

router = APIRouter()

Oneself = Annotated[User, Depends(Gate("account:self"))]


@router.get("/account/second-factor", name="factor.show")
def show(request: Request, page: Page, db: Db, actor: Oneself) -> Response:
    return _show(request, page, db, actor, Form())


@router.post("/account/second-factor", name="factor.enable")
def enable(request: Request, page: Page, db: Db, actor: Oneself, posted: Posted) -> Response:
    form = Form.bind(FactorChange, posted)
    if form.data:
        try:
            address = sessions.address_of(request)
            codes = service.enable_factor(db, actor, request.state.signed_in, form.data, address=address)
        except FieldError as error:
            form.reject(error)
        else:
            return page.show("accounts/recovery_codes.html", codes=codes)
    return _show(request, page, db, actor, form, status=422)


@router.post("/account/second-factor/removal", name="factor.disable")
def disable(request: Request, page: Page, db: Db, actor: Oneself, posted: Posted) -> Response:
    form = Form.bind(FactorChange, posted)
    if form.data:
        try:
            address = sessions.address_of(request)
            service.disable_factor(db, actor, request.state.signed_in, form.data, address=address)
            return page.go("factor.show", done="已关闭两步登录。")
        except FieldError as error:
            form.reject(error)
    return _show(request, page, db, actor, form, status=422)


def _show(
    request: Request, page: Page, db: Db, actor: User, form: Form[FactorChange], *, status: int = 200
) -> Response:
    form.values.clear()
    on = actor.second_factor_at is not None
    seed = factor.proposed_seed(db, actor, request.state.signed_in)
    return page.show(
        "accounts/second_factor.html",
        status=status,
        form=form,
        on=on,
        due=factor.is_due(actor),
        required=factor.is_required(actor),
        seed="" if on else totp.in_letters(seed),
        address="" if on else totp.address(seed, issuer=f"梯度 {settings().district}", username=actor.username),
        codes_left=factor.codes_left(db, actor),
    )
