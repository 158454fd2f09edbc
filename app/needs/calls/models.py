"""Rounds that ask firms for a kind of need, and whom each asks."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core import clock
from app.core.choices import Choice
from app.core.db import Model
from app.firms.models import Firm
from app.needs.declared import declared


class CallAnswer(Choice):
    """What a firm has said so far; a need of the kind raised within the window is an answer by itself."""

    RAISED = "raised", "已提需求"
    NONE = "none", "无需求"
    WAITING = "waiting", "未答"


class NeedCall(Model):
    """征集: `remind_days` are days before the end; `asked_of` says in words which firms it was sent to."""

    __tablename__ = "need_call"

    name: Mapped[str] = mapped_column(sa.String(100))
    kind: Mapped[str] = mapped_column(sa.String(32))
    starts_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    remind_days: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    asked_of: Mapped[str] = mapped_column(sa.String(300))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    closed_at: Mapped[datetime | None]

    made_by: Mapped[User] = relationship()

    @property
    def kind_label(self) -> str:
        kind = declared().kinds.get(self.kind)
        return kind.label if kind else self.kind

    @property
    def is_open(self) -> bool:
        return self.closed_at is None and self.starts_on <= clock.today() <= self.ends_on

    def __str__(self) -> str:
        return self.name


class CalledFirm(Model):
    """A firm that is asked; `none_at` is when it said that it has no such need."""

    __tablename__ = "called_firm"

    call_id: Mapped[int] = mapped_column(sa.ForeignKey("need_call.id"))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    none_at: Mapped[datetime | None]
    none_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    call: Mapped[NeedCall] = relationship()
    firm: Mapped[Firm] = relationship()
    none_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("call_id", "firm_id"),)
