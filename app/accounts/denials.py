"""What happens when somebody is refused: signed-out people are asked to sign in, denials are written down.

One event for each request that was refused or not carried out. A page merely asked for before signing in, or
before a due change of password, is led there and leaves no event: strangers could fill the trail by asking.
"""

from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from app.accounts import audit, kept
from app.accounts.gate import PasswordChangeDue, SecondFactorDue, TokenStale, writing_apart
from app.core.errors import Forbidden, NotFound, Unauthenticated
from app.web import errors
from app.web.forms import SAFE, Form
from app.web.pages import Pages, is_own_path

TYPED_TEXT_IS_KEPT = "刚才填写的内容已保留：重新登录后，点“继续提交”即可。"
ELSEWHERE = "请求不是从本系统页面发出的，已拒绝。请回到系统页面重新操作。"
FORM_IS_OLD = "这个表单是上一次登录时打开的，为安全起见没有提交。请核对后点“继续提交”。"


def install(app: FastAPI) -> None:
    app.add_exception_handler(Unauthenticated, ask_to_sign_in)
    app.add_exception_handler(PasswordChangeDue, ask_for_new_password)
    app.add_exception_handler(SecondFactorDue, ask_for_second_factor)
    app.add_exception_handler(TokenStale, offer_again)
    app.add_exception_handler(Forbidden, denied)
    app.add_exception_handler(NotFound, denied)
    app.add_exception_handler(RequestValidationError, no_such_object)


def ask_to_sign_in(request: Request, error: Exception) -> Response:
    """A page asked for leads back to itself after sign-in; a form posted keeps what was typed."""
    assert isinstance(error, Unauthenticated)
    if request.method in SAFE:
        return _lead(request, f"/sign-in?next={quote(_page_of(request))}")
    _write_down(request, "没有登录")
    typed = kept.keep(request)
    response = Pages(request).show(
        "accounts/sign_in.html",
        status=401,
        form=Form(),
        reason=f"{error.message}{TYPED_TEXT_IS_KEPT if typed else ''}",
        next=came_from(request),
        kept=str(typed or ""),
    )
    # A fragment's place is too small for the sign-in page.
    response.headers["HX-Retarget"] = "body"
    return response


def ask_for_new_password(request: Request, _error: Exception) -> Response:
    if request.method not in SAFE:
        _write_down(request, "须先修改密码")
    return _lead(request, "/password")


def ask_for_second_factor(request: Request, _error: Exception) -> Response:
    if request.method not in SAFE:
        _write_down(request, "须先开通两步登录")
    return _lead(request, "/account/second-factor")


def offer_again(request: Request, error: Exception) -> Response:
    """What was typed in a form of an earlier session, with the token of this one; a click posts it again."""
    typed = kept.keep(request)
    if typed is None:
        return denied(request, error)
    _write_down(request, request.state.denied)
    return Pages(request).show("accounts/resume.html", status=403, kept=typed, reason=FORM_IS_OLD)


def denied(request: Request, error: Exception) -> Response:
    reason = getattr(request.state, "denied", None) or _missing(request, error)
    if reason:
        _write_down(request, reason)
    return errors.refused(request, error)


def no_such_object(request: Request, _error: Exception) -> Response:
    """An address whose parameter cannot be a number or a name is one that does not exist."""
    return denied(request, NotFound())


def cross_site(app: FastAPI) -> ASGIApp:
    """The answer to a form sent from another site, for the guard that stands before the application."""

    def refuse(request: Request) -> Response:
        _write_down(request, "请求来自其他网站")
        return errors.page(request, Forbidden.status, Forbidden.title, ELSEWHERE)

    return errors.at_the_door(app, refuse)


def came_from(request: Request) -> str:
    """The page a form was on, as far as the browser says so."""
    parts = urlsplit(request.headers.get("referer", ""))
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    return address if is_own_path(address) else "/"


def _lead(request: Request, address: str) -> Response:
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)


def _page_of(request: Request) -> str:
    """The page a request was made from or for: a fragment's own address shows no page."""
    if not request.headers.get("hx-request"):
        return kept.address(request)
    parts = urlsplit(request.headers.get("hx-current-url", ""))
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    return address if is_own_path(address) else "/"


def _missing(request: Request, error: Exception) -> str:
    """Asking for what is not there is written down as asking for what is not one's own is: from outside both are one.

    A stranger asking for a page leaves nothing, as ever.
    """
    known = hasattr(request.state, "actor") or request.method not in SAFE
    return "对象不存在或不在权限范围内" if isinstance(error, NotFound) and request.path_params and known else ""


def _write_down(request: Request, reason: str) -> None:
    with writing_apart(request) as own:
        changes = {"method": request.method, "path": errors.told_path(request), "reason": reason}
        audit.record(own, getattr(request.state, "actor", None), "access.denied", changes=changes, result="denied")
