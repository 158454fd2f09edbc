"""What happens when somebody is refused: signed-out people are asked to sign in, denials are written down."""

import json
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.accounts import audit
from app.accounts.gate import PasswordChangeDue
from app.core import db
from app.core.errors import Forbidden, NotFound, Unauthenticated
from app.web import errors
from app.web.forms import SAFE, TOKEN_FIELD, Form
from app.web.pages import Pages, is_own_path

SECRET_FIELDS = ("password", "current", "repeat", TOKEN_FIELD)
MOST_KEPT = 200_000


def install(app: FastAPI) -> None:
    app.add_exception_handler(Unauthenticated, ask_to_sign_in)
    app.add_exception_handler(PasswordChangeDue, ask_for_new_password)
    app.add_exception_handler(Forbidden, denied)
    app.add_exception_handler(NotFound, denied)


def ask_to_sign_in(request: Request, error: Exception) -> Response:
    """A page asked for leads back to itself after sign-in; a form posted keeps what was typed."""
    assert isinstance(error, Unauthenticated)
    if request.method in SAFE:
        return RedirectResponse(f"/sign-in?next={quote(_address(request))}", status_code=303)
    return Pages(request).show(
        "accounts/sign_in.html",
        status=401,
        form=Form(),
        reason="登录已超时。刚才填写的内容已保留：重新登录后，点“继续提交”即可。",
        next=came_from(request),
        kept=json.dumps(kept_fields(request), ensure_ascii=False),
    )


def ask_for_new_password(_request: Request, _error: Exception) -> Response:
    return RedirectResponse("/password", status_code=303)


def denied(request: Request, error: Exception) -> Response:
    reason = getattr(request.state, "denied", None)
    if reason:
        _write_down(request, reason)
    return errors.refused(request, error)


def came_from(request: Request) -> str:
    """The page a form was on, as far as the browser says so."""
    parts = urlsplit(request.headers.get("referer", ""))
    address = parts.path + (f"?{parts.query}" if parts.query else "")
    return address if is_own_path(address) else "/"


def kept_fields(request: Request) -> dict[str, object]:
    """What was typed, to be carried through the sign-in page; never secrets or files."""
    posted: FormData = getattr(request, "_form", None) or FormData()
    pairs = [
        (name, value) for name, value in posted.multi_items() if isinstance(value, str) and name not in SECRET_FIELDS
    ]
    if sum(len(name) + len(value) for name, value in pairs) > MOST_KEPT:
        return {}
    return {"path": _address(request), "pairs": pairs}


def _address(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _write_down(request: Request, reason: str) -> None:
    with db.writing() as own:
        own.info["request"] = {"request": getattr(request.state, "request_id", "")}
        actor = getattr(request.state, "actor", None)
        audit.record(
            own,
            actor,
            "access.denied",
            changes={"method": request.method, "path": request.url.path[:200], "reason": reason},
            result="denied",
        )
