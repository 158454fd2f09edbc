"""Figures of the region: kept by the same rules as a firm's, and the same for every firm."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core.errors import Conflict, FieldError
from app.facts import queries
from app.facts.entry import Entry, choose
from app.facts.ledger import Origin, hold_region, stamp, supersede
from app.facts.models import RegionFact
from app.facts.service import change_of, check_year
from app.facts.values import split
from app.facts.vocabulary import vocabulary
from app.firms.revision import touch_all
from app.rules import FactKind
from app.rules.values import Value

SUBJECT = "region"


def record_region_facts(
    db: Session, actor: User | None, entries: Sequence[Entry], *, year: int, origin: Origin, confirm: bool = False
) -> list[RegionFact]:
    """Write what was changed, all or nothing (values in 元 and fractions; `year` 0 for figures without one).

    Raises:
        Stale: carrying a list of `Clash`, when somebody else has written any of these figures since.
        FieldError: a kind is not one of the region's, or the year does not fit it.
    """
    for entry in entries:
        _declared(entry.kind.code, year)
    hold_region(db)
    seen = queries.region_facts_seen(db, [entry.seen for entry in entries], year)
    standing = queries.standing_region_facts(db, year)
    chosen = choose(entries, seen, standing, confirm=confirm)
    if chosen:
        touch_all(db)
    return [_write(db, actor, standing.get(each.kind.code), each, year=year, origin=origin) for each in chosen]


def record_region_fact(
    db: Session, actor: User | None, kind: str, value: Value, *, year: int = 0, origin: Origin
) -> RegionFact:
    """Write one figure of the region over whatever stands.

    Raises:
        FieldError: the kind is not one of the region's, or the year does not fit it.
    """
    declared = _declared(kind, year)
    hold_region(db)
    before = queries.standing_region_facts(db, year).get(kind)
    touch_all(db)
    return _write(db, actor, before, Entry(declared, value, 0), year=year, origin=origin)


def retract_region_fact(db: Session, actor: User | None, fact: RegionFact, *, reason: str) -> None:
    """Take a figure of the region back without putting another in its place.

    Raises:
        Conflict: it stands no longer.
    """
    hold_region(db)
    db.refresh(fact)
    if fact.superseded_at is not None:
        raise Conflict("这个数据已被更正或撤回，请刷新后查看。")
    declared = _declared(fact.kind, fact.year)
    supersede(db, actor, fact)
    touch_all(db)
    changes = {**change_of(declared, fact.year, before=fact), "原因": reason}
    audit.record(db, actor, "regionfact.retracted", fact, changes=changes)


def _write(
    db: Session, actor: User | None, before: RegionFact | None, entry: Entry, *, year: int, origin: Origin
) -> RegionFact:
    number, text = split(entry.value)
    fact = RegionFact(kind=entry.kind.code, year=year, number=number, text=text, **stamp(actor, origin, after=before))
    if before:
        supersede(db, actor, before, by=fact)
    db.add(fact)
    db.flush()  # the audit event needs its id
    changes = {**change_of(entry.kind, year, before=before, after=fact), "来源": origin.source}
    audit.record(db, actor, "regionfact.recorded", fact, changes=changes)
    return fact


def _declared(kind: str, year: int) -> FactKind:
    declared = vocabulary().facts.get(kind)
    if declared is None or declared.subject != SUBJECT:
        raise FieldError("kind", "没有这个区域数据项，请从列表中选择。")
    check_year(declared, year)
    return declared
