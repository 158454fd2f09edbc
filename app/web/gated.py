"""Deny by default at run time: an answer that no permission gate has allowed never leaves."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN_PREFIXES = ("/static/",)
REFUSED = 400


class OnlyGated:
    """Turns a success that passed no gate into a 500, whichever route, mount or schema produced it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(OPEN_PREFIXES):
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        blocked = False

        async def send_if_gated(message: Message) -> None:
            nonlocal blocked
            if message["type"] == "http.response.start" and message["status"] < REFUSED and "gate" not in state:
                blocked = True
                await PlainTextResponse("此地址没有登记访问权限，已拒绝。", status_code=500)(scope, receive, send)
            if not blocked:
                await send(message)

        await self.app(scope, receive, send_if_gated)
