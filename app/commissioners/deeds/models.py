"""What cannot be derived from other rows: deeds that were entered, ratings by firms, and grades."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.commissioners.models import Commissioner
from app.core.choices import Choice
from app.core.db import Code, Model
from app.firms.models import Firm, StoredFile


class DeedState(Choice):
    WAITING = "waiting", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "不予确认"
    WITHDRAWN = "withdrawn", "已撤回"


class Grade(Choice):
    EXCELLENT = "excellent", "优秀"
    QUALIFIED = "qualified", "合格"
    FAILED = "failed", "不合格"


class AppraisalState(Choice):
    PROPOSED = "proposed", "待核定"
    SETTLED = "settled", "已核定"
    RETURNED = "returned", "已退回"
    REPLACED = "replaced", "已被更正"


class Deed(Model):
    """服务事项: help that leaves no other row, entered by the commissioner; counts once an officer has confirmed it."""

    __tablename__ = "deed"

    commissioner_id: Mapped[int] = mapped_column(sa.ForeignKey("commissioner.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    done_on: Mapped[date]
    words: Mapped[str] = mapped_column(sa.String(500))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    state: Mapped[DeedState] = mapped_column(Code(DeedState), index=True)
    entered_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")

    commissioner: Mapped[Commissioner] = relationship()
    firm: Mapped[Firm] = relationship()
    file: Mapped[StoredFile | None] = relationship()
    decided_by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.words[:60]


class Rating(Model):
    """企业评价: what a firm says of one commissioner's service in one year, from 1 to 5."""

    __tablename__ = "rating"

    commissioner_id: Mapped[int] = mapped_column(sa.ForeignKey("commissioner.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    year: Mapped[int]
    points: Mapped[int]
    words: Mapped[str] = mapped_column(sa.String(500), default="")
    rated_at: Mapped[datetime]
    rated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    commissioner: Mapped[Commissioner] = relationship()
    firm: Mapped[Firm] = relationship()
    rated_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("firm_id", "commissioner_id", "year"),)

    def __str__(self) -> str:
        return f"{self.year}年对{self.commissioner.name}的评价"


class Appraisal(Model):
    """年度考核: one version of a grade; `figures` is the record as it stood when it was proposed, by label.

    A settled one is never changed: a correction is the next version, with its reason, settled by a second person.
    """

    __tablename__ = "appraisal"

    commissioner_id: Mapped[int] = mapped_column(sa.ForeignKey("commissioner.id"), index=True)
    year: Mapped[int]
    state: Mapped[AppraisalState] = mapped_column(Code(AppraisalState))
    grade: Mapped[Grade] = mapped_column(Code(Grade))
    # What the measures gave; nothing where they could not decide.
    measured: Mapped[Grade | None] = mapped_column(Code(Grade))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    proposed_at: Mapped[datetime]
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    remark: Mapped[str] = mapped_column(sa.String(500), default="")

    commissioner: Mapped[Commissioner] = relationship()
    proposed_by: Mapped[User | None] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (sa.Index("ix_appraisal_year_state", "year", "state"),)

    def __str__(self) -> str:
        return f"{self.commissioner.name}{self.year}年度考核"
