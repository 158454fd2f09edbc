"""Known devices: a signed cookie that gives whoever signed in here before a budget of tries of their own."""

import secrets
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from app.core import keys
from app.settings import settings

COOKIE = "device"
SECONDS = 365 * 24 * 3600
MOST_USERS = 5


@dataclass(frozen=True)
class Device:
    """A browser, and the users who signed in on it; nobody else's tries count against them here."""

    code: str = field(default_factory=lambda: secrets.token_hex(8))
    users: tuple[int, ...] = ()

    def knows(self, user_id: int) -> bool:
        return user_id in self.users


def of(request: Request) -> Device:
    """The device a request comes from; a new one where the cookie is missing or not ours."""
    text, _, given = request.cookies.get(COOKIE, "").rpartition(".")
    if not text or not keys.is_sealed("device", text, given):
        return Device()
    code, _, users = text.partition(".")
    return Device(code, tuple(int(number) for number in users.split("-") if number))


def remember(response: Response, device: Device, user_id: int) -> None:
    users = (user_id, *(known for known in device.users if known != user_id))[:MOST_USERS]
    text = f"{device.code}.{'-'.join(map(str, users))}"
    sealed = f"{text}.{keys.seal('device', text)}"
    response.set_cookie(COOKIE, sealed, max_age=SECONDS, httponly=True, samesite="lax", secure=settings().secure)
