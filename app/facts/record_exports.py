"""The entries of a collection as a file: a row for each, under the firm that has it; it can be imported again."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.exports.listing import Column, Drawn, Shape, Value, register
from app.facts.archive import collections
from app.facts.models import Record
from app.facts.queries import entries_of_collection
from app.facts.values import restored_attributes
from app.firms import exports as firms
from app.rules import AttributeKind, CollectionKind
from app.rules.values import Value as Known

SHAPES: dict[str, Shape] = {"money": "wan", "count": "number", "number": "number", "date": "day"}
SOURCE = (Column("来源", width=14), Column("来源说明", width=36))


def register_collections() -> None:
    """Make every collection of the vocabulary exportable with the list of firms."""
    for collection in collections():
        register(collection.code, collection.label, permission="firm:list", draw=_drawer(collection), of_firms=True)


def _drawer(collection: CollectionKind) -> Callable[[Session, User, str], Drawn]:
    def draw(db: Session, actor: User, query: str) -> Drawn:
        def lines(records: Sequence[Record]) -> Iterable[tuple[Value, ...]]:
            return (_line(collection, record) for record in records)

        wanted = entries_of_collection(collection.code)
        return firms.draw_entries(db, actor, query, wanted, heading=_heading(collection), lines=lines)

    return draw


def _heading(collection: CollectionKind) -> tuple[Column, ...]:
    dates = (Column(label, "day", 14) for label in (collection.starts, collection.ends) if label)
    named = (Column(_label(collection, each), SHAPES.get(each.type, "text")) for each in collection.attributes)
    return (*dates, *named, *SOURCE)


def _label(collection: CollectionKind, attribute: AttributeKind) -> str:
    """With its unit; what follows from another attribute says so, so that nobody imports it beside that one."""
    origin = collection.attribute(attribute.derived_from) if attribute.derived_from else None
    if origin is not None:
        return f"{attribute.label}（由{origin.label}得出）"
    unit = "万元" if attribute.type == "money" else attribute.unit
    return f"{attribute.label}（{unit}）" if unit else attribute.label


def _line(collection: CollectionKind, record: Record) -> tuple[Value, ...]:
    declared = ((record.starts_on, collection.starts), (record.ends_on, collection.ends))
    dates = (day for day, label in declared if label)
    held = restored_attributes(collection, record.attributes)
    attributes = (_written(each, _value(each, held)) for each in collection.attributes)
    return (*dates, *attributes, record.source.label, record.source_note)


def _value(attribute: AttributeKind, held: dict[str, Known]) -> Known | None:
    if attribute.derived_from:
        return attribute.mapping.get(str(held.get(attribute.derived_from, "")))
    return held.get(attribute.code)


def _written(attribute: AttributeKind, value: Known | None) -> Value:
    match value:
        case bool():
            return "是" if value else "否"
        case Decimal() if attribute.type == "money":
            return firms.in_wan(value)
        case _:
            return value
