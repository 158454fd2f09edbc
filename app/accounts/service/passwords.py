"""Setting a password: the first one through a one-time link, later ones by whoever knows the present one."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import attempts, audit, password_rules, passwords, sessions
from app.accounts.forms import NewPassword, PasswordChange
from app.accounts.models import Attempt, OneTimeLink, PastPassword, User
from app.core import clock
from app.core.errors import FieldError

WRONG = "当前密码不正确，或输错次数过多。多次输错须等待，最长 30 分钟。"


def change_password(db: Session, actor: User, fields: PasswordChange, *, address: str) -> None:
    """Replace the actor's password and end all their sessions; the caller starts a new one for this browser."""
    user = db.get_one(User, actor.id)
    attempt = attempts.reserve(db, user.username, address, f"change-{user.id}")
    if not isinstance(attempt, Attempt) or not passwords.matches(fields.current, user.password_hash):
        raise FieldError("current", WRONG)
    attempt.succeeded = True
    _set(db, user, fields)
    sessions.end_all(db, user, "密码已修改，请用新密码重新登录。")
    audit.record(db, user, "password.changed", user)


def set_first_password(db: Session, link: OneTimeLink, fields: NewPassword) -> User:
    """Set the password of the link's user and use the link up; whatever was open or sent before is closed."""
    user = link.user
    _set(db, user, fields)
    _use_up_links(db, user)
    sessions.end_all(db, user, "密码已重新设置，请用新密码登录。")
    audit.record(db, user, "password.set", user)
    return user


def _set(db: Session, user: User, fields: NewPassword) -> None:
    _check(db, user, fields)
    moment = clock.now()
    if user.password_hash is not None:
        db.add(PastPassword(user_id=user.id, password_hash=user.password_hash, set_at=moment))
    user.password_hash = passwords.hashed(fields.password)
    user.password_set_at = moment
    user.must_change = False


def _check(db: Session, user: User, fields: NewPassword) -> None:
    if fields.repeat != fields.password:
        raise FieldError("repeat", "两次输入的新密码不一致，请重新输入。")
    objection = password_rules.objection(fields.password, user.username, user.name)
    if objection:
        raise FieldError("password", objection)
    if any(passwords.matches(fields.password, used) for used in _used_lately(db, user)):
        raise FieldError("password", f"不能与最近 {password_rules.HISTORY} 次用过的密码相同，请更换。")


def _used_lately(db: Session, user: User) -> list[str]:
    """The hashes of the present password and of those before it, as many as the rules remember."""
    past = sa.select(PastPassword.password_hash).where(PastPassword.user_id == user.id)
    earlier = db.scalars(past.order_by(PastPassword.id.desc()).limit(password_rules.HISTORY - 1)).all()
    return [*([user.password_hash] if user.password_hash else []), *earlier]


def _use_up_links(db: Session, user: User) -> None:
    unused = sa.select(OneTimeLink).where(OneTimeLink.user_id == user.id, OneTimeLink.used_at.is_(None))
    for link in db.scalars(unused):
        link.used_at = clock.now()
