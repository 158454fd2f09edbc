"""What each sender's columns stood for the last time: proposed again for the next file, decided again by a person."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.facts.models import Batch
from app.imports.columns.targets import key_of, targets_of
from app.imports.models import Kind, Policy, Remembered


def sender_of(actor: User, batch: Batch) -> str:
    """Who sends files like this one: the unit of whoever uploads them (or the person), for one source."""
    who = f"unit:{actor.unit_id}" if actor.unit_id else f"user:{actor.id}"
    return f"{who}:{batch.source.code}"


def remember(db: Session, actor: User, batch: Batch, chosen: Iterable[tuple[str, str, Policy]]) -> None:
    """Keep (heading, target, policy) for the sender's next file of this kind; an empty target says “not imported”."""
    sender = sender_of(actor, batch)
    by_heading = {key_of(name)[:100]: (target, policy) for name, target, policy in chosen if key_of(name)}
    mine = Remembered.sender == sender, Remembered.kind == batch.kind
    known = {each.heading: each for each in db.scalars(sa.select(Remembered).where(*mine))}
    for heading, (target, policy) in by_heading.items():
        row = known.get(heading)
        if row is None:
            row = Remembered(sender=sender, kind=batch.kind, heading=heading)
            db.add(row)
        row.target, row.policy, row.used_at = target, policy, clock.now()


def recalled(db: Session, actor: User, batch: Batch) -> dict[str, tuple[str, Policy]]:
    """Key of a heading → what it stood for last time; targets that are no more are left out."""
    mine = Remembered.sender == sender_of(actor, batch), Remembered.kind == batch.kind
    known = targets_of(Kind.of(batch.kind))
    rows = db.scalars(sa.select(Remembered).where(*mine))
    return {row.heading: (row.target, row.policy) for row in rows if not row.target or row.target in known}
