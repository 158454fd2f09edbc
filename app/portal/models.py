"""开通申请: somebody asks for an account for a firm, named by its credit code; the bureau checks who it is."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model


class SignUpState(Choice):
    WAITING = "waiting", "待核对"
    ACCEPTED = "accepted", "已开通"
    REFUSED = "refused", "未通过"


class SignUp(Model):
    """What was typed on the public page; it names no row of ours until an account is made from it."""

    __tablename__ = "sign_up"

    credit_code: Mapped[str] = mapped_column(sa.String(18), index=True)
    firm_name: Mapped[str] = mapped_column(sa.String(200))
    person: Mapped[str] = mapped_column(sa.String(64))
    post: Mapped[str] = mapped_column(sa.String(64), default="")
    phone: Mapped[str] = mapped_column(sa.String(32))
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    state: Mapped[SignUpState] = mapped_column(Code(SignUpState), default=SignUpState.WAITING, index=True)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))

    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])

    def __str__(self) -> str:
        return f"{self.firm_name} {self.person}"
