"""Referrals: a need brought to somebody who may help, and what came of it."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core import clock
from app.core.choices import Choice
from app.core.db import Code, Model
from app.needs.models import Need
from app.needs.resources.models import Resource


class Result(Choice):
    OPEN = "open", "进行中"
    DONE = "done", "成功"
    FAILED = "failed", "未成"


class Referral(Model):
    """One 对接. `amount` is what came of it in 元: a loan, a contract; the record on which an award rests."""

    __tablename__ = "referral"

    need_id: Mapped[int] = mapped_column(sa.ForeignKey("need.id"), index=True)
    resource_id: Mapped[int] = mapped_column(sa.ForeignKey("resource.id"), index=True)
    due_on: Mapped[date]
    result: Mapped[Result] = mapped_column(Code(Result), default=Result.OPEN, index=True)
    amount: Mapped[Decimal | None]
    remark: Mapped[str | None] = mapped_column(sa.Text)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    need: Mapped[Need] = relationship()
    resource: Mapped[Resource] = relationship()
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])
    closed_by: Mapped[User | None] = relationship(foreign_keys=[closed_by_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def is_late(self) -> bool:
        return self.result is Result.OPEN and self.due_on < clock.today()

    def __str__(self) -> str:
        return f"{self.need.title} → {self.resource.name}"
