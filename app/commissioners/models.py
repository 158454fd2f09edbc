"""The register of commissioners, their interests in firms, and hand-overs from one to another."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core import clock
from app.core.choices import Choice
from app.core.db import Code, Model
from app.firms.models import Assignment, Firm

BETWEEN = "、"
USUAL_LOAD = 12


class Degree(Choice):
    DOCTOR = "doctor", "博士"
    MASTER = "master", "硕士"
    BACHELOR = "bachelor", "本科"
    OTHER = "other", "其他"


class TermState(Choice):
    NONE = "none", "未聘任"
    AHEAD = "ahead", "未到任"
    SERVING = "serving", "在任"
    OVER = "over", "期满"


class InterestKind(Choice):
    FOUNDED = "founded", "本人创办"
    HELD = "held", "本人持股"
    INSTITUTION = "institution", "所在单位创办或持股"
    PAID = "paid", "任职或取酬"
    RELATIVE = "relative", "近亲属创办、持股或任高管"


class Commissioner(Model):
    """科技专员: a person of the register; reaches firms through the account, where there is one.

    `fields` are technology fields as people read them, joined by “、”; `unit_ids` the units whose firms are near.
    """

    __tablename__ = "commissioner"

    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), unique=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    degree: Mapped[Degree | None] = mapped_column(Code(Degree))
    post: Mapped[str] = mapped_column(sa.String(100), default="")
    institution: Mapped[str] = mapped_column(sa.String(100))
    fields: Mapped[str] = mapped_column(sa.String(200), default="")
    words: Mapped[str] = mapped_column(sa.String(500), default="")
    phone: Mapped[str] = mapped_column(sa.String(64), default="")
    contract_ends_on: Mapped[date | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None] = mapped_column(index=True)
    most_firms: Mapped[int] = mapped_column(default=USUAL_LOAD)
    unit_ids: Mapped[list[Any]]
    # The day on which the person said in which firms they have an interest, be it in none.
    declared_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(sa.Text, default="")
    search_text: Mapped[str] = mapped_column(sa.Text, deferred=True)
    added_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    user: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("name", "institution"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def field_list(self) -> list[str]:
        return self.fields.split(BETWEEN) if self.fields else []

    @property
    def state(self) -> TermState:
        return self.state_on(clock.today())

    def state_on(self, day: date) -> TermState:
        if self.starts_on is None or self.ends_on is None:
            return TermState.NONE
        if day < self.starts_on:
            return TermState.AHEAD
        return TermState.OVER if day > self.ends_on else TermState.SERVING

    def __str__(self) -> str:
        return self.name


class Interest(Model):
    """利益关系: why a person must not look after a firm; withdrawn ones stay for what was decided by them."""

    __tablename__ = "interest"

    commissioner_id: Mapped[int] = mapped_column(sa.ForeignKey("commissioner.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    kind: Mapped[InterestKind] = mapped_column(Code(InterestKind))
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    declared_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    commissioner: Mapped[Commissioner] = relationship()
    firm: Mapped[Firm] = relationship()


class Handover(Model):
    """交接: one 派驻 ends, another begins the day after; `left_open` says what was open then, as [kind, words, due]."""

    __tablename__ = "handover"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    ended_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    begun_id: Mapped[int] = mapped_column(sa.ForeignKey("assignment.id"), index=True)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    left_open: Mapped[list[Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    firm: Mapped[Firm] = relationship()
    ended: Mapped[Assignment] = relationship(foreign_keys=[ended_id])
    begun: Mapped[Assignment] = relationship(foreign_keys=[begun_id])
    made_by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return f"{self.ended.user.name} → {self.begun.user.name}"
