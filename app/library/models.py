"""Texts on their way in and as they arrived, their clauses, and the provisions of what each clause asks for."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model
from app.policies.models import Policy


class ProvisionKind(Choice):
    TARGET = "target", "目标"
    DUTY = "duty", "职责"
    INCENTIVE = "incentive", "奖补"


class ProvisionState(Choice):
    OPEN = "open", "待确认"
    CONFIRMED = "confirmed", "已确认"
    MENDED = "mended", "改后确认"
    REJECTED = "rejected", "不采用"


class IntakeState(Choice):
    READING = "reading", "正在读取"
    DONE = "done", "已读入"
    REFUSED = "refused", "未能读入"


class RelationKind(Choice):
    """How one document stands to another; `inverse` is how the other one stands to it."""

    BASIS = "basis", "依据"
    SUPERIOR = "superior", "上级文件"
    REPLACES = "replaces", "替代"

    @property
    def inverse(self) -> str:
        return {"basis": "被作为依据", "superior": "下级文件", "replaces": "被替代"}[self.code]


class RelationState(Choice):
    OPEN = "open", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REJECTED = "rejected", "不成立"


class Intake(Model):
    """A pasted text or an uploaded file on its way into the library: of a policy it knows, or of a new one.

    What was given is dropped once it is read; a refused paste stays, to be mended where it was typed.
    """

    __tablename__ = "intake"

    policy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("policy.id"))
    words: Mapped[str] = mapped_column(sa.Text, default="", deferred=True)
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    file_name: Mapped[str | None] = mapped_column(sa.String(200))
    state: Mapped[IntakeState] = mapped_column(Code(IntakeState), default=IntakeState.READING)
    refusal: Mapped[str | None] = mapped_column(sa.String(500))
    text_id: Mapped[int | None] = mapped_column(sa.ForeignKey("policy_text.id"))
    job_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    policy: Mapped[Policy | None] = relationship()
    text: Mapped["PolicyText | None"] = relationship()

    @property
    def name(self) -> str:
        return f"“{self.file_name}”" if self.file_name else "粘贴的正文"


class PolicyText(Model):
    """One version of a policy's text, exactly as it arrived; `number` counts the versions of a policy from 1."""

    __tablename__ = "policy_text"

    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"), index=True)
    number: Mapped[int]
    words: Mapped[str] = mapped_column(sa.Text, deferred=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    form: Mapped[str] = mapped_column(sa.String(16))
    file_name: Mapped[str | None] = mapped_column(sa.String(200))
    file_key: Mapped[str | None] = mapped_column(sa.String(64))
    remarks: Mapped[list[Any]] = mapped_column(default=list)
    taken_in_at: Mapped[datetime]
    taken_in_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    policy: Mapped[Policy] = relationship()
    taken_in_by: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("policy_id", "number"),)


class PolicyClause(Model):
    """A clause of a text: where it stands in the original, its heading, and the words it is found by.

    `position` is its place in the order of the text, `depth` how many clauses are around it.
    """

    __tablename__ = "policy_clause"

    text_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_text.id"), index=True)
    position: Mapped[int]
    depth: Mapped[int]
    path: Mapped[str] = mapped_column(sa.String(300))
    heading: Mapped[str] = mapped_column(sa.String(300))
    words: Mapped[str] = mapped_column(sa.Text)
    search_text: Mapped[str] = mapped_column(sa.Text, deferred=True)
    starts: Mapped[int]
    ends: Mapped[int]

    text: Mapped[PolicyText] = relationship()


class Provision(Model):
    """What a clause asks for. `read` is what was read in it (None where a person added it), `body` what holds now."""

    __tablename__ = "provision"

    text_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_text.id"), index=True)
    kind: Mapped[ProvisionKind] = mapped_column(Code(ProvisionKind))
    path: Mapped[str] = mapped_column(sa.String(300))
    starts: Mapped[int]
    ends: Mapped[int]
    read: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[ProvisionState] = mapped_column(Code(ProvisionState), default=ProvisionState.OPEN)
    note: Mapped[str | None] = mapped_column(sa.String(200))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    decided_by: Mapped[User | None] = relationship()
    text: Mapped[PolicyText] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return f"{self.kind.label} {self.path}"


class PolicyRelation(Model):
    """How a policy stands to another, as a person confirmed it or as it was found in the text.

    `quote` and `path` are the words that say it and their clause; both empty where a person says it without a clause.
    """

    __tablename__ = "policy_relation"

    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"))
    other_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"), index=True)
    kind: Mapped[RelationKind] = mapped_column(Code(RelationKind))
    state: Mapped[RelationState] = mapped_column(Code(RelationState), default=RelationState.OPEN)
    path: Mapped[str] = mapped_column(sa.String(300), default="")
    quote: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str | None] = mapped_column(sa.String(200))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    policy: Mapped[Policy] = relationship(foreign_keys=[policy_id])
    other: Mapped[Policy] = relationship(foreign_keys=[other_id])
    decided_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("policy_id", "other_id", "kind"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return f"《{self.policy.title}》{self.kind.label}《{self.other.title}》"
