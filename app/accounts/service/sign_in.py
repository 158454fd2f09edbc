"""Signing in and out, and ending sessions from afar."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import attempts, audit, passwords, queries, sessions
from app.accounts.attempts import Refusal
from app.accounts.devices import Device
from app.accounts.forms import SignIn
from app.accounts.models import SignedIn, User
from app.core import clock
from app.core import db as database
from app.core.errors import FieldError

# One sentence for every refusal: it must not tell whether there is such an account, or why it is closed.
REFUSED = "用户名或密码不正确，或账号暂时不能登录。多次输错会暂停登录，最长 30 分钟后恢复。"


def check_password(db: Session, fields: SignIn, *, address: str, device: Device) -> User:
    """The user, if the name and the password belong together and neither has been tried too often.

    Checking a password takes long, so it is done before this request's own transaction begins to write.
    """
    user_id = _verified(fields, address, device)
    if user_id is None:
        audit.record(db, None, "session.refused", changes={"username": fields.username}, result="denied")
        raise FieldError("password", REFUSED)
    user = db.get_one(User, user_id)
    _renew_hash(db, user, fields.password)
    return user


def let_in(db: Session, user: User) -> None:
    """Everything asked for was right: note the visit."""
    seen = sa.update(User).where(User.id == user.id).values(last_seen_at=clock.now())
    db.execute(seen.execution_options(synchronize_session=False))
    audit.record(db, user, "session.started", user)


def sign_out(db: Session, actor: User, signed_in: SignedIn) -> None:
    sessions.end(db.get_one(SignedIn, signed_in.id), "您已退出登录。")
    audit.record(db, actor, "session.ended", actor)


def end_session(db: Session, actor: User, signed_in: SignedIn) -> None:
    """End one of the actor's own sessions, on another device."""
    sessions.end(signed_in, "您已在另一处结束了这里的登录。")
    audit.record(db, actor, "session.ended", actor, changes={"address": signed_in.address})


def end_sessions(db: Session, actor: User, user: User) -> int:
    """End every session of somebody; says how many there were."""
    count = sessions.end_all(db, user, "系统管理员结束了您的登录，请重新登录。")
    audit.record(db, actor, "session.all_ended", user, changes={"count": count})
    return count


def _verified(fields: SignIn, address: str, device: Device) -> int | None:
    with database.reading() as looking:
        user = queries.user_by_name(looking, fields.username)
    own_device = device.code if user is not None and device.knows(user.id) else ""
    with database.writing() as counting:
        attempt = attempts.reserve(counting, fields.username, address, own_device)
    match attempt:
        case Refusal.CROWD:  # says nothing about the account, so nothing need be hidden by taking long
            return None
        case Refusal.ACCOUNT:
            passwords.matches(fields.password, None)
            return None
    right = passwords.matches(fields.password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        return None
    with database.writing() as counting:
        attempts.succeed(counting, attempt.id)
    return user.id


def _renew_hash(db: Session, user: User, password: str) -> None:
    """Hash anew where the parameters have been raised; two sign-ins at once may both do so."""
    if user.password_hash is not None and passwords.is_outdated(user.password_hash):
        renewed = sa.update(User).where(User.id == user.id).values(password_hash=passwords.hashed(password))
        db.execute(renewed.execution_options(synchronize_session=False))
