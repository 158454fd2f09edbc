"""Figures by the thousand: the ledger that `record_fact` would make, in a few statements; audited by the caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core.chunks import chunks
from app.core.errors import FieldError, Stale
from app.facts.ledger import Origin, stamp
from app.facts.models import Fact
from app.facts.service import declared_fact
from app.facts.values import LARGEST, split
from app.firms.models import Firm
from app.firms.revision import touch_many
from app.rules.values import Value


@dataclass(frozen=True)
class Figure:
    """One figure to be written: money in 元, year 0 for kinds without one.

    `seen` is the id of the figure that the writer took for standing (0 for none).
    """

    firm_id: int
    kind: str
    year: int
    value: Value
    origin: Origin
    seen: int

    @property
    def key(self) -> tuple[int, str, int]:
        return self.firm_id, self.kind, self.year


def record_facts(db: Session, actor: User | None, figures: Sequence[Figure]) -> None:
    """Write figures, at most one for each firm, kind and year; the firms' revisions follow.

    Raises:
        FieldError: a kind is not declared, a year does not fit it, or a number is beyond the ledger.
        Stale: somebody else has written one of these figures since.
    """
    standing = _hold(db, figures)
    rows = [_row(actor, figure, standing.get(figure.key)) for figure in figures]
    for figure, row in zip(figures, rows, strict=True):
        before = standing.get(figure.key)
        if before:
            before.superseded_at, before.superseded_by_id = row["recorded_at"], row["recorded_by_id"]
    db.flush()  # the database allows only one standing value, so the old ones must go first
    for some in chunks(rows):
        db.execute(sa.insert(Fact), some)
    touch_many(db, {figure.firm_id for figure in figures})


def retract_facts(db: Session, actor: User | None, facts: Sequence[Fact]) -> None:
    """Take standing figures back without putting others in their place; the firms' revisions follow."""
    for fact in facts:
        fact.superseded_at = max(clock.now(), fact.recorded_at)
        fact.superseded_by_id = actor.id if actor else None
    db.flush()  # what is recorded next may stand in the same place
    touch_many(db, {fact.firm_id for fact in facts})


def _hold(db: Session, figures: Sequence[Figure]) -> dict[tuple[int, str, int], Fact]:
    """What stands for these firms and kinds, with the firms held so that no other writer comes between."""
    kinds = {figure.kind for figure in figures}
    found: dict[tuple[int, str, int], Fact] = {}
    for some in chunks(sorted({figure.firm_id for figure in figures})):
        db.execute(sa.select(Firm.id).where(Firm.id.in_(some)).order_by(Firm.id).with_for_update(key_share=True))
        standing = sa.select(Fact).where(Fact.firm_id.in_(some), Fact.kind.in_(kinds), Fact.superseded_at.is_(None))
        fresh = db.scalars(standing.execution_options(populate_existing=True))
        found.update(((fact.firm_id, fact.kind, fact.year), fact) for fact in fresh)
    return found


def _row(actor: User | None, figure: Figure, before: Fact | None) -> dict[str, Any]:
    declared = declared_fact(figure.kind, figure.year)
    if figure.seen != (before.id if before else 0):
        raise Stale(before)
    if isinstance(figure.value, Decimal) and abs(figure.value) >= LARGEST:
        raise FieldError("value", f"“{declared.label}”的数太大了（应小于 1 万亿），请核对单位。")
    number, text = split(figure.value)
    kept = {"firm_id": figure.firm_id, "kind": figure.kind, "year": figure.year, "number": number, "text": text}
    return {**kept, **stamp(actor, figure.origin, after=before)}
