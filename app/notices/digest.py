"""The digest: what waits for somebody and what is new, once a day, frozen when it is written."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock, text
from app.core.paging import count
from app.notices import mail, queries, robots, service
from app.notices.models import Channel, Delivery, DeliveryState, Notice, Subscription
from app.notices.robots import UndeliveredError
from app.notices.workdays import workdays
from app.settings import settings

MOST_SHOWN = 20
MOST_ATTEMPTS = 5
HELD = timedelta(minutes=2)
NOTHING = "当天没有要说的"
# What waits for a user, as (label, how many): supplied by whoever knows the pages that hold the rows.
Waiting = Callable[[Session, User], Iterable[tuple[str, int]]]
_WAITING: list[Waiting] = []


def register(waiting: Waiting) -> None:
    """The one that counts what waits for a user."""
    _WAITING[:] = [waiting]


def ready(db: Session, moment: datetime) -> list[Subscription]:
    """The subscriptions whose hour has come today and whose digest of today has not been written."""
    day, hour = clock.local_day(moment), moment.astimezone(clock.BEIJING).hour
    done = sa.select(Delivery.subscription_id).where(Delivery.day == day)
    asked = db.scalars(sa.select(Subscription).where(Subscription.hour <= hour, Subscription.id.not_in(done))).all()
    worked = bool(asked) and workdays(db).is_worked(day)
    return [each for each in asked if (worked or each.rest_days) and each.user.disabled_at is None]


def write_digests(db: Session, moment: datetime) -> int:
    """A delivery for each subscription that is ready; how many that were."""
    found = ready(db, moment)
    db.add_all([_delivery(db, each, clock.local_day(moment), moment) for each in found])
    return len(found)


def _delivery(db: Session, subscription: Subscription, day: date, moment: datetime) -> Delivery:
    waiting = [(label, number) for each in _WAITING for label, number in each(db, subscription.user) if number]
    unread = queries.notices_of(subscription.user, "unread")
    new = count(db, unread)
    lines = list(db.scalars(unread.limit(MOST_SHOWN))) if subscription.channel is Channel.EMAIL else []
    empty = not waiting and not new
    return Delivery(
        subscription_id=subscription.id,
        day=day,
        subject=f"梯度：待我处理 {sum(number for _, number in waiting)} 项，未读消息 {new} 条（{text.day(day)}）",
        text="" if empty else _written(subscription.user, waiting, lines, new),
        state=DeliveryState.SENT if empty else DeliveryState.WAITING,
        said=NOTHING if empty else None,
        next_at=moment,
    )


def _written(user: User, waiting: list[tuple[str, int]], lines: list[Notice], new: int) -> str:
    """Counts for everybody; the notices themselves only where one person reads them, not a group."""
    parts = [f"{user.name}，您好。", ""]
    parts += [f"{label}：{number} 项" for label, number in waiting]
    parts += [f"未读消息：{new} 条", ""]
    parts += [f"· {each.text}" for each in lines]
    if len(lines) < new and lines:
        parts.append(f"……其余 {new - len(lines)} 条请到系统中查看。")
    return "\n".join([*parts, "", f"请到梯度处理：{settings().public_origin}/todo"])


def take_next(db: Session, moment: datetime) -> Delivery | None:
    """The next delivery to be tried, held for two minutes so that no other process sends it as well."""
    found = db.scalar(_due(moment).limit(1).with_for_update(skip_locked=True, of=Delivery))
    if found is not None:
        found.attempts += 1
        found.next_at = moment + HELD * 2 ** (found.attempts - 1)
    return found


def waits(db: Session, moment: datetime) -> bool:
    """Whether there is anything to send."""
    return db.scalar(_due(moment).limit(1)) is not None


def _due(moment: datetime) -> sa.Select[Delivery]:
    due = Delivery.state == DeliveryState.WAITING, Delivery.next_at <= moment
    return sa.select(Delivery).where(*due).order_by(Delivery.id)


def deliver(delivery: Delivery) -> str:
    """Send one; an empty text when it was taken, else why not."""
    address, secret = service.address_of(delivery.subscription)
    channel = delivery.subscription.channel
    if not address:
        return "地址无法读取（系统密钥已更换），请重新填写。"
    try:
        if channel is Channel.EMAIL:
            mail.send(address, delivery.subject, delivery.text)
        else:
            robots.say(channel, address, secret, f"{delivery.subject}\n{delivery.text}")
    except UndeliveredError as refusal:
        return str(refusal)
    return ""


def note_outcome(db: Session, delivery_id: int, refusal: str, moment: datetime) -> None:
    """Sent; or to be tried again, later each time; or given up after the fifth attempt."""
    delivery = db.get(Delivery, delivery_id)
    if delivery is None:
        return
    delivery.said = refusal or None
    if not refusal:
        delivery.state, delivery.sent_at = DeliveryState.SENT, moment
    elif delivery.attempts >= MOST_ATTEMPTS:
        delivery.state = DeliveryState.FAILED
