"""Clauses with the units they name, which units of this district those are, and each unit's task with its feedback."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Unit, User
from app.core import clock
from app.core.choices import Choice
from app.core.db import Code, Model
from app.policies.models import Policy


class DutyPart(Choice):
    LEAD = "lead", "牵头"
    RESPONSIBLE = "responsible", "责任"
    SUPPORTING = "supporting", "配合"


class DutyState(Choice):
    TODO = "todo", "未开始"
    DOING = "doing", "进行中"
    DONE = "done", "已完成"


class FeedbackKind(Choice):
    REPORTED = "reported", "反馈"
    RETURNED = "returned", "退回"


class DutyClause(Model):
    """A clause that names units; `named` is [{name, part}, …] as the plan writes them, `task` what is to be done."""

    __tablename__ = "duty_clause"

    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"), index=True)
    code: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provision.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(300))
    position: Mapped[int] = mapped_column(default=0)
    task: Mapped[str] = mapped_column(sa.String(300))
    named: Mapped[list[Any]] = mapped_column(default=list)
    others: Mapped[str] = mapped_column(sa.String(200), default="")
    withdrawn_at: Mapped[datetime | None]

    policy: Mapped[Policy] = relationship()

    def __str__(self) -> str:
        return f"{self.path} {self.task}".strip()


class DutyName(Model):
    """A name that a plan writes, and the units of this district it means; nobody has said so until `decided_at`."""

    __tablename__ = "duty_name"

    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    unit_ids: Mapped[list[Any]] = mapped_column(default=list)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    policy: Mapped[Policy] = relationship()
    decided_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("policy_id", "name"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return self.name


class Duty(Model):
    """One unit's task under one clause; without a unit it is a name as written that stands for none of ours yet."""

    __tablename__ = "duty"

    clause_id: Mapped[int] = mapped_column(sa.ForeignKey("duty_clause.id"), index=True)
    part: Mapped[DutyPart] = mapped_column(Code(DutyPart))
    name: Mapped[str] = mapped_column(sa.String(200))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    due_on: Mapped[date | None] = mapped_column(index=True)
    state: Mapped[DutyState] = mapped_column(Code(DutyState), default=DutyState.TODO)
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    clause: Mapped[DutyClause] = relationship()
    unit: Mapped[Unit | None] = relationship()
    helpers: Mapped[list[Unit]] = relationship(secondary="duty_helper", order_by=Unit.path)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < clock.today() and self.state is not DutyState.DONE

    def __str__(self) -> str:
        return f"{self.unit.name if self.unit else self.name}：{self.clause}"


class DutyHelper(Model):
    """A unit that helps with another's task."""

    __tablename__ = "duty_helper"

    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)

    __table_args__ = (sa.UniqueConstraint("duty_id", "unit_id"),)


class Feedback(Model):
    """What a unit says about its task, or why it was returned; `state` is the task's afterwards. Never changed."""

    __tablename__ = "feedback"

    duty_id: Mapped[int] = mapped_column(sa.ForeignKey("duty.id"), index=True)
    kind: Mapped[FeedbackKind] = mapped_column(Code(FeedbackKind))
    words: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[DutyState] = mapped_column(Code(DutyState))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    duty: Mapped[Duty] = relationship()
    made_by: Mapped[User] = relationship()
