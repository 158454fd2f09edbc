"""What the last check of a firm found, rule by rule; and findings kept for good with a decision."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.checks.check import Distance
from app.core.db import Model
from app.firms.models import Firm
from app.rules import Finding


class Standing(Model):
    """The latest answer of one rule for one firm, for boards and lists; its version and dates are the round's."""

    __tablename__ = "standing"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    rule_code: Mapped[str] = mapped_column(sa.String(64))
    answer: Mapped[str] = mapped_column(sa.String(16))
    unmet: Mapped[int] = mapped_column(default=0)
    unknown: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    # none, hole, value or range; both ends in 分, no high end where there is no ceiling.
    amount: Mapped[str] = mapped_column(sa.String(8), default="none")
    amount_low: Mapped[int | None] = mapped_column(sa.BigInteger)
    amount_high: Mapped[int | None] = mapped_column(sa.BigInteger)
    # What is not known and would decide this answer: {what, year, by}, as worked out on a day; null: not yet.
    missing: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    asked_on: Mapped[date | None]

    firm: Mapped[Firm] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("firm_id", "rule_code"),
        sa.Index("ix_standing_distances", "rule_code", "answer", "unmet", "unknown", "firm_id"),
    )

    @property
    def summary(self) -> str:
        """“2 条不符合，1 条待核（共 11 条）”."""
        return Distance(self.unmet, self.unknown, self.total).words


class Round(Model):
    """Every standing of one rule: by which version of it and on which dates, counted up by whoever writes one."""

    __tablename__ = "round"

    rule_code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # Null while no version is in force.
    rule_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rule_version.id"))
    facts_on: Mapped[date]
    policy_on: Mapped[date]
    judged_at: Mapped[datetime]
    turn: Mapped[int] = mapped_column(default=1)


class Checked(Model):
    """Which revision of a firm its standings rest on, and since when."""

    __tablename__ = "checked"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), unique=True)
    revision: Mapped[int]
    checked_at: Mapped[datetime]


class KeptFinding(Model):
    """A finding kept byte for byte, with everything needed to compute it again."""

    __tablename__ = "kept_finding"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    rule_code: Mapped[str] = mapped_column(sa.String(64))
    rule_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rule_version.id"))
    facts_on: Mapped[date]
    policy_on: Mapped[date]
    known_at: Mapped[datetime]
    kept_at: Mapped[datetime]
    kept_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))

    kept_by: Mapped[User | None] = relationship()

    @property
    def finding(self) -> Finding:
        return Finding.from_json(self.body)
