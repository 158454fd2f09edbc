"""Actual values that Tidu knows itself: the firms that hold a title in force, or have newly got it, on a day."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.core.paging import count
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm, FirmState
from app.policytext.targets.target import TargetKind
from app.targets.models import Target
from app.titles.models import Title
from app.titles.queries import counting_on

AROUND = ("有效期内", "在册", "总数", "数量", "数")
WHOLE = "全"


def kind_of(indicator: str, scope: str) -> str | None:
    """The kind of title whose holders an indicator of the whole district counts, by its label; None for any other."""
    if scope and not scope.startswith(WHOLE):
        return None
    bare = indicator
    for word in AROUND:
        bare = bare.replace(word, "")
    return next((kind.code for kind in vocabulary().titles.values() if kind.label == bare), None)


def is_counted(target: Target) -> bool:
    """Whether Tidu counts a target itself: this district's own, of a kind of title that is declared."""
    countable = target.counts in vocabulary().titles and target.kind is not TargetKind.SHARE
    return target.is_own and countable


def counted_firms(target: Target, day: date) -> sa.Select[Any]:
    """The firms that make the number of a counted target on a day: those in business only."""
    return _holders(target, day).where(Firm.state == FirmState.OPEN)


def left_out(target: Target, day: date) -> sa.Select[Any]:
    """Holders that have moved away or closed since; they are not counted, and the page says how many they are."""
    return _holders(target, day).where(Firm.state != FirmState.OPEN)


def count_on(db: Session, target: Target, day: date) -> int:
    return count(db, counted_firms(target, day))


def _holders(target: Target, day: date) -> sa.Select[Any]:
    held = sa.select(Title.firm_id).where(Title.kind == target.counts, counting_on(day))
    if target.kind is TargetKind.INCREMENT:
        held = held.where(Title.issued_on >= _since(target, day), ~_held_before())
    return sa.select(Firm).where(Firm.merged_into_id.is_(None), Firm.id.in_(held)).order_by(Firm.name, Firm.id)


def _since(target: Target, day: date) -> date:
    """What is added each year is counted from the beginning of the year."""
    return date(day.year, 1, 1) if target.every_year or target.starts_on is None else target.starts_on


def _held_before() -> sa.ColumnElement[bool]:
    """The firm has an earlier certificate of the kind: it is no newcomer."""
    earlier = aliased(Title)
    return (
        sa.select(earlier.id)
        .where(
            earlier.firm_id == Title.firm_id,
            earlier.kind == Title.kind,
            earlier.superseded_at.is_(None),
            earlier.issued_on < Title.issued_on,
        )
        .exists()
    )
