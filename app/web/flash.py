"""A message for the next page, in a signed cookie that the next page removes."""

import base64
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app.core import keys
from app.settings import settings

COOKIE = "flash"
SECONDS = 60
LONGEST = 500


def leave(response: Response, kind: str, text: str) -> None:
    body = base64.urlsafe_b64encode(json.dumps({"kind": kind, "text": text[:LONGEST]}).encode()).decode()
    response.set_cookie(
        COOKIE,
        f"{body}.{keys.seal('flash', body)}",
        max_age=SECONDS,
        httponly=True,
        samesite="lax",
        secure=settings().secure,
    )


def waiting(request: Request) -> list[dict[str, Any]]:
    """The messages left by the page before; a cookie that is not ours is ignored."""
    body, _, given = request.cookies.get(COOKIE, "").partition(".")
    if not body or not keys.is_sealed("flash", body, given):
        return []
    return [json.loads(base64.urlsafe_b64decode(body))]
