"""Making notices, reading them, and saying where the digest goes."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock, keys
from app.core.errors import FieldError
from app.notices import queries
from app.notices.forms import SpecialDayFields, SubscriptionFields
from app.notices.models import Channel, Notice, SpecialDay, Subscription, Sweep
from app.notices.robots import is_robot_address
from app.notices.sources import Due, all_due
from app.notices.workdays import workdays

PURPOSE = "notice"
BLOCK = 32


def is_swept(db: Session, day: date) -> bool:
    """Whether everybody has been told what is due on a day."""
    return db.scalar(sa.select(Sweep.id).where(Sweep.day == day)) is not None


def sweep_once(db: Session, day: date) -> int | None:
    """Tell everybody what is due on a day; None where somebody else has done so already."""
    if is_swept(db, day):
        return None
    done = Sweep(day=day)
    db.add(done)
    db.flush()  # a second process stops here, before it tells anybody anything
    done.made = tell(db, all_due(db, day, workdays(db)))
    return done.made


def tell(db: Session, due: Iterable[Due]) -> int:
    """Make the notices that have not been made yet; how many that were."""
    every = list(due)
    people = queries.people_of(db, (each.firm_id for each in every if each.firm_id and not each.user_ids))
    told = queries.known_keys(db, (each.key for each in every))
    made = []
    for each in every:
        for user_id in each.user_ids or people.get(each.firm_id or 0, ()):
            if (user_id, each.key) not in told:
                told.add((user_id, each.key))
                made.append(_notice(each, user_id))
    db.add_all(made)
    return len(made)


def tell_firm(db: Session, actor: User | None, due: Due) -> int:
    """Tell a firm's own people at once what became of a matter of theirs, but for whoever did it; how many."""
    assert due.firm_id is not None, "say which firm is told"
    people = tuple(user_id for user_id in queries.users_of(db, due.firm_id) if not actor or user_id != actor.id)
    return tell(db, [replace(due, user_ids=people)]) if people else 0


def _notice(due: Due, user_id: int) -> Notice:
    return Notice(
        user_id=user_id,
        key=due.key,
        kind=due.kind,
        text=due.text[:300],
        route=due.route,
        parameters=due.parameters,
        firm_id=due.firm_id,
        due_on=due.due_on,
        made_at=clock.now(),
    )


def mark_read(notice: Notice) -> None:
    notice.read_at = notice.read_at or clock.now()


def mark_all_read(db: Session, actor: User) -> int:
    """Every notice of the actor that they can see and have not read."""
    unread = list(db.scalars(queries.notices_of(actor, "unread")))
    for each in unread:
        mark_read(each)
    return len(unread)


def subscribe(db: Session, actor: User, fields: SubscriptionFields) -> Subscription:
    """Where the actor's digest goes by one channel, in place of what was said before.

    Raises:
        FieldError: the address is none of this channel.
    """
    address = fields.address
    if fields.channel is not Channel.EMAIL and not is_robot_address(fields.channel, address):
        raise FieldError("address", f"这不是{fields.channel}的地址，请从群机器人的设置页完整复制 Webhook 地址。")
    subscription = _subscription(db, actor, fields.channel)
    subscription.address = concealed(address, fields.secret, bound_to=f"{actor.id}/{fields.channel.code}")
    subscription.hour, subscription.rest_days = fields.hour, fields.rest_days
    audit.record(db, actor, "digest.ordered", changes={"途径": fields.channel.label, "时间": f"{fields.hour}时"})
    return subscription


def _subscription(db: Session, actor: User, channel: Channel) -> Subscription:
    mine = sa.select(Subscription).where(Subscription.user_id == actor.id, Subscription.channel == channel)
    found = db.scalar(mine)
    if found is None:
        found = Subscription(user_id=actor.id, channel=channel, since=clock.now())
        db.add(found)
    return found


def unsubscribe(db: Session, actor: User, subscription: Subscription) -> None:
    audit.record(db, actor, "digest.stopped", changes={"途径": subscription.channel.label})
    db.delete(subscription)


def concealed(address: str, secret: str, *, bound_to: str) -> str:
    """An address and its secret as they may be stored, block by block."""
    content = json.dumps([address, secret]).encode()
    blocks = [content[start : start + BLOCK] for start in range(0, len(content), BLOCK)]
    return "|".join(keys.conceal(PURPOSE, each, bound_to=f"{bound_to}/{at}") for at, each in enumerate(blocks))


def address_of(subscription: Subscription) -> tuple[str, str]:
    """The address and the secret of a subscription; two empty texts where the installation's key is another one."""
    bound_to = f"{subscription.user_id}/{subscription.channel.code}"
    parts = enumerate(subscription.address.split("|"))
    content = b"".join(keys.reveal(PURPOSE, each, bound_to=f"{bound_to}/{at}") for at, each in parts)
    try:
        address, secret = json.loads(content)
    except ValueError:
        return "", ""
    return address, secret


def enter_special_day(db: Session, actor: User, fields: SpecialDayFields) -> SpecialDay:
    """Say that a day is worked or free, whatever its weekday and the known calendar say."""
    found = db.scalar(sa.select(SpecialDay).where(SpecialDay.day == fields.day))
    if found is None:
        found = SpecialDay(day=fields.day)
        db.add(found)
    found.worked, found.note = fields.worked == "yes", fields.note
    audit.record(db, actor, "workday.entered", changes={"日期": fields.day, "安排": "上班" if found.worked else "放假"})
    return found


def withdraw_special_day(db: Session, actor: User, special: SpecialDay) -> None:
    audit.record(db, actor, "workday.withdrawn", changes={"日期": special.day})
    db.delete(special)
