"""Documents, rules and rule versions; a version is never edited, only followed by another."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model


class Policy(Model):
    """A document that rules cite."""

    __tablename__ = "policy"

    code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    title: Mapped[str] = mapped_column(sa.String(300))
    number: Mapped[str | None] = mapped_column(sa.String(100))
    issuer: Mapped[str | None] = mapped_column(sa.String(100))
    level: Mapped[str] = mapped_column(sa.String(16), default="")
    status: Mapped[str] = mapped_column(sa.String(16), default="")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return self.title


class Rule(Model):
    """A rule of the book; `body` is everything of its file but the versions.

    `published_at` is when it was last published or ended on a page; such a rule is no longer read from its file.
    """

    __tablename__ = "rule"

    code: Mapped[str] = mapped_column(sa.String(64), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(16), index=True)
    scope: Mapped[str] = mapped_column(sa.String(64))
    example: Mapped[bool] = mapped_column(default=False)
    policy_id: Mapped[int | None] = mapped_column(sa.ForeignKey("policy.id"))
    position: Mapped[int] = mapped_column(default=0)
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime | None]

    policy: Mapped[Policy | None] = relationship()
    versions: Mapped[list["RuleVersion"]] = relationship(
        back_populates="rule", order_by="RuleVersion.starts_on", lazy="raise_on_sql"
    )

    def __str__(self) -> str:
        return self.name


class RuleVersion(Model):
    """What a rule says from one day (inclusive) to another (exclusive); `digest` names the exact text.

    The database itself refuses every change but the one from standing to superseded.
    """

    __tablename__ = "rule_version"

    rule_id: Mapped[int] = mapped_column(sa.ForeignKey("rule.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    digest: Mapped[str] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    rule: Mapped[Rule] = relationship(back_populates="versions")
