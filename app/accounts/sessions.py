"""Signed-in sessions: opaque token in the cookie, its hash in the table, idle and absolute limits."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import SignedIn, User
from app.accounts.permissions import Role
from app.core import clock, db
from app.core.keys import key_for
from app.settings import settings

CAREFUL = {Role.ADMIN, Role.FINANCE, Role.AUDIT}
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
CAREFUL_IDLE = timedelta(minutes=15)
CAREFUL_ABSOLUTE = timedelta(hours=8)
MOST_PER_USER = 5
TOUCH_EVERY = timedelta(minutes=1)


def cookie_name() -> str:
    return "__Host-s" if settings().secure else "s"


def start(session: Session, user: User, request: Request) -> str:
    """Sign a user in and return the token for the cookie; the oldest session over the limit is ended."""
    _end_oldest(session, user)
    token = secrets.token_urlsafe(32)
    moment = clock.now()
    session.add(
        SignedIn(
            token_hash=_hash(token),
            user=user,
            started_at=moment,
            seen_at=moment,
            address=address_of(request),
            browser=request.headers.get("user-agent", "")[:200],
        )
    )
    return token


def give(response: Response, token: str) -> None:
    response.set_cookie(cookie_name(), token, httponly=True, samesite="lax", secure=settings().secure, path="/")


def take_back(response: Response) -> None:
    response.delete_cookie(cookie_name(), httponly=True, samesite="lax", secure=settings().secure, path="/")
    response.headers["clear-site-data"] = '"cache", "storage"'


def current(session: Session, request: Request) -> SignedIn | None:
    """The live session behind a request's cookie; one past its limits does not count."""
    token = request.cookies.get(cookie_name(), "")
    if not token:
        return None
    found = session.scalar(sa.select(SignedIn).where(SignedIn.token_hash == _hash(token)))
    return found if found is not None and is_live(found, clock.now()) else None


def is_live(signed_in: SignedIn, moment: datetime) -> bool:
    careful = signed_in.user.role in CAREFUL
    idle, absolute = (CAREFUL_IDLE, CAREFUL_ABSOLUTE) if careful else (IDLE, ABSOLUTE)
    return (
        signed_in.ended_at is None
        and signed_in.user.disabled_at is None
        and moment - signed_in.seen_at <= idle
        and moment - signed_in.started_at <= absolute
    )


def touch(session: Session, signed_in: SignedIn, *, apart: bool) -> None:
    """Note that the user is still there, once a minute; `apart` when the request itself may not write."""
    moment = clock.now()
    if moment - signed_in.seen_at < TOUCH_EVERY:
        return
    change = sa.update(SignedIn).where(SignedIn.id == signed_in.id).values(seen_at=moment)
    if not apart:
        session.execute(change)
        return
    with db.writing() as own:
        own.execute(change)


def end(signed_in: SignedIn, reason: str) -> None:
    signed_in.ended_at = clock.now()
    signed_in.end_reason = reason


def end_all(session: Session, user: User, reason: str, *, but: SignedIn | None = None) -> None:
    """End every session of a user, save perhaps the one in use."""
    live = sa.select(SignedIn).where(SignedIn.user_id == user.id, SignedIn.ended_at.is_(None))
    for signed_in in session.scalars(live):
        if but is None or signed_in.id != but.id:
            end(signed_in, reason)


def form_token(request: Request) -> str:
    """The token that every unsafe request of this session must repeat."""
    cookie = request.cookies.get(cookie_name(), "")
    return hmac.new(key_for("csrf"), cookie.encode(), hashlib.sha256).hexdigest() if cookie else ""


def address_of(request: Request) -> str:
    """The caller's address; a forwarded one counts only from a listed proxy."""
    direct = request.client.host if request.client else "unknown"
    forwarded = request.headers.get("x-forwarded-for", "")
    if direct in settings().proxy_list and forwarded:
        return forwarded.split(",")[-1].strip()[:64]
    return direct[:64]


def _end_oldest(session: Session, user: User) -> None:
    live = sa.select(SignedIn).where(SignedIn.user_id == user.id, SignedIn.ended_at.is_(None))
    ordered = session.scalars(live.order_by(SignedIn.seen_at.desc())).all()
    for signed_in in ordered[MOST_PER_USER - 1 :]:
        end(signed_in, "同时登录的设备超过上限，最早的一个已退出")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
