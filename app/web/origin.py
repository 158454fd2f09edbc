"""Guards at the door: a request names a host of ours, is not too large, and changes things from our own pages only."""

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_LENGTH = 18
PORT = re.compile(r":\d+$")
NOT_FROM_HERE = PlainTextResponse("请求不是从本系统页面发出的，已拒绝。请回到系统页面重新操作。", status_code=403)
NOT_OUR_HOST = PlainTextResponse("网址不正确。请用本系统公布的网址访问。", status_code=400)


class KnownHost:
    """Refuses requests for a host that the settings do not list, so that no page is made with a foreign address."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        known = scope["type"] != "http" or _host(dict(scope["headers"])) in settings().host_list
        await (self.app if known else NOT_OUR_HOST)(scope, receive, send)


class NotTooLarge:
    """Refuses a body by the length it announces, before a byte of it is read."""

    def __init__(self, app: ASGIApp, most: int, refusal: ASGIApp) -> None:
        self.app = app
        self.most = most
        self.refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length = dict(scope.get("headers", ())).get(b"content-length", b"0")
        large = length.isdigit() and (len(length) > LONGEST_LENGTH or int(length) > self.most)
        await (self.refusal if large else self.app)(scope, receive, send)


class SameOrigin:
    """Refuses unsafe methods unless the browser itself says the request is same-origin."""

    def __init__(self, app: ASGIApp, refusal: ASGIApp = NOT_FROM_HERE) -> None:
        self.app = app
        self.refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        foreign = scope["type"] == "http" and scope["method"] not in SAFE and not _from_here(dict(scope["headers"]))
        await (self.refusal if foreign else self.app)(scope, receive, send)


def _host(headers: dict[bytes, bytes]) -> str:
    return PORT.sub("", headers.get(b"host", b"").decode("latin-1")).lower()


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
