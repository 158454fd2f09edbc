"""Visits: planned and made, each version of what was written, photos, promises, and what firms answered."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core import clock
from app.core.choices import Choice
from app.core.db import Code, Model
from app.firms.models import Firm


class ReplyState(Choice):
    WAITING = "waiting", "待确认"
    TAKEN = "taken", "已记入"
    REFUSED = "refused", "不采用"
    REPLACED = "replaced", "已有更新的回答"


class Visit(Model):
    """走访: the columns hold what stands; every version, the first one included, is kept in VisitVersion.

    `key` was drawn on the device and makes sending twice harmless; `digest` is the receipt of what was first sent.
    """

    __tablename__ = "visit"

    key: Mapped[str] = mapped_column(sa.String(36), unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    visited_on: Mapped[date]
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    # Only where the visitor asked for it; metres within which the device knew where it was.
    latitude: Mapped[Decimal | None]
    longitude: Mapped[Decimal | None]
    accuracy: Mapped[int | None]
    people: Mapped[str] = mapped_column(sa.String(200), default="")
    # As people read them, joined by “、”; none holds that sign.
    topics: Mapped[str] = mapped_column(sa.String(200), default="")
    problems: Mapped[str] = mapped_column(sa.Text, default="")
    needs: Mapped[str] = mapped_column(sa.Text, default="")
    # For staff only: neither the firm nor its paper ever shows it.
    remarks: Mapped[str] = mapped_column(sa.Text, default="")
    next_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    firm: Mapped[Firm] = relationship()
    user: Mapped[User] = relationship()

    __table_args__ = (
        sa.Index("ix_visit_firm_id_visited_on", "firm_id", "visited_on"),
        sa.Index("ix_visit_user_id_visited_on", "user_id", "visited_on"),
    )

    def __str__(self) -> str:
        return f"{self.visited_on.isoformat()} 走访"


class VisitVersion(Model):
    """What was written, whole, as [name, value] pairs; a correction adds the next one with its reason."""

    __tablename__ = "visit_version"

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"))
    number: Mapped[int]
    body: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    written_at: Mapped[datetime]
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    written_by: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("visit_id", "number"),)


class VisitPlan(Model):
    """走访计划: somebody means to visit a firm on a day, until a visit is recorded or the plan is withdrawn."""

    __tablename__ = "visit_plan"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    planned_on: Mapped[date]
    purpose: Mapped[str] = mapped_column(sa.String(200), default="")
    made_at: Mapped[datetime]
    visit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("visit.id"))
    withdrawn_at: Mapped[datetime | None]

    firm: Mapped[Firm] = relationship()
    user: Mapped[User] = relationship()

    def __str__(self) -> str:
        return f"{self.planned_on.isoformat()} 走访计划"


class VisitPhoto(Model):
    """A photo made anew from what was sent: `sent_sha256` is the receipt, `sha256` is of the bytes that are kept."""

    __tablename__ = "visit_photo"

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(36), unique=True)
    sent_sha256: Mapped[str] = mapped_column(sa.String(64))
    file_key: Mapped[str] = mapped_column(sa.String(64))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    stored_at: Mapped[datetime]
    stored_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))


class Promise(Model):
    """承诺: what was promised on a visit, by whom it is kept, by when, and whether it was."""

    __tablename__ = "promise"

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    what: Mapped[str] = mapped_column(sa.String(200))
    due_on: Mapped[date | None]
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    kept_on: Mapped[date | None]
    kept_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    visit: Mapped[Visit] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=[owner_id])
    kept_by: Mapped[User | None] = relationship(foreign_keys=[kept_by_id])

    @property
    def state(self) -> str:
        return "办结" if self.kept_on else "未办"

    @property
    def is_late(self) -> bool:
        return self.kept_on is None and self.due_on is not None and self.due_on < clock.today()

    def __str__(self) -> str:
        return self.what


class Reply(Model):
    """回答: what a firm said when it was asked for a figure; a fact only once it is taken.

    `seen_id` is the figure that the visitor had in front of them, 0 for none.
    """

    __tablename__ = "reply"

    visit_id: Mapped[int] = mapped_column(sa.ForeignKey("visit.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    kind: Mapped[str] = mapped_column(sa.String(64))
    year: Mapped[int] = mapped_column(default=0)
    number: Mapped[Decimal | None]
    text: Mapped[str | None] = mapped_column(sa.String(500))
    seen_id: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    state: Mapped[ReplyState] = mapped_column(Code(ReplyState))
    given_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    fact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fact.id"))

    visit: Mapped[Visit] = relationship()
    firm: Mapped[Firm] = relationship()
    decided_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.Index("ix_reply_firm_id_state", "firm_id", "state"),)
