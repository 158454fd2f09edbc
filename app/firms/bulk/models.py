"""What was done to many firms at once, and what became of each of them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model
from app.firms.models import Firm


class BulkKind(Choice):
    ASSIGN = "assign", "指派科技专员"
    TAG = "tag", "加标签"
    POOL = "pool", "加入培育库"
    ASK = "ask", "提出询问"


class Bulk(Model):
    """One batch; `fields` is what was typed, `title` says it in words."""

    __tablename__ = "bulk"

    kind: Mapped[BulkKind] = mapped_column(Code(BulkKind))
    title: Mapped[str] = mapped_column(sa.String(200))
    fields: Mapped[dict[str, Any]]
    done: Mapped[int]
    skipped: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    made_by: Mapped[User] = relationship(foreign_keys=[made_by_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])

    def __str__(self) -> str:
        return self.title


class BulkRow(Model):
    """One firm of a batch: the row made for it, or why there is none; `undo_note` where taking back left it."""

    __tablename__ = "bulk_row"

    bulk_id: Mapped[int] = mapped_column(sa.ForeignKey("bulk.id"))
    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    made_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    undo_note: Mapped[str] = mapped_column(sa.String(200), default="")

    firm: Mapped[Firm] = relationship()

    __table_args__ = (sa.UniqueConstraint("bulk_id", "firm_id"),)
