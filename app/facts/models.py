"""The ledger's tables: facts, records, vouches, and the batches they came in. Rows are never overwritten."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model


class Source(Choice):
    FIRM = "firm", "企业填报"
    TAX = "tax", "税务"
    STATISTICS = "statistics", "统计"
    PLATFORM = "platform", "火炬/工信平台名单"
    AUDITOR = "auditor", "审计报告"
    DEPARTMENT = "department", "主管部门答复"
    VISIT = "visit", "专员走访"
    REGISTRY = "registry", "市场监管登记"
    EXPERT = "expert", "专家评审"
    IMPORTED = "import", "导入"
    ENTERED = "entered", "科技局录入"


class Batch(Model):
    """One import: its file, its rows' fate, and whether it was undone."""

    __tablename__ = "batch"

    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(32))
    state: Mapped[str] = mapped_column(sa.String(16), index=True)
    source: Mapped[Source] = mapped_column(Code(Source))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    made_by: Mapped[User | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    def __str__(self) -> str:
        return self.name


class Recorded:
    """What every row of the ledger carries: where it came from, when it was known, until when it stood."""

    source: Mapped[Source] = mapped_column(Code(Source))
    source_note: Mapped[str | None] = mapped_column(sa.String(200))
    recorded_at: Mapped[datetime] = mapped_column(index=True)
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    superseded_at: Mapped[datetime | None]
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), index=True)


class Fact(Recorded, Model):
    """One figure: a kind of the vocabulary, for an accounting year or standing (`year` 0)."""

    __tablename__ = "fact"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    kind: Mapped[str] = mapped_column(sa.String(64))
    year: Mapped[int] = mapped_column(default=0)
    number: Mapped[Decimal | None]
    text: Mapped[str | None] = mapped_column(sa.String(500))

    __table_args__ = (
        sa.Index("ix_fact_firm_id_kind_year", "firm_id", "kind", "year"),
        # At most one standing value per figure, held by the database itself.
        sa.Index(
            "uq_fact_standing",
            "firm_id",
            "kind",
            "year",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )


class RegionFact(Recorded, Model):
    """A figure of the region (GDP growth, an industry mean), the same for every firm."""

    __tablename__ = "region_fact"

    kind: Mapped[str] = mapped_column(sa.String(64), index=True)
    year: Mapped[int] = mapped_column(default=0)
    number: Mapped[Decimal | None]
    text: Mapped[str | None] = mapped_column(sa.String(500))

    def __str__(self) -> str:
        return self.kind


class Record(Recorded, Model):
    """One dated entry of a collection; `thread` is shared by the versions of the same entry."""

    __tablename__ = "record"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    collection: Mapped[str] = mapped_column(sa.String(64), index=True)
    thread: Mapped[str] = mapped_column(sa.String(36), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Vouch(Recorded, Model):
    """Someone vouches that a collection is complete, within a scope, over a window; for a firm or all firms.

    `withdrawn_for` says why it was taken back; one that was only renewed has none.
    """

    __tablename__ = "vouch"

    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    collection: Mapped[str] = mapped_column(sa.String(64))
    scope: Mapped[dict[str, Any]] = mapped_column(default=dict)
    since: Mapped[date | None]
    until: Mapped[date]
    voucher: Mapped[str] = mapped_column(sa.String(200))
    withdrawn_for: Mapped[str | None] = mapped_column(sa.String(200))

    def __str__(self) -> str:
        return self.voucher
