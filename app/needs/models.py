"""Needs of firms, and every step that was taken with them."""

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
from app.needs.declared import declared


class NeedState(Choice):
    OPEN = "open", "待诊断"
    PUBLISHED = "published", "已发布"
    MATCHING = "matching", "对接中"
    SOLVED = "solved", "已解决"
    TRACKED = "tracked", "长期跟踪"
    RETURNED = "returned", "退回"


UNDER_WAY = (NeedState.OPEN, NeedState.PUBLISHED, NeedState.MATCHING)


class Need(Model):
    """What a firm needs. `said` holds the texts of its parts by code; score, amount and deadline are read from them."""

    __tablename__ = "need"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(32), index=True)
    title: Mapped[str] = mapped_column(sa.String(100))
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
    clarity: Mapped[int]
    amount: Mapped[Decimal | None]
    deadline: Mapped[date | None]
    state: Mapped[NeedState] = mapped_column(Code(NeedState), default=NeedState.OPEN, index=True)
    search_text: Mapped[str] = mapped_column(sa.Text, deferred=True)
    raised_at: Mapped[datetime]
    raised_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    # The visit on which it was raised. No foreign key: visits stand above needs, and none is ever removed.
    visit_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    version: Mapped[int] = mapped_column(default=1)

    firm: Mapped[Firm] = relationship()
    raised_by: Mapped[User | None] = relationship()
    steps: Mapped[list["NeedStep"]] = relationship(order_by="NeedStep.id.desc()", lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def kind_label(self) -> str:
        """The name of its kind; the code where the kind is declared no longer."""
        kind = declared().kinds.get(self.kind)
        return kind.label if kind else self.kind

    @property
    def is_clear(self) -> bool:
        return self.clarity >= declared().clear_from

    @property
    def is_late(self) -> bool:
        """Whether its deadline is over while it still waits for somebody."""
        return self.deadline is not None and self.deadline < clock.today() and self.state in UNDER_WAY

    def __str__(self) -> str:
        return self.title


class NeedStep(Model):
    """One step: into which state, by whom, when, with what remark."""

    __tablename__ = "need_step"

    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"), index=True)
    state: Mapped[NeedState] = mapped_column(Code(NeedState))
    remark: Mapped[str | None] = mapped_column(sa.Text)
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    taken_by: Mapped[User | None] = relationship()
