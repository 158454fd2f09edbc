"""Titles (资质): kind, number, issued, valid until, revoked; corrected by a new version, never overwritten."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Model
from app.facts.models import Recorded
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm, StoredFile


class Title(Recorded, Model):
    """One certification; `thread` is shared by the versions of the same certificate."""

    __tablename__ = "title"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    thread: Mapped[str] = mapped_column(sa.String(36), index=True)
    kind: Mapped[str] = mapped_column(sa.String(32))
    number: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    authority: Mapped[str | None] = mapped_column(sa.String(100))
    issued_on: Mapped[date]
    valid_until: Mapped[date | None] = mapped_column(index=True)
    revoked_on: Mapped[date | None]
    revoke_reason: Mapped[str | None] = mapped_column(sa.String(200))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))

    # Who holds what on a day is read from the index alone.
    __table_args__ = (
        sa.Index("ix_title_terms", "kind", "firm_id", "superseded_at", "issued_on", "valid_until", "revoked_on"),
    )

    firm: Mapped[Firm] = relationship()
    file: Mapped[StoredFile | None] = relationship()

    @property
    def label(self) -> str:
        """The name of its kind; the code where the kind is declared no longer."""
        kind = vocabulary().titles.get(self.kind)
        return kind.label if kind else self.kind

    def __str__(self) -> str:
        return f"{self.label} {self.number}" if self.number else self.label

    def in_force(self, day: date) -> bool:
        """Whether the certificate counts on a day: issued, not expired, not revoked by then."""
        return (
            self.issued_on <= day
            and (self.valid_until is None or day <= self.valid_until)
            and (self.revoked_on is None or day < self.revoked_on)
        )
