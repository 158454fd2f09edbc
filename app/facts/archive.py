"""档案: the collections of a firm as sections: entries in words, and how far each is vouched to be complete."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.core.text import day as day_text
from app.facts.models import Record, Vouch
from app.facts.values import as_kind, restored_attributes
from app.facts.vocabulary import vocabulary
from app.rules import AttributeKind, CollectionKind
from app.rules.vocabulary import TITLES


@dataclass(frozen=True)
class Item:
    """One entry in words: what it is, what else is known, its two dates, and whether it has ended."""

    record: Record
    name: str
    rest: str
    ended: bool


@dataclass(frozen=True)
class Closure:
    """A vouch in words; `district` when it speaks for every firm."""

    vouch: Vouch
    text: str
    scope: str
    district: bool


@dataclass(frozen=True)
class Section:
    """A collection of a firm: its entries, newest first, and the vouches that close it."""

    collection: CollectionKind
    items: tuple[Item, ...]
    closures: tuple[Closure, ...]

    @property
    def state(self) -> str:
        """How many there are, and whether that is all: what is on file is at least what there is."""
        count = len(self.items)
        if any(not closure.scope for closure in self.closures):
            return f"共 {count} 项，担保期内齐全" if count else "担保期内没有"
        known = f"至少 {count} 项" if count else "尚无登记，不等于没有"
        return f"{known}；{'只在部分范围内有人担保齐全' if self.closures else '尚未有人担保齐全'}"


def collections() -> tuple[CollectionKind, ...]:
    """The collections kept here; titles have pages of their own."""
    return tuple(each for each in vocabulary().collections.values() if each.code != TITLES)


def make_sections(records: Iterable[Record], vouches: Sequence[Vouch], day: date) -> list[Section]:
    """Every collection with its entries as they are on a day."""
    by_collection: dict[str, list[Record]] = {}
    for record in records:
        by_collection.setdefault(record.collection, []).append(record)
    return [
        Section(
            collection,
            tuple(make_item(collection, record, day) for record in by_collection.get(collection.code, ())),
            make_closures(collection, vouches),
        )
        for collection in collections()
    ]


def make_item(collection: CollectionKind, record: Record, day: date) -> Item:
    """An entry in words, and whether it has ended by a day."""
    shown = attributes_shown(collection, record)
    naming = _naming(collection)
    name = " · ".join(text for attribute, text in shown if attribute.code in naming)
    rest = "；".join(f"{attribute.label}：{text}" for attribute, text in shown if attribute.code not in naming)
    ended = record.ends_on is not None and record.ends_on < day
    return Item(record, name or collection.label, rest, ended)


def attributes_shown(collection: CollectionKind, record: Record) -> list[tuple[AttributeKind, str]]:
    """(attribute, value in words) for what is known of an entry, what follows from it included."""
    held = restored_attributes(collection, record.attributes)
    shown: list[tuple[AttributeKind, str]] = []
    for attribute in collection.attributes:
        derived = attribute.mapping.get(str(held.get(attribute.derived_from, "")))
        value = derived if attribute.derived_from else held.get(attribute.code)
        if value is not None:
            shown.append((attribute, as_kind(attribute).show(value)))
    return shown


def make_closures(collection: CollectionKind, vouches: Iterable[Vouch]) -> tuple[Closure, ...]:
    mine = (each for each in vouches if each.collection == collection.code)
    return tuple(Closure(each, window(each), scope_text(collection, each.scope), each.firm_id is None) for each in mine)


def window(vouch: Vouch) -> str:
    """“由区应急管理局担保：2023年1月1日至2026年7月31日齐全”."""
    since = day_text(vouch.since) if vouch.since else "自始"
    return f"由{vouch.voucher}担保：{since}至{day_text(vouch.until)}齐全"


def scope_text(collection: CollectionKind, scope: Mapping[str, str]) -> str:
    """“种类：发明专利”, or nothing for the whole collection."""
    named = ((collection.attribute(code), code, value) for code, value in scope.items())
    return "，".join(f"{attribute.label if attribute else code}：{value}" for attribute, code, value in named)


def scope_options(collection: CollectionKind) -> list[tuple[str, str]]:
    """(attribute=value, words) for everything a vouch may be limited to."""
    return [
        (f"{attribute.code}={value}", f"{attribute.label}：{value}")
        for attribute in collection.attributes
        for value in attribute.choices
    ]


def read_scope(collection: CollectionKind, text: str) -> dict[str, str]:
    """“sort=发明专利” → {"sort": "发明专利"}; nothing → {}, the whole collection.

    Raises:
        ValueError: it is none of `scope_options`.
    """
    if not text:
        return {}
    if text not in dict(scope_options(collection)):
        raise ValueError("请从列表中选择担保的范围。")
    code, _, value = text.partition("=")
    return {code: value}


def _naming(collection: CollectionKind) -> set[str]:
    """The attributes an entry is known by: what is written in words, and the first thing it is classed by."""
    texts = {attribute.code for attribute in collection.attributes if attribute.type == "text"}
    classes = (attribute.code for attribute in collection.attributes if attribute.type == "choice")
    return texts | {next(classes, "")}
