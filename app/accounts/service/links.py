"""One-time links: the way to a password that no administrator ever sees."""

import hashlib
import secrets
from datetime import timedelta

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.forms import NewUser
from app.accounts.models import OneTimeLink, User
from app.accounts.permissions import Role
from app.accounts.service.users import create_user
from app.core import clock
from app.core.errors import BadInput, Conflict
from app.core.fields import sentences

VALID_FOR = timedelta(hours=24)
# Until there is an administrator, whoever holds this link owns the system.
FIRST_VALID_FOR = timedelta(minutes=30)


def create_user_with_link(db: Session, *, username: str, name: str, role: str) -> str:
    """For the command line: make a user and return the path of the link that sets the first password."""
    try:
        fields = NewUser.model_validate({"username": username, "name": name, "role": role})
    except ValidationError as error:
        raise BadInput("；".join(sentences(error).values())) from error
    return link_path(one_time_link(db, create_user(db, None, fields)))


def one_time_link(db: Session, user: User, *, actor: User | None = None) -> str:
    """A new token for setting the user's password; links sent before stop working."""
    if user.disabled_at is not None:
        raise Conflict(f"“{user.name}”已停用，请先恢复账号，再发送链接。")
    for earlier in db.scalars(sa.select(OneTimeLink).where(OneTimeLink.user_id == user.id)):
        earlier.used_at = earlier.used_at or clock.now()
    token = secrets.token_urlsafe(16)
    db.add(OneTimeLink(user_id=user.id, token_hash=hash_of(token), expires_at=clock.now() + _valid_for(db, user)))
    audit.record(db, actor, "link.issued", user)
    return token


def link_path(token: str) -> str:
    return f"/welcome/{token}"


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _valid_for(db: Session, user: User) -> timedelta:
    usable = sa.select(User.id).where(
        User.role == Role.ADMIN, User.disabled_at.is_(None), User.password_hash.is_not(None)
    )
    first = user.role is Role.ADMIN and db.scalar(usable.limit(1)) is None
    return FIRST_VALID_FOR if first else VALID_FOR
