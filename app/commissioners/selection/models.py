"""Rounds of selection, candidates by state, and objections to them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.commissioners.models import BETWEEN, Commissioner, Degree
from app.core.choices import Choice
from app.core.db import Code, Model

USUAL_PLACES = 3
USUAL_NOTICE = 5


class CandidateState(Choice):
    RECOMMENDED = "recommended", "推荐"
    CHOSEN = "chosen", "遴选"
    PUBLIC = "public", "公示"
    APPOINTED = "appointed", "聘任"
    DROPPED = "dropped", "落选"


class SelectionRound(Model):
    """遴选批次: `notice_days` is how many working days the public notice lasts."""

    __tablename__ = "selection_round"

    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    places: Mapped[int]
    notice_days: Mapped[int]
    conditions: Mapped[str] = mapped_column(sa.Text, default="")
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    candidates: Mapped[list["Candidate"]] = relationship(
        order_by="Candidate.id", back_populates="round", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return self.name


class Candidate(Model):
    """候选人: the notice of the day it was put up, with its last day counted in working days then."""

    __tablename__ = "candidate"

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("selection_round.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    degree: Mapped[Degree | None] = mapped_column(Code(Degree))
    post: Mapped[str] = mapped_column(sa.String(100), default="")
    institution: Mapped[str] = mapped_column(sa.String(100))
    fields: Mapped[str] = mapped_column(sa.String(200), default="")
    words: Mapped[str] = mapped_column(sa.String(500), default="")
    phone: Mapped[str] = mapped_column(sa.String(64), default="")
    recommended_by: Mapped[str] = mapped_column(sa.String(100), default="")
    state: Mapped[CandidateState] = mapped_column(Code(CandidateState), default=CandidateState.RECOMMENDED)
    notice_starts_on: Mapped[date | None]
    notice_ends_on: Mapped[date | None]
    commissioner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissioner.id"), index=True)
    added_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    round: Mapped[SelectionRound] = relationship(back_populates="candidates")
    commissioner: Mapped[Commissioner | None] = relationship()
    steps: Mapped[list["CandidateStep"]] = relationship(order_by="CandidateStep.id.desc()", lazy="raise_on_sql")
    objections: Mapped[list["Objection"]] = relationship(order_by="Objection.id", lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def field_list(self) -> list[str]:
        return self.fields.split(BETWEEN) if self.fields else []

    def __str__(self) -> str:
        return self.name


class CandidateStep(Model):
    """One step: into which state, by whom, when, with what remark."""

    __tablename__ = "candidate_step"

    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    state: Mapped[CandidateState] = mapped_column(Code(CandidateState))
    remark: Mapped[str] = mapped_column(sa.Text, default="")
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    taken_by: Mapped[User | None] = relationship()


class Objection(Model):
    """异议: raised in the public notice; nobody is appointed before it is settled, or where it was found right."""

    __tablename__ = "objection"

    candidate_id: Mapped[int] = mapped_column(sa.ForeignKey("candidate.id"), index=True)
    raised_on: Mapped[date]
    raised_by: Mapped[str] = mapped_column(sa.String(100))
    words: Mapped[str] = mapped_column(sa.Text)
    upheld: Mapped[bool | None]
    finding: Mapped[str] = mapped_column(sa.Text, default="")
    settled_on: Mapped[date | None]

    candidate: Mapped[Candidate] = relationship(back_populates="objections")

    def __str__(self) -> str:
        return f"对{self.candidate.name}的异议"
