"""Plans by edition, their measures, and everything that was said about either; and the Word template in use."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Unit, User
from app.checks.models import KeptFinding
from app.core.choices import Choice
from app.core.db import Code, Model
from app.firms.models import Firm


class PlanState(Choice):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "退回修改"
    APPROVED = "approved", "执行中"
    CLOSED = "closed", "已办结"
    REPLACED = "replaced", "已有新版"
    DROPPED = "dropped", "已作废"


# Who writes it may still change it; what was approved once stays readable to everybody it concerns.
OPEN = (PlanState.DRAFT, PlanState.RETURNED)
UNDER_WAY = (*OPEN, PlanState.SUBMITTED)
ISSUED = (PlanState.APPROVED, PlanState.CLOSED, PlanState.REPLACED)


FILE = "file:"


class NoteKind(Choice):
    DRAFTED = "drafted", "起草"
    COMMENT = "comment", "意见"
    SUBMITTED = "submitted", "提交审核"
    RETURNED = "returned", "退回"
    APPROVED = "approved", "批准"
    DROPPED = "dropped", "作废"
    CLOSED = "closed", "办结方案"
    PROGRESS = "progress", "进展"
    EVIDENCE = "evidence", "证据"
    DONE = "done", "确认完成"
    REOPENED = "reopened", "重新打开"


class Plan(Model):
    """One edition of a firm's plan. `body` is what the draft found; the finding itself is kept and can be replayed.

    `body`: {held, window, way, aimed, judgement, others, awards, risks}. `drift`: the conditions that have moved since,
    as {id, wording, was, now, since, why}, worked out for `followed_revision` on `followed_on`.
    """

    __tablename__ = "plan"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    edition: Mapped[int]
    state: Mapped[PlanState] = mapped_column(Code(PlanState), index=True)
    rule_code: Mapped[str] = mapped_column(sa.String(64))
    finding_id: Mapped[int] = mapped_column(sa.ForeignKey("kept_finding.id"))
    declares_on: Mapped[date]
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    body: Mapped[dict[str, Any]]
    writer_ids: Mapped[list[Any]]
    made_at: Mapped[datetime] = mapped_column(index=True)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    previous_id: Mapped[int | None] = mapped_column(sa.ForeignKey("plan.id"))
    drift: Mapped[list[Any]] = mapped_column(default=list)
    drifted: Mapped[bool] = mapped_column(default=False)
    followed_revision: Mapped[int | None]
    followed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    firm: Mapped[Firm] = relationship()
    finding_kept: Mapped[KeptFinding] = relationship(lazy="raise_on_sql")
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    measures: Mapped[list["Measure"]] = relationship(
        order_by="(Measure.position, Measure.id)", back_populates="plan", lazy="raise_on_sql"
    )

    __table_args__ = (sa.Index("ix_plan_firm_id_edition", "firm_id", "edition"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return f"{self.firm.name}一企一策第 {self.edition} 版"


class Measure(Model):
    """One measure of an edition; `root_id` is the first of the same measure over the editions, its notes follow it.

    `aims` are ids of conditions; `moves` the moves of the chosen proposal that it carries out, as {code, year,
    collection, words}. Without an owner unit the firm itself is the owner. `met_on`: since when all its aims are 符合.
    """

    __tablename__ = "measure"

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    root_id: Mapped[int | None] = mapped_column(sa.ForeignKey("measure.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(32))
    name: Mapped[str] = mapped_column(sa.String(200))
    detail: Mapped[str] = mapped_column(sa.Text, default="")
    steps: Mapped[str] = mapped_column(sa.Text, default="")
    aims: Mapped[list[Any]]
    moves: Mapped[list[Any]]
    owner_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    helper: Mapped[str] = mapped_column(sa.String(200), default="")
    lead_months: Mapped[int] = mapped_column(default=0)
    due_on: Mapped[date] = mapped_column(index=True)
    clause: Mapped[str] = mapped_column(sa.String(100), default="")
    met_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    plan: Mapped[Plan] = relationship(back_populates="measures")
    owner_unit: Mapped[Unit | None] = relationship()
    done_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def firm_id(self) -> int:
        """Whose it is, as the audit trail asks."""
        return self.plan.firm_id

    @property
    def owner(self) -> str:
        return self.owner_unit.name if self.owner_unit else "企业"

    @property
    def thread(self) -> int:
        return self.root_id or self.id

    def __str__(self) -> str:
        return self.name


class PlanNote(Model):
    """One line of the thread of a plan, or of a measure (by `measure_id`: the root); never changed afterwards."""

    __tablename__ = "plan_note"

    plan_id: Mapped[int] = mapped_column(sa.ForeignKey("plan.id"), index=True)
    measure_id: Mapped[int | None] = mapped_column(sa.ForeignKey("measure.id"), index=True)
    kind: Mapped[NoteKind] = mapped_column(Code(NoteKind))
    words: Mapped[str] = mapped_column(sa.Text)
    # What the evidence is, as “fact:12” of the ledger or “file:” and a key, and how it read when it was named.
    reference: Mapped[str] = mapped_column(sa.String(64), default="")
    referred: Mapped[str] = mapped_column(sa.String(300), default="")
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    at: Mapped[datetime]

    author: Mapped[User | None] = relationship()
