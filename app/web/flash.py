"""A message for the next page, in a signed cookie that the next page removes."""

import base64
import hashlib
import hmac
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app.core.keys import key_for
from app.settings import settings

COOKIE = "flash"
SECONDS = 60


def leave(response: Response, kind: str, text: str) -> None:
    body = base64.urlsafe_b64encode(json.dumps({"kind": kind, "text": text[:500]}).encode()).decode()
    response.set_cookie(
        COOKIE, f"{body}.{_seal(body)}", max_age=SECONDS, httponly=True, samesite="lax", secure=settings().secure
    )


def waiting(request: Request) -> list[dict[str, Any]]:
    """The messages left by the page before; a cookie that is not ours is ignored."""
    body, _, seal = request.cookies.get(COOKIE, "").partition(".")
    if not body or not hmac.compare_digest(seal, _seal(body)):
        return []
    return [json.loads(base64.urlsafe_b64decode(body))]


def _seal(body: str) -> str:
    return hmac.new(key_for("flash"), body.encode(), hashlib.sha256).hexdigest()
