"""The Word templates that staff uploaded."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Model


class DocumentTemplate(Model):
    """A template of one kind of document; the one without an end is in use, none means our own."""

    __tablename__ = "document_template"

    kind: Mapped[str] = mapped_column(sa.String(32), server_default="plan")
    name: Mapped[str] = mapped_column(sa.String(200))
    file_key: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    kept_at: Mapped[datetime]
    kept_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]

    kept_by: Mapped[User] = relationship()

    def __str__(self) -> str:
        return self.name
