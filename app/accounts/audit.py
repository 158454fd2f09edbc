"""The audit trail: one event per change, denial and disclosure, chained, in the same transaction."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event, User
from app.core import clock
from app.core.choices import Choice
from app.core.db import Model, lock
from app.core.keys import key_for

START = "0" * 64
SCHEME = "1"
LONGEST_TEXT = 500


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
    last = db.scalar(sa.select(Event).order_by(Event.id.desc()).limit(1))
    moment = clock.now()
    event = Event(
        id=last.id + 1 if last else 1,
        at=moment,
        kind=kind,
        actor_id=actor.id if actor else None,
        firm_id=firm_id if firm_id is not None else _firm_of(subject),
        result=result,
        body=_canonical(_body(db, actor, kind, subject, moment, changes or {}, result)),
        previous=last.mac if last else START,
    )
    event.mac = seal(event)
    db.add(event)
    db.flush()  # the next event of this transaction chains to this one
    return event


def seal(event: Event) -> str:
    """The MAC over an event and its link to the one before."""
    parts = (SCHEME, str(event.id), event.at.isoformat(), str(event.firm_id), event.previous, event.body)
    return hmac.new(key_for("audit"), "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def _body(
    db: Session,
    actor: User | None,
    kind: str,
    subject: Model | None,
    moment: datetime,
    changes: Mapping[str, Any],
    result: str,
) -> dict[str, Any]:
    return {
        "at": moment.isoformat(),
        "kind": kind,
        "result": result,
        "actor": actor and {"id": actor.id, "name": actor.name, "role": actor.role.code},
        "subject": subject is not None and {"kind": subject.__tablename__, "id": subject.id, "name": str(subject)},
        "changes": dict(changes),
        **db.info.get("request", {}),
    }


def _firm_of(subject: Model | None) -> int | None:
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
