"""Changes to accounts."""

from fastapi import Request
from sqlalchemy.orm import Session

from app.accounts import audit, passwords, queries, sessions
from app.accounts.forms import SignIn
from app.accounts.models import SignedIn, User
from app.core.errors import FieldError

REFUSED = "用户名或密码不正确，或账号暂时不能登录。"


def sign_in(db: Session, request: Request, fields: SignIn) -> User:  # noqa: ARG001
    user = queries.user_by_name(db, fields.username)
    right = passwords.matches(fields.password, user.password_hash if user else None)
    if user is None or not right or user.disabled_at is not None:
        raise FieldError("password", REFUSED)
    audit.record(db, user, "session.started", user)
    return user


def sign_out(db: Session, actor: User, signed_in: SignedIn) -> None:
    sessions.end(signed_in, "主动退出")
    audit.record(db, actor, "session.ended", actor)
