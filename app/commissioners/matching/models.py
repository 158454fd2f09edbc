"""A matching as it was solved, each pairing it suggests, and what was decided about it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.commissioners.models import Commissioner
from app.core.choices import Choice
from app.core.db import Code, Model
from app.firms.models import Firm


class PairingState(Choice):
    OPEN = "open", "待定"
    ACCEPTED = "accepted", "采纳"
    CHANGED = "changed", "改派"
    DECLINED = "declined", "不派"


class Matching(Model):
    """派驻匹配: solved once. `people` and `left_out` are [name, words]; `unmatched` [firm, why nobody is suggested]."""

    __tablename__ = "matching"

    scope: Mapped[str] = mapped_column(sa.String(200))
    starts_on: Mapped[date]
    total: Mapped[int]
    people: Mapped[list[Any]]
    left_out: Mapped[list[Any]]
    unmatched: Mapped[list[Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    made_by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.scope


class Pairing(Model):
    """匹配建议: `options` are all people with this firm as [person, points (None: never), [[points, sentence]]].

    Without this pair the best solution would give the firm to `other` (None: nobody), and lose `loss` points in all.
    """

    __tablename__ = "pairing"

    matching_id: Mapped[int] = mapped_column(sa.ForeignKey("matching.id"), index=True)
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    commissioner_id: Mapped[int] = mapped_column(sa.ForeignKey("commissioner.id"), index=True)
    points: Mapped[int]
    options: Mapped[list[Any]]
    other_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissioner.id"))
    loss: Mapped[int]
    state: Mapped[PairingState] = mapped_column(Code(PairingState), default=PairingState.OPEN, index=True)
    decided_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commissioner.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)

    matching: Mapped[Matching] = relationship()
    firm: Mapped[Firm] = relationship()
    commissioner: Mapped[Commissioner] = relationship(foreign_keys=[commissioner_id])
    other: Mapped[Commissioner | None] = relationship(foreign_keys=[other_id])
    decided: Mapped[Commissioner | None] = relationship(foreign_keys=[decided_id])
    decided_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return f"{self.firm.name} ← {self.commissioner.name}"

    @property
    def reasons(self) -> list[tuple[int, str]]:
        """What speaks for the person who is suggested, the strongest first."""
        own = next((each for each in self.options if each[0] == self.commissioner_id), None)
        told = [(points, sentence) for points, sentence in own[2] if points] if own else []
        return sorted(told, reverse=True)
