"""Signed-in sessions: opaque token in the cookie, its hash in the table, idle and absolute limits."""

import hashlib
import secrets
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from fastapi import Request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import SignedIn, User
from app.accounts.permissions import Role
from app.core import clock, db, keys
from app.settings import settings

CAREFUL = {Role.ADMIN, Role.FINANCE, Role.AUDIT}
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
CAREFUL_IDLE = timedelta(minutes=15)
CAREFUL_ABSOLUTE = timedelta(hours=8)
MOST_PER_USER = 5
TOUCH_EVERY = timedelta(minutes=1)
BACKGROUND = "x-background"
TOO_MANY_DEVICES = f"这个账号已在 {MOST_PER_USER} 处登录，最久未用的一处（本机）已退出。"


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
            user_id=user.id,
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
    found = _behind_cookie(session, request)
    return found if found is not None and not why_over(found, clock.now()) else None


def why_ended(session: Session, request: Request) -> str:
    """Why the session behind a request's cookie is over; empty where there never was one."""
    found = _behind_cookie(session, request)
    return why_over(found, clock.now()) if found is not None else ""


def why_over(signed_in: SignedIn, moment: datetime) -> str:
    """Why a session counts no more, as a sentence; empty while it is live."""
    careful = signed_in.user.role in CAREFUL
    idle, absolute = (CAREFUL_IDLE, CAREFUL_ABSOLUTE) if careful else (IDLE, ABSOLUTE)
    match signed_in:
        case SignedIn(ended_at=datetime()):
            return signed_in.end_reason or "登录已结束。"
        case SignedIn(user=User(disabled_at=datetime())):
            return "这个账号已停用，如有疑问请联系系统管理员。"
        case _ if moment - signed_in.seen_at > idle:
            return f"超过 {int(idle.total_seconds() // 60)} 分钟没有操作，已自动退出。"
        case _ if moment - signed_in.started_at > absolute:
            return f"登录已满 {int(absolute.total_seconds() // 3600)} 小时，为安全起见请重新登录。"
        case _:
            return ""


def touch(session: Session, signed_in: SignedIn, request: Request, *, apart: bool) -> None:
    """Note that the user is still there, once a minute; `apart` when the request itself may not write.

    What a page asks for by itself (marked by the X-Background header) does not keep anybody signed in.
    """
    moment = clock.now()
    if moment - signed_in.seen_at < TOUCH_EVERY or BACKGROUND in request.headers:
        return
    change = sa.update(SignedIn).where(SignedIn.id == signed_in.id).values(seen_at=moment)
    if not apart:
        session.execute(change)
        return
    # A busy writer must not cost somebody the page, nor a wait for it: the next request notes it as well.
    with suppress(OperationalError, PoolTimeout), db.writing(lock_wait=0) as own:
        own.execute(change)


def end(signed_in: SignedIn, reason: str) -> None:
    signed_in.ended_at = clock.now()
    signed_in.end_reason = reason


def end_all(session: Session, user: User, reason: str, *, but: SignedIn | None = None) -> int:
    """End every session of a user, save perhaps the one in use; says how many."""
    live = sa.select(SignedIn).where(SignedIn.user_id == user.id, SignedIn.ended_at.is_(None))
    ending = [signed_in for signed_in in session.scalars(live) if but is None or signed_in.id != but.id]
    for signed_in in ending:
        end(signed_in, reason)
    return len(ending)


def form_token(request: Request) -> str:
    """The token that every unsafe request of this session must repeat."""
    return form_token_for(request.cookies.get(cookie_name(), ""))


def form_token_for(token: str) -> str:
    return keys.seal("csrf", token) if token else ""


def address_of(request: Request) -> str:
    """The caller's address; a forwarded one counts only from a listed proxy."""
    direct = request.client.host if request.client else "unknown"
    forwarded = request.headers.get("x-forwarded-for", "")
    if direct in settings().proxy_list and forwarded:
        return forwarded.split(",")[-1].strip()[:64]
    return direct[:64]


def _behind_cookie(session: Session, request: Request) -> SignedIn | None:
    token = request.cookies.get(cookie_name(), "")
    return session.scalar(sa.select(SignedIn).where(SignedIn.token_hash == _hash(token))) if token else None


def _end_oldest(session: Session, user: User) -> None:
    live = sa.select(SignedIn).where(SignedIn.user_id == user.id, SignedIn.ended_at.is_(None))
    ordered = session.scalars(live.order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())).all()
    for signed_in in ordered[MOST_PER_USER - 1 :]:
        end(signed_in, TOO_MANY_DEVICES)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
