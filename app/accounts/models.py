"""Units, users, their sessions, attempts to sign in, and the events of the audit trail."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.permissions import Role, Scope, scope_of
from app.core.choices import Choice
from app.core.db import Code, Model


class UnitKind(Choice):
    DISTRICT = "district", "区"
    DEPARTMENT = "department", "部门"
    TOWNSHIP = "township", "乡镇"
    STREET = "street", "街道"
    PARK = "park", "园区"


class Unit(Model):
    """A part of the district's government; `path` holds the ids from the root, as in “/1/4/”."""

    __tablename__ = "unit"

    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    kind: Mapped[UnitKind] = mapped_column(Code(UnitKind))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(200), default="/", index=True)
    closed_at: Mapped[datetime | None]
    # Counted by the form alone: a unit that moved along with its parent is not one somebody else has edited.
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    parent: Mapped["Unit | None"] = relationship(remote_side="Unit.id")

    def __str__(self) -> str:
        return self.name


class User(Model):
    __tablename__ = "user"

    username: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    role: Mapped[Role] = mapped_column(Code(Role))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    # No foreign key: firms stand above accounts. A firm that was wrongly imported goes when its import is undone;
    # its number is never given to another firm, so what is left here names nobody else.
    firm_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    # 单位负责人: hears of what the people of the unit, and of those below it, left undone.
    is_head: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    password_set_at: Mapped[datetime | None]
    must_change: Mapped[bool] = mapped_column(default=True)
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]
    # 两步登录: the seed, concealed; the last step of time whose code was used; since when it is on.
    totp_seed: Mapped[str | None] = mapped_column(sa.String(200))
    totp_step: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    second_factor_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    # Loaded with the user: a refusal is shown when the session is gone, and its page still names the unit.
    unit: Mapped[Unit | None] = relationship(lazy="joined")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def may(self, permission: str) -> bool:
        return scope_of(self.role, permission) is not None

    def scope(self, permission: str) -> Scope | None:
        return scope_of(self.role, permission)

    def __str__(self) -> str:
        return self.name


class PastPassword(Model):
    __tablename__ = "past_password"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    set_at: Mapped[datetime]


class RecoveryCode(Model):
    """Stands in for a code once, for whoever is without their phone; only its hash is kept."""

    __tablename__ = "recovery_code"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]


class OneTimeLink(Model):
    """A way to set a password without knowing one: used once, short-lived, only its hash kept."""

    __tablename__ = "one_time_link"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class SignedIn(Model):
    """One browser's session; the cookie's token itself is never stored."""

    __tablename__ = "signed_in"

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(sa.String(64))
    browser: Mapped[str] = mapped_column(sa.String(200))
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(sa.String(100))

    user: Mapped[User] = relationship(lazy="joined")


class Attempt(Model):
    """One try to sign in, kept to slow down guessing."""

    __tablename__ = "attempt"

    username: Mapped[str] = mapped_column(sa.String(64), index=True)
    address: Mapped[str] = mapped_column(sa.String(64), index=True)
    device: Mapped[str] = mapped_column(sa.String(64), default="")
    at: Mapped[datetime] = mapped_column(index=True)
    succeeded: Mapped[bool]


class Event(Model):
    """One line of the audit trail: `body` is what happened, chained by MAC; the columns repeat it for search.

    The primary key is the gapless sequence number. No foreign keys: the trail outlives what it speaks of.
    """

    __tablename__ = "event"

    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(64), index=True)
    actor_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    firm_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    result: Mapped[str] = mapped_column(sa.String(16))
    body: Mapped[str] = mapped_column(sa.Text)
    previous: Mapped[str] = mapped_column(sa.String(64))
    mac: Mapped[str] = mapped_column(sa.String(64))
