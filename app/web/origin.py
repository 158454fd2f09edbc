"""Cross-site guard: an unsafe request must come from our own pages."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class SameOrigin:
    """Refuses unsafe methods unless the browser itself says the request is same-origin."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in SAFE and not _from_here(dict(scope["headers"])):
            refusal = PlainTextResponse("请求不是从本系统页面发出的，已拒绝。请回到系统页面重新操作。", status_code=403)
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _from_here(headers: dict[bytes, bytes]) -> bool:
    # Browsers leave Sec-Fetch-Site out over plain HTTP on an intranet; Origin is then sent with every
    # unsafe request. With neither, the request does not come from a browser page of ours.
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site == b"same-origin"
    return headers.get(b"origin", b"").decode("latin-1") in _own_origins(headers)


def _own_origins(headers: dict[bytes, bytes]) -> set[str]:
    host = headers.get(b"host", b"").decode("latin-1")
    return {settings().public_origin} | ({f"http://{host}"} if not settings().secure else set())
