"""Targets that are followed up, and the actual values reported for them; a correction keeps what was."""

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model
from app.policies.models import Policy
from app.policytext.targets.target import Comparator, TargetKind

YEAR_ENDS = (12, 31)


class Given(Choice):
    """What a reported number is: the indicator itself, from which Tidu computes, or the result as published."""

    LEVEL = "level", "指标数值"
    RESULT = "result", "已算好的结果"


class Target(Model):
    """One figure of a plan. Policy, indicator, scope and year together say which; `code` names one of the seeds.

    `base_value` is what the plan itself gives; where it gives none, the value reported for `base_year` serves. `counts`
    is the kind of title whose holders Tidu counts itself. `repeats` is the target that says the same in another place.
    """

    __tablename__ = "target"

    policy_id: Mapped[int] = mapped_column(sa.ForeignKey("policy.id"), index=True)
    code: Mapped[str | None] = mapped_column(sa.String(80), unique=True)
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provision.id"), index=True)
    path: Mapped[str] = mapped_column(sa.String(300))
    position: Mapped[int] = mapped_column(default=0)
    indicator: Mapped[str] = mapped_column(sa.String(200))
    scope: Mapped[str] = mapped_column(sa.String(200), default="")
    year: Mapped[int | None]
    every_year: Mapped[bool] = mapped_column(default=False)
    comparator: Mapped[str] = mapped_column(sa.String(8))
    low: Mapped[Decimal]
    high: Mapped[Decimal | None]
    unit: Mapped[str] = mapped_column(sa.String(200), default="")
    measure: Mapped[str] = mapped_column(sa.String(16))
    soft: Mapped[bool] = mapped_column(default=False)
    base_words: Mapped[str] = mapped_column(sa.String(200), default="")
    base_year: Mapped[int | None]
    base_value: Mapped[Decimal | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    counts: Mapped[str | None] = mapped_column(sa.String(32))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("target.id"), index=True)
    overlaps: Mapped[bool] = mapped_column(default=False)
    repeats_id: Mapped[int | None] = mapped_column(sa.ForeignKey("target.id"), index=True)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    policy: Mapped[Policy] = relationship()
    parent: Mapped["Target | None"] = relationship(remote_side="Target.id", foreign_keys=[parent_id])
    repeats: Mapped["Target | None"] = relationship(remote_side="Target.id", foreign_keys=[repeats_id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def kind(self) -> TargetKind:
        return TargetKind(self.measure)

    @property
    def binds(self) -> Comparator:
        return Comparator(self.comparator)

    @property
    def is_own(self) -> bool:
        """Whether the plan is this district's own; those of others are shown and never counted here."""
        return bool(self.policy.body.get("own"))

    @property
    def due(self) -> date | None:
        """The last day of the year it is due in, or of the plan; None where neither is known."""
        return date(self.year, *YEAR_ENDS) if self.year else self.ends_on

    def __str__(self) -> str:
        year = f"{self.year}年" if self.year else "每年" if self.every_year else ""
        return f"{year}{self.scope}{self.indicator}"


class Actual(Model):
    """A value of a target's indicator up to a day, from a source; `whole` is what a share is taken of."""

    __tablename__ = "actual"

    target_id: Mapped[int] = mapped_column(sa.ForeignKey("target.id"), index=True)
    day: Mapped[date]
    value: Mapped[Decimal]
    whole: Mapped[Decimal | None]
    given: Mapped[Given] = mapped_column(Code(Given), default=Given.LEVEL)
    source: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str | None] = mapped_column(sa.String(200))
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    superseded_at: Mapped[datetime | None]
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    superseded_for: Mapped[str | None] = mapped_column(sa.String(200))

    target: Mapped[Target] = relationship()
    recorded_by: Mapped[User] = relationship(foreign_keys=[recorded_by_id])

    __table_args__ = (
        # At most one standing value per day, held by the database itself.
        sa.Index(
            "uq_actual_standing",
            "target_id",
            "day",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )

    def __str__(self) -> str:
        return f"{self.target}（{self.day}）"
