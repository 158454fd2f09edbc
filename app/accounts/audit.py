"""The audit trail: one event per change, denial and disclosure, chained, in the same transaction; and its check."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import anchors
from app.accounts.models import Event, User
from app.core import clock
from app.core.choices import Choice
from app.core.db import Model, lock
from app.core.keys import key_for

START = "0" * 64
# Written into every event, so that another way of sealing can be told from this one.
SCHEME = "hmac-sha256"
LONGEST_TEXT = 500
CLOCK_MAY_SLIP = timedelta(seconds=5)
BLOCK = 2000


@dataclass(frozen=True)
class Flaw:
    """One place where the trail is not what it was when it was written."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"第 {self.number} 条：{self.what}"


def record(
    db: Session,
    actor: User | None,
    kind: str,
    subject: Model | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    firm_id: int | None = None,
    result: str = "done",
) -> Event:
    """Append one event to the chain, in the caller's transaction: it stands or falls with the change."""
    lock(db, "event")
    firm_id = firm_id if firm_id is not None else firm_of(subject)
    event = _chained(db, actor, kind, subject, changes or {}, firm_id, result, after=_last(db))
    db.add(event)
    db.flush()  # the next event of this transaction chains to this one
    anchors.note(db, event)
    return event


def record_all(db: Session, actor: User | None, kind: str, told: Iterable[tuple[Model, Mapping[str, Any]]]) -> None:
    """One event per (subject, changes), as by `record`, for changes that come by the thousand in one transaction."""
    lock(db, "event")
    last, events = _last(db), []
    for subject, changes in told:
        last = _chained(db, actor, kind, subject, changes, firm_of(subject), "done", after=last)
        events.append(last)
    db.add_all(events)
    db.flush()  # the next event of this transaction chains to the last of these
    for event in events:
        anchors.note(db, event)


def last_number(db: Session) -> int:
    """The number of the newest event: while it stays, nothing has been changed by anybody."""
    return db.scalar(sa.select(sa.func.max(Event.id))) or 0


def _last(db: Session) -> Event | None:
    return db.scalar(sa.select(Event).order_by(Event.id.desc()).limit(1))


def _chained(
    db: Session,
    actor: User | None,
    kind: str,
    subject: Model | None,
    changes: Mapping[str, Any],
    firm_id: int | None,
    result: str,
    *,
    after: Event | None,
) -> Event:
    moment = clock.now()
    body = {
        "scheme": SCHEME,
        "at": moment.isoformat(),
        "kind": kind,
        "result": result,
        "firm": firm_id,
        "actor": actor and {"id": actor.id, "name": actor.name, "role": actor.role.code},
        "subject": subject is not None and {"kind": subject.__tablename__, "id": subject.id, "name": str(subject)},
        "changes": dict(changes),
        **db.info.get("request", {}),
    }
    event = Event(
        id=after.id + 1 if after else 1,
        at=moment,
        kind=kind,
        actor_id=actor.id if actor else None,
        firm_id=firm_id,
        result=result,
        body=_canonical(body),
        previous=after.mac if after else START,
    )
    event.mac = seal(event)
    return event


def seal(event: Event) -> str:
    """The MAC over an event, its number, and its link to the one before."""
    text = "\x1f".join((str(event.id), event.previous, event.body))
    return hmac.new(key_for("audit"), text.encode(), hashlib.sha256).hexdigest()


def verify(db: Session) -> list[Flaw]:
    """Every flaw of the trail: gaps, broken links, false seals, columns that contradict, time that ran back,
    and differences from the anchors outside the database, which alone show a rewriting by whoever has the key.
    """
    known = anchors.read()
    unmet = set(known)
    flaws: list[Flaw] = []
    before: Event | None = None
    for event in _all_events(db):
        flaws += [Flaw(event.id, what) for what in _flaws_of(event, before)]
        if known.get(event.id, {event.mac}) != {event.mac}:
            flaws.append(Flaw(event.id, "与库外锚点不符，这之前的记录被改写过"))
        unmet.discard(event.id)
        before = event
    if before is not None and not known:
        flaws.append(Flaw(0, "库外锚点文件缺失，无法发现整条链被重写"))
    return flaws + [
        Flaw(number, "库外锚点记得这一条，库中没有：末尾被截去，或恢复了旧备份") for number in sorted(unmet)
    ]


def anchor(db: Session) -> str:
    """Write the trail's present end to the anchors; says what was written."""
    last = db.scalar(sa.select(Event).order_by(Event.id.desc()).limit(1))
    if last is None:
        return "审计链还没有记录"
    anchors.append(last)
    return f"第 {last.id} 条 {last.mac}"


def _all_events(db: Session) -> Iterator[Event]:
    """Every event in order, a block at a time: the trail is longer than memory should be asked to hold."""
    number = 0
    while block := db.scalars(sa.select(Event).where(Event.id > number).order_by(Event.id).limit(BLOCK)).all():
        number = block[-1].id
        yield from block
        for event in block:
            db.expunge(event)


def _flaws_of(event: Event, before: Event | None) -> Iterator[str]:
    if event.id != (before.id if before else 0) + 1:
        yield "与上一条之间缺了记录"
    if event.previous != (before.mac if before else START):
        yield "与上一条的链接不符"
    if event.mac != seal(event):
        yield "内容与校验码不符，记录被改过"
    if not _columns_equal_body(event):
        yield "检索列与正文不一致"
    if before is not None and event.at < before.at - CLOCK_MAY_SLIP:
        yield "时间早于上一条，时钟被拨回过"


def _columns_equal_body(event: Event) -> bool:
    try:
        body = json.loads(event.body)
        actor = body["actor"]["id"] if body["actor"] else None
        told = (body["at"], body["kind"], body["result"], body["firm"], actor)
    except (ValueError, KeyError, TypeError):
        return False
    return bool(told == (event.at.isoformat(), event.kind, event.result, event.firm_id, event.actor_id))


def firm_of(subject: Model | None) -> int | None:
    """The firm that a subject is, or belongs to."""
    if subject is None:
        return None
    return subject.id if subject.__tablename__ == "firm" else getattr(subject, "firm_id", None)


def _canonical(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    match value:
        case Choice():
            return value.label
        case Decimal() | date():
            return str(value)
        case _:
            return str(value)[:LONGEST_TEXT]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Field → [before, after] for what differs, in the form an event keeps."""
    return {name: [before.get(name), after[name]] for name in after if before.get(name) != after[name]}
