"""测算方案, what computing them found, and for each firm what it was before and what it would be."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model


class Judged(Choice):
    """The answer for a firm, as it is kept."""

    MET = "met", "符合"
    UNMET = "unmet", "不符合"
    UNKNOWN = "unknown", "待核"


class Shift(Choice):
    """What a scenario changes for a firm; every firm has exactly one."""

    GAINED = "gained", "新增符合"
    MORE = "more", "金额增加"
    LOST = "lost", "不再符合"
    LESS = "less", "金额减少"
    PRICED = "priced", "金额明确"
    UNPRICED = "unpriced", "金额改为待定"
    OPENED = "opened", "新增待核"
    CLOSED = "closed", "待核转不符合"
    SAME = "same", "不变"


class AmountKind(Choice):
    """What a rule pays: nothing, something its policy leaves open, or a sum."""

    NONE = "none", "不涉及金额"
    HOLE = "hole", "金额待定"
    VALUE = "value", "有金额"


class Scenario(Model):
    """A rule with other numbers. `starts_on` says which version it was made of; `changes` are places and values."""

    __tablename__ = "scenario"

    name: Mapped[str] = mapped_column(sa.String(100))
    remarks: Mapped[str | None] = mapped_column(sa.Text)
    rule_code: Mapped[str] = mapped_column(sa.String(64), index=True)
    starts_on: Mapped[date]
    as_of: Mapped[date]
    budget: Mapped[Decimal | None]
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    owner: Mapped[User] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return self.name


class Simulation(Model):
    """What computing a scenario found, with what it rests on; never changed afterwards.

    `edition` is the version of the scenario, `firms` and `revisions` are the state of the pool, `rule_digest` names the
    exact texts of the rule. `told` are the changes as people read them.
    """

    __tablename__ = "simulation"

    scenario_id: Mapped[int] = mapped_column(sa.ForeignKey("scenario.id"), index=True)
    edition: Mapped[int]
    rule_version_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_version.id"))
    rule_digest: Mapped[str] = mapped_column(sa.String(64))
    as_of: Mapped[date]
    budget: Mapped[Decimal | None]
    told: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    firms: Mapped[int]
    revisions: Mapped[int] = mapped_column(sa.BigInteger)
    # Whether a version is in force on the day at all; where none is, every firm counts as 不符合.
    in_force_before: Mapped[bool]
    in_force_after: Mapped[bool]
    amount_before: Mapped[AmountKind] = mapped_column(Code(AmountKind))
    amount_after: Mapped[AmountKind] = mapped_column(Code(AmountKind))
    # What a list shows of the result; its rows never change, so neither does this.
    headline: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    known_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    scenario: Mapped[Scenario] = relationship()
    made_by: Mapped[User] = relationship()


class BothSides:
    """One firm before and after; amounts in 分, none where 不符合 or open; no `high` where there is no ceiling.

    Name and unit are those of the day, and there is no foreign key to the firm: the result outlives what it speaks of.
    """

    firm_id: Mapped[int] = mapped_column(sa.BigInteger)
    firm_name: Mapped[str] = mapped_column(sa.String(200))
    unit_name: Mapped[str | None] = mapped_column(sa.String(100))
    before: Mapped[Judged] = mapped_column(Code(Judged))
    after: Mapped[Judged] = mapped_column(Code(Judged))
    shift: Mapped[Shift] = mapped_column(Code(Shift))
    low_before: Mapped[int | None] = mapped_column(sa.BigInteger)
    high_before: Mapped[int | None] = mapped_column(sa.BigInteger)
    low_after: Mapped[int | None] = mapped_column(sa.BigInteger)
    high_after: Mapped[int | None] = mapped_column(sa.BigInteger)


class SimulatedFirm(BothSides, Model):
    """One firm of a simulation."""

    __tablename__ = "simulated_firm"

    simulation_id: Mapped[int] = mapped_column(sa.ForeignKey("simulation.id"))

    __table_args__ = (
        sa.UniqueConstraint("simulation_id", "firm_id"),
        sa.Index("ix_simulated_firm_simulation_id_shift", "simulation_id", "shift"),
    )
