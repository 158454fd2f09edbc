"""Pairs of firms that may be one, and merges with everything needed to take them apart again."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Model
from app.firms.models import Firm


class LikelyPair(Model):
    """Two firms that may be the same, the earlier entry first; `reasons` are sentences, the strongest first."""

    __tablename__ = "likely_pair"

    first_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    weight: Mapped[int]
    reasons: Mapped[list[Any]]
    found_at: Mapped[datetime]
    dismissed_at: Mapped[datetime | None]
    dismissed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    first: Mapped[Firm] = relationship(foreign_keys=[first_id])
    second: Mapped[Firm] = relationship(foreign_keys=[second_id])
    dismissed_by: Mapped[User | None] = relationship()

    __table_args__ = (sa.UniqueConstraint("first_id", "second_id"),)

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"


class Merge(Model):
    """One firm merged into another. `detail` says what was moved, closed and made, table by table, row by row."""

    __tablename__ = "merge"

    kept_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    gone_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    detail: Mapped[dict[str, Any]]

    kept: Mapped[Firm] = relationship(foreign_keys=[kept_id])
    gone: Mapped[Firm] = relationship(foreign_keys=[gone_id])
    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"
