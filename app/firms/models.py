"""Firms, their former names, contacts, assigned commissioners, tags and files."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Unit, User
from app.core.choices import Choice
from app.core.db import Code, Model


class FirmState(Choice):
    OPEN = "open", "在营"
    MOVED_OUT = "moved_out", "迁出"
    CLOSED = "closed", "注销或吊销"


class Firm(Model):
    """One legal person. `revision` counts every change of what is known about it, for whatever must follow."""

    __tablename__ = "firm"

    credit_code: Mapped[str] = mapped_column(sa.String(18), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), index=True)
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
    source: Mapped[str] = mapped_column(sa.String(100), default="录入")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    park: Mapped[Unit | None] = relationship(foreign_keys=[park_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention
    # The audit trail speaks of firms by number; SQLite would give the number of a firm taken away again to another.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return self.name


class FormerName(Model):
    __tablename__ = "former_name"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200), index=True)
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
