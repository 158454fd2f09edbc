"""Firms, their former names, contacts, assigned commissioners, tags and files."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.accounts.models import Unit, User
from app.core.choices import Choice
from app.core.db import Code, Model
from app.firms.names import name_key, name_sound
from app.firms.search.text import search_text


def derived(name: str, credit_code: str = "") -> dict[str, str]:
    """The columns made from a name (and code): what it is compared by, how it sounds, what it is found by."""
    return {
        "name_key": name_key(name),
        "name_sound": name_sound(name),
        "search_text": search_text(name, credit_code),
    }


def _from_name(column: str) -> Any:
    """A default that works for every insert, of objects and of rows by the thousand."""

    def default(context: Any) -> str:
        given = context.get_current_parameters()
        return derived(given["name"], given.get("credit_code") or "")[column]

    return default


MERGED = sa.text("merged_into_id IS NOT NULL")


class FirmState(Choice):
    OPEN = "open", "在营"
    MOVED_OUT = "moved_out", "迁出"
    CLOSED = "closed", "注销或吊销"


class Firm(Model):
    """One legal person. `revision` counts every change of what is known about it, for whatever must follow."""

    __tablename__ = "firm"

    credit_code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), index=True, default=_from_name("name_key"))
    name_sound: Mapped[str] = mapped_column(sa.String(400), index=True, default=_from_name("name_sound"), deferred=True)
    search_text: Mapped[str] = mapped_column(sa.Text, default=_from_name("search_text"), deferred=True)
    legal_form: Mapped[str | None] = mapped_column(sa.String(100))
    founded_on: Mapped[date | None]
    registered_capital: Mapped[Decimal | None]
    industry: Mapped[str | None] = mapped_column(sa.String(100), index=True)
    business_scope: Mapped[str | None] = mapped_column(sa.Text)
    address: Mapped[str | None] = mapped_column(sa.String(300))
    region: Mapped[str | None] = mapped_column(sa.String(100))
    state: Mapped[FirmState] = mapped_column(Code(FirmState), default=FirmState.OPEN)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    park_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    # A firm entered twice is merged into the other entry: it stays for the history that speaks of it, unlisted.
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id"))
    source: Mapped[str] = mapped_column(sa.String(100), default="录入")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    park: Mapped[Unit | None] = relationship(foreign_keys=[park_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention
    # The audit trail speaks of firms by number; SQLite would give the number of a firm taken away again to another.
    __table_args__ = (
        # Lists are ordered by these; the number settles ties, so that an index gives whole pages.
        sa.Index("ix_firm_changed_at_id", "changed_at", "id"),
        sa.Index("ix_firm_name_id", "name", "id"),
        sa.Index("ix_firm_founded_on_id", "founded_on", "id"),
        sa.Index("ix_firm_registered_capital_id", "registered_capital", "id"),
        # Nearly every firm is merged into none: an index of those says nothing, yet SQLite would choose it.
        sa.Index("ix_firm_merged_into_id", "merged_into_id", sqlite_where=MERGED, postgresql_where=MERGED),
        {"sqlite_autoincrement": True},
    )

    @validates("name", "credit_code")
    def _derive(self, column: str, value: str) -> str:
        known = {"name": self.name or "", "credit_code": self.credit_code or "", column: value}
        for each, made in derived(**known).items():
            setattr(self, each, made)
        return value

    def __str__(self) -> str:
        return self.name


class FormerName(Model):
    __tablename__ = "former_name"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), index=True, default=_from_name("name_key"))
    search_text: Mapped[str] = mapped_column(sa.Text, default=_from_name("search_text"), deferred=True)
    until: Mapped[date | None]


class Contact(Model):
    __tablename__ = "contact"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    post: Mapped[str | None] = mapped_column(sa.String(64))
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    note: Mapped[str | None] = mapped_column(sa.String(200))
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return self.name


class Assignment(Model):
    """派驻: a commissioner looks after a firm from one day to another."""

    __tablename__ = "assignment"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    user: Mapped[User] = relationship()
    firm: Mapped[Firm] = relationship()

    def __str__(self) -> str:
        return self.user.name


class Tag(Model):
    """A word that staff put on a firm, to find it again."""

    __tablename__ = "tag"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(32))
    made_at: Mapped[datetime]

    # A batch takes back what it made by number: a number must never be given to another row.
    __table_args__ = (sa.UniqueConstraint("label", "firm_id"), {"sqlite_autoincrement": True})

    def __str__(self) -> str:
        return self.label


class Pool(Model):
    """培育库: a list of firms that somebody looks after with one aim."""

    __tablename__ = "pool"

    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]

    def __str__(self) -> str:
        return self.name


class PoolEntry(Model):
    """A firm's time in a pool."""

    __tablename__ = "pool_entry"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    pool_id: Mapped[int] = mapped_column(sa.ForeignKey("pool.id"), index=True)
    entered_on: Mapped[date]
    left_on: Mapped[date | None]

    pool: Mapped[Pool] = relationship()

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return self.pool.name


class Inquiry(Model):
    """待答询问: something asked about a firm, open until somebody who knows the firm answers."""

    __tablename__ = "inquiry"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    question: Mapped[str] = mapped_column(sa.String(500))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    answer: Mapped[str | None] = mapped_column(sa.String(2000))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    asked_by: Mapped[User | None] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])

    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return self.question


class StoredFile(Model):
    """An uploaded file: kept under a generated name, served as an attachment only."""

    __tablename__ = "stored_file"

    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    stored_at: Mapped[datetime]
    stored_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    def __str__(self) -> str:
        return self.name
