"""Who is to supply what is open, and what was supplied with its source."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Unit, User
from app.core.db import Model
from app.workbench.models import RuleDraft


class ParameterKeeper(Model):
    """The unit that is to supply an open parameter; `key` names the rule or provision it is open in."""

    __tablename__ = "parameter_keeper"

    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    set_at: Mapped[datetime]
    set_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    unit: Mapped[Unit] = relationship()

    def __str__(self) -> str:
        return self.unit.name


class Supply(Model):
    """A value that was supplied with its source, and the draft of a rule version that it went into; never edited."""

    __tablename__ = "parameter_supply"

    key: Mapped[str] = mapped_column(sa.String(80), index=True)
    value: Mapped[str] = mapped_column(sa.String(400))
    document: Mapped[str] = mapped_column(sa.String(200))
    starts_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(sa.String(200))
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_draft.id"))
    supplied_at: Mapped[datetime]
    supplied_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    draft: Mapped[RuleDraft] = relationship()
    supplied_by: Mapped[User] = relationship()

    def __str__(self) -> str:
        return f"{self.value}（{self.document}）"
