"""Forecasts: what was asked, what came out firm by firm, and the proposals that searches have left behind."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Unit, User
from app.core.choices import Choice
from app.core.db import Code, Model
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.titles.choosing import Reach


class Fate(Choice):
    """What a forecast expects of a firm on the target's day; only RULED_OUT is a proof that the title cannot be had."""

    KEPT = "kept", "到期日仍有效"
    READY = "ready", "可按期取得"
    MAY = "may", "核清后可能取得"
    LATE = "late", "来不及"
    STUCK = "stuck", "没有找到办法"
    RULED_OUT = "ruled_out", "可以排除"


class Forecast(Model):
    """One 推演: its question, and on what the answer rests. A new run is a new forecast; the old one stays readable.

    The firms in scope are kept as their number and the sum of their revisions: any change among them changes these.
    """

    __tablename__ = "forecast"

    name: Mapped[str] = mapped_column(sa.String(200))
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    until: Mapped[date]
    handling: Mapped[int]
    most_searched: Mapped[int]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    made_at: Mapped[datetime] = mapped_column(index=True)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id", ondelete="SET NULL"))
    computed_at: Mapped[datetime | None]
    day: Mapped[date | None]
    book: Mapped[str | None] = mapped_column(sa.String(64))
    firms: Mapped[int | None]
    revisions: Mapped[int | None] = mapped_column(sa.BigInteger)

    unit: Mapped[Unit | None] = relationship()
    made_by: Mapped[User] = relationship()
    targets: Mapped[list["ForecastTarget"]] = relationship(
        order_by="ForecastTarget.position", back_populates="forecast", lazy="raise_on_sql"
    )

    @property
    def scope(self) -> str:
        return self.unit.name if self.unit else "全区"

    def __str__(self) -> str:
        return self.name


class ForecastTarget(Model):
    """One title kind and how many firms are to hold it; `outcome` is empty until it is computed."""

    __tablename__ = "forecast_target"

    forecast_id: Mapped[int] = mapped_column(sa.ForeignKey("forecast.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(32))
    count: Mapped[int]
    reach: Mapped[Reach | None] = mapped_column(Code(Reach))
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)

    forecast: Mapped[Forecast] = relationship(back_populates="targets")

    @property
    def label(self) -> str:
        """The name of the title; the code where the kind is declared no longer."""
        kind = vocabulary().titles.get(self.kind)
        return kind.label if kind else self.kind

    @property
    def words(self) -> str:
        return f"{self.label}达到 {self.count} 家"


class ForecastFirm(Model):
    """What is expected of one firm for one target; `position` orders the candidates, the chosen ones first.

    `ways` are proposals as sentences, the best first; `asks` is what is not known: {what, year, by}.
    """

    __tablename__ = "forecast_firm"

    target_id: Mapped[int] = mapped_column(sa.ForeignKey("forecast_target.id"))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    fate: Mapped[Fate] = mapped_column(Code(Fate))
    chosen: Mapped[bool]
    position: Mapped[int]
    lead_months: Mapped[int | None]
    effort: Mapped[int | None]
    issued_on: Mapped[date | None]
    lapses_on: Mapped[date | None]
    summary: Mapped[str] = mapped_column(sa.String(500), default="")
    ways: Mapped[list[Any]] = mapped_column(default=list)
    asks: Mapped[list[Any]] = mapped_column(default=list)

    firm: Mapped[Firm] = relationship()

    __table_args__ = (
        sa.Index("ix_forecast_firm_target_id_fate_position", "target_id", "fate", "position"),
        sa.Index("ix_forecast_firm_firm_id", "firm_id"),
    )


class Proposal(Model):
    """What was found for a firm and a rule on a day: proposals, or the proof that nothing is quick enough.

    It holds for this revision of the firm, this rule book and this day only. `ways` is None where nothing was searched
    for, because nothing that takes at most `ruled_months` does until `ruled_until`.
    """

    __tablename__ = "proposal"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    rule_code: Mapped[str] = mapped_column(sa.String(64))
    revision: Mapped[int]
    book: Mapped[str] = mapped_column(sa.String(64))
    day: Mapped[date]
    ways: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    ruled_months: Mapped[int | None]
    ruled_until: Mapped[date | None]

    __table_args__ = (sa.UniqueConstraint("firm_id", "rule_code"),)
