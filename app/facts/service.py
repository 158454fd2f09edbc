"""Changing the ledger: every correction supersedes and keeps what was."""

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, FieldError, Stale
from app.core.text import folded
from app.facts import queries
from app.facts.archive import attributes_shown
from app.facts.ledger import Origin, hold_firm, stamp, supersede
from app.facts.models import Fact, Record, RegionFact
from app.facts.values import LARGEST, joined, kept_attributes, split
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.firms.revision import touch
from app.rules import FactKind
from app.rules.values import Value

EARLIEST_YEAR = 1990


__all__ = [
    "Origin",
    "add_record",
    "check_number_is_new",
    "correct_record",
    "record_fact",
    "retract_fact",
    "retract_record",
]


def record_fact(
    db: Session,
    actor: User | None,
    firm: Firm,
    kind: str,
    value: Value,
    *,
    year: int = 0,
    origin: Origin,
    seen: int | None = None,
    told: bool = True,
) -> Fact:
    """Write a figure (money in 元, ratios as fractions) for an accounting year, or year 0 where it has none.

    `seen` is the id of the value the writer had in front of them (0 for none); `told=False` leaves the audit event
    to the caller, who tells of a whole batch at once.

    Raises:
        FieldError: the kind is not declared, the year does not fit it, or the number is beyond the ledger.
        Stale: somebody else has written this figure since.
    """
    declared = declared_fact(kind, year)
    hold_firm(db, firm.id)
    before = queries.standing_fact(db, firm.id, kind, year)
    if seen is not None and seen != (before.id if before else 0):
        raise Stale(before)
    if isinstance(value, Decimal) and abs(value) >= LARGEST:
        raise FieldError("value", f"“{declared.label}”的数太大了（应小于 1 万亿），请核对单位。")
    number, text = split(value)
    fact = Fact(firm_id=firm.id, kind=kind, year=year, number=number, text=text, **stamp(actor, origin, after=before))
    if before:
        supersede(db, actor, before, by=fact)
    db.add(fact)
    db.flush()  # the audit event and the next writer need its id
    touch(db, firm.id)
    if told:
        changes = {**change_of(declared, year, before=before, after=fact), "来源": origin.source}
        audit.record(db, actor, "fact.recorded", firm, changes=changes)
    return fact


def retract_fact(db: Session, actor: User | None, firm: Firm, fact: Fact, *, reason: str) -> None:
    """Take a figure back without putting another in its place.

    Raises:
        Conflict: it stands no longer.
    """
    hold_firm(db, firm.id)
    db.refresh(fact)
    if fact.superseded_at is not None:
        raise Conflict("这个数据已被更正或撤回，请刷新后查看。")
    declared = declared_fact(fact.kind, fact.year)
    supersede(db, actor, fact)
    touch(db, firm.id)
    changes = {**change_of(declared, fact.year, before=fact), "原因": reason}
    audit.record(db, actor, "fact.retracted", firm, changes=changes)


def add_record(
    db: Session,
    actor: User | None,
    firm: Firm,
    collection: str,
    attributes: Mapping[str, Value],
    *,
    starts_on: date | None,
    ends_on: date | None = None,
    origin: Origin,
    told: bool = True,
) -> Record:
    """Add an entry to a collection; attributes by code, typed as the vocabulary declares.

    Raises:
        FieldError: the collection is not declared, or the dates contradict each other.
    """
    label = collection_label(collection)
    _check_dates(starts_on, ends_on)
    record = Record(
        firm_id=firm.id,
        collection=collection,
        thread=str(uuid.uuid4()),
        starts_on=starts_on,
        ends_on=ends_on,
        attributes=kept_attributes(attributes),
        **stamp(actor, origin),
    )
    db.add(record)
    db.flush()  # the audit event needs its id
    touch(db, firm.id)
    if told:
        audit.record(db, actor, "record.added", firm, changes={"记录": label, **_record_state(record)})
    return record


def check_number_is_new(
    db: Session, firm: Firm, collection: str, attributes: Mapping[str, Value], *, but: str = ""
) -> None:
    """Refuse the number of an entry that is on file already: the same patent entered twice would count twice.

    `but` is the thread of the entry being corrected.

    Raises:
        FieldError: another standing entry of the collection has this number.
    """
    number = attributes.get("number")
    if not number:
        return
    hold_firm(db, firm.id)
    for record in queries.records_of(db, firm.id):
        same = record.collection == collection and folded(record.attributes.get("number", "")) == folded(str(number))
        if same and record.thread != but:
            raise FieldError("value_number", f"“{number}”已经登记过，请到那条记录里更正，不要重复登记。")


