"""One entry of a register; removed ones stay for the referrals that speak of them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Model
from app.needs.resources.declared import Register, registers


class Resource(Model):
    """`details` holds the texts of the register's own columns, by code."""

    __tablename__ = "resource"

    kind: Mapped[str] = mapped_column(sa.String(32), index=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    organisation: Mapped[str] = mapped_column(sa.String(100), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    search_text: Mapped[str] = mapped_column(sa.Text, deferred=True)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention

    @property
    def register(self) -> Register:
        return registers().registers[self.kind]

    @property
    def kind_label(self) -> str:
        """The name of its register; the code where that is declared no longer."""
        register = registers().registers.get(self.kind)
        return register.label if register else self.kind

    def __str__(self) -> str:
        return f"{self.name}（{self.organisation}）" if self.organisation else self.name
