"""Lists kept under a name, by one person or for everybody."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Model
from app.firms.search.address import LONGEST_ADDRESS


class SavedView(Model):
    """A list's address under a name; a shared one is offered to everybody, each of whom sees their own firms in it."""

    __tablename__ = "saved_view"

    name: Mapped[str] = mapped_column(sa.String(40))
    query: Mapped[str] = mapped_column(sa.String(LONGEST_ADDRESS))
    shared: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    made_at: Mapped[datetime]

    owner: Mapped[User] = relationship()

    __table_args__ = (sa.UniqueConstraint("owner_id", "name"),)

    def __str__(self) -> str:
        return self.name