def correct_record(
    db: Session,
    actor: User | None,
    firm: Firm,
    record: Record,
    attributes: Mapping[str, Value],
    *,
    starts_on: date | None,
    ends_on: date | None = None,
    origin: Origin,
) -> Record:
    """Put a new version of an entry in the place of the standing one.

    Raises:
        Stale: somebody else corrected the entry meanwhile (carries the standing version) or retracted it (None).
        FieldError: the dates contradict each other.
    """
    hold_firm(db, firm.id)
    db.refresh(record)
    if record.superseded_at is not None:
        raise Stale(queries.standing_record(db, firm.id, record.thread))
    _check_dates(starts_on, ends_on)
    corrected = Record(
        firm_id=firm.id,
        collection=record.collection,
        thread=record.thread,
        starts_on=starts_on,
        ends_on=ends_on,
        attributes=kept_attributes(attributes),
        **stamp(actor, origin, after=record),
    )
    supersede(db, actor, record, by=corrected)
    db.add(corrected)
    db.flush()  # the audit event needs its id
    touch(db, firm.id)
    was, is_now = _record_state(record), _record_state(corrected)
    changes = audit.differences(was, {**dict.fromkeys(was), **is_now})
    label = collection_label(record.collection)
    audit.record(db, actor, "record.corrected", firm, changes={"记录": label, **changes})
    return corrected


def retract_record(db: Session, actor: User | None, firm: Firm, record: Record, *, reason: str) -> None:
    """Take an entry back; it stays in the ledger as something once believed.

    Raises:
        Conflict: it stands no longer.
    """
    hold_firm(db, firm.id)
    db.refresh(record)
    if record.superseded_at is not None:
        raise Conflict("这条记录已被更正或撤回，请刷新后查看。")
    supersede(db, actor, record)
    touch(db, firm.id)
    changes = {"记录": collection_label(record.collection), "原因": reason, **_record_state(record)}
    audit.record(db, actor, "record.retracted", firm, changes=changes)


def declared_fact(kind: str, year: int) -> FactKind:
    """The kind of a firm's figure under a code; FieldError when there is none, or it does not go with the year."""
    declared = vocabulary().facts.get(kind)
    if declared is None or declared.subject != "firm":
        raise FieldError("kind", "没有这个数据项，请从列表中选择。")
    check_year(declared, year)
    return declared


def check_year(declared: FactKind, year: int) -> None:
    """FieldError unless an annual figure has a year that has begun, and a standing one has none (0)."""
    latest = clock.today().year
    if declared.annual and not EARLIEST_YEAR <= year <= latest:
        raise FieldError("year", f"会计年度应在 {EARLIEST_YEAR} 至 {latest} 之间。")
    if not declared.annual and year:
        raise FieldError("year", f"“{declared.label}”不分年度。")


def collection_label(collection: str) -> str:
    """The name of a collection; FieldError when none has this code."""
    declared = vocabulary().collections.get(collection)
    if declared is None:
        raise FieldError("collection", "没有这类记录，请从列表中选择。")
    return declared.label


def _check_dates(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        raise FieldError("ends_on", "结束日期早于开始日期。")


def change_of(
    declared: FactKind, year: int, *, before: Fact | RegionFact | None = None, after: Fact | RegionFact | None = None
) -> dict[str, object]:
    """What an event tells of a figure: its name with its year, and its value before and after."""
    shown = [each and declared.show(joined(declared, each.number, each.text)) for each in (before, after)]
    return {"数据项": named(declared, year), "数值": shown}


def named(declared: FactKind, year: int) -> str:
    """“2025 年销售收入”; a figure without a year by its name alone."""
    return f"{year} 年{declared.label}" if year else declared.label


def _record_state(record: Record) -> dict[str, object]:
    """An entry as an event tells it: everything by its label, in words."""
    declared = vocabulary().collections[record.collection]
    known = {attribute.label: text for attribute, text in attributes_shown(declared, record)}
    dates = {declared.starts or "开始日期": record.starts_on, declared.ends or "结束日期": record.ends_on}
    return known | {label: day for label, day in dates.items() if day}
