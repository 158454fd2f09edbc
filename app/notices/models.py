"""Notices, how somebody wants to be told of them, what was sent, and the days on which people work."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model
from app.firms.models import Firm


class NoticeKind(Choice):
    EXPIRY = "expiry", "资质到期"
    YEARLY = "yearly", "年度义务"
    RENAMING = "renaming", "更名办理"
    OVERDUE = "overdue", "逾期提醒"
    CALL = "call", "需求征集"
    ESCALATION = "escalation", "逾期上报"
    STATEMENT = "statement", "核对意见"
    NEED = "need", "企业需求"
    PLAN = "plan", "一企一策"


class Channel(Choice):
    EMAIL = "email", "电子邮件"
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"


class DeliveryState(Choice):
    WAITING = "waiting", "待发送"
    SENT = "sent", "已发送"
    FAILED = "failed", "没有发出"


class Notice(Model):
    """One thing one person is told once: `key` says what it is about, so that a second sweep tells nobody twice."""

    __tablename__ = "notice"
    __table_args__ = (sa.UniqueConstraint("user_id", "key"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(120))
    kind: Mapped[NoticeKind] = mapped_column(Code(NoticeKind))
    text: Mapped[str] = mapped_column(sa.String(300))
    # The name of a page and what it needs; an address is made of them when the notice is shown.
    route: Mapped[str] = mapped_column(sa.String(64))
    parameters: Mapped[dict[str, Any]]
    firm_id: Mapped[int | None] = mapped_column(sa.ForeignKey("firm.id"), index=True)
    due_on: Mapped[date | None]
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]

    firm: Mapped[Firm | None] = relationship()


class Sweep(Model):
    """The day on which people were told what is due; whoever makes the row does it for all processes."""

    __tablename__ = "sweep"

    day: Mapped[date] = mapped_column(unique=True)
    made: Mapped[int] = mapped_column(default=0)


class Subscription(Model):
    """Where and when somebody wants the digest; the address of a robot is a secret, so it is kept concealed."""

    __tablename__ = "subscription"
    __table_args__ = (sa.UniqueConstraint("user_id", "channel"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    channel: Mapped[Channel] = mapped_column(Code(Channel))
    address: Mapped[str] = mapped_column(sa.String(1000))
    hour: Mapped[int] = mapped_column(default=8)
    rest_days: Mapped[bool] = mapped_column(default=False)
    since: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="joined")


class Delivery(Model):
    """The digest of one day for one subscription: written once, tried until it is sent or has failed too often."""

    __tablename__ = "delivery"
    __table_args__ = (sa.UniqueConstraint("subscription_id", "day"),)

    subscription_id: Mapped[int] = mapped_column(sa.ForeignKey("subscription.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[DeliveryState] = mapped_column(Code(DeliveryState), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    said: Mapped[str | None] = mapped_column(sa.String(200))
    sent_at: Mapped[datetime | None]

    subscription: Mapped[Subscription] = relationship(lazy="joined")


class SpecialDay(Model):
    """A day that is not what its weekday says: a public holiday, or a weekend day that is worked (调休)."""

    __tablename__ = "special_day"

    day: Mapped[date] = mapped_column(unique=True)
    worked: Mapped[bool]
    note: Mapped[str] = mapped_column(sa.String(100))
