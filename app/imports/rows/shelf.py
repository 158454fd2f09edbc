"""Titles and entries of collections seen alike: a table of versions, and what of it a file may say."""

from abc import ABC, abstractmethod
from collections.abc import Mapping as Given
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.core.text import day, folded
from app.facts.models import Record
from app.facts.values import as_kind, kept, kept_attributes, restored, restored_attributes
from app.facts.vocabulary import vocabulary
from app.imports.columns.targets import ATTRIBUTE, ENDS, ISSUED, STARTS, TITLE_KIND
from app.imports.models import Kind
from app.imports.rows.values import Unclear
from app.titles.models import Title
from app.titles.validity import last_day

Values = dict[str, Any]
FOREVER = date.max


class Shelf(ABC):
    """`values` of an entry are by target code: days as days, attributes as the vocabulary types them."""

    table: type[Record] | type[Title]
    number: str

    @abstractmethod
    def kept_under(self) -> sa.ColumnElement[bool]:
        """The condition on the table for the entries of this kind of file."""

    @abstractmethod
    def values(self, row: Any) -> Values:
        """What a version on file says."""

    @abstractmethod
    def columns(self, values: Given[str, Any]) -> dict[str, Any]:
        """Values as the columns of the table."""

    @abstractmethod
    def restore(self, code: str, text: str | None) -> Any:
        """A kept value of a change as its column takes it."""

    @abstractmethod
    def follows(self, values: Values) -> Values:
        """What follows from the values without being said. Unclear where they contradict each other."""

    def twin(self, values: Values, held: Sequence[Any]) -> Any:
        """The entry on file that a row speaks of; None where it is a new one. Unclear where it may be neither."""
        number = folded(str(values.get(self.number) or ""))
        if number:
            return next((row for row in held if folded(str(self.values(row).get(self.number) or "")) == number), None)
        return next((row for row in held if self._says_all(row, values)), None)

    def _says_all(self, row: Any, values: Values) -> bool:
        on_file = self.values(row)
        return all(equal(value, on_file.get(code)) for code, value in values.items())

    def beside(self, values: Values, held: Sequence[Any]) -> str:  # noqa: ARG002 - for the shelves where it matters
        """What a person should know of a new entry beside those on file; empty where nothing."""
        return ""


class Collection(Shelf):
    """The entries of one collection of records."""

    table = Record
    number = f"{ATTRIBUTE}number"

    def __init__(self, kind: Kind) -> None:
        self.collection = vocabulary().collections[kind.code]

    def kept_under(self) -> sa.ColumnElement[bool]:
        return Record.collection == self.collection.code

    def values(self, row: Record) -> Values:
        attributes = restored_attributes(self.collection, row.attributes)
        dates = {STARTS: row.starts_on, ENDS: row.ends_on}
        return {**dates, **{ATTRIBUTE + code: value for code, value in attributes.items()}}

    def columns(self, values: Given[str, Any]) -> dict[str, Any]:
        known = {code.removeprefix(ATTRIBUTE): value for code, value in values.items() if code.startswith(ATTRIBUTE)}
        attributes = kept_attributes({code: value for code, value in known.items() if value is not None})
        dates = {STARTS: values.get(STARTS), ENDS: values.get(ENDS)}
        return {"collection": self.collection.code, "attributes": attributes, **dates}

    def restore(self, code: str, text: str | None) -> Any:
        if text is None:
            return None
        if code in (STARTS, ENDS):
            return date.fromisoformat(text)
        attribute = self.collection.attribute(code.removeprefix(ATTRIBUTE))
        return restored(as_kind(attribute).type, text) if attribute else text

    def follows(self, values: Values) -> Values:
        starts, ends = values.get(STARTS), values.get(ENDS)
        if starts and ends and ends < starts:
            raise Unclear(f"“{self.collection.ends}”早于“{self.collection.starts}”，请核对")
        return {}


class Titles(Shelf):
    """Certificates."""

    table = Title
    number = "number"

    def kept_under(self) -> sa.ColumnElement[bool]:
        return sa.true()

    def values(self, row: Title) -> Values:
        return {code: getattr(row, code) for code in (TITLE_KIND, "number", "authority", ISSUED, "valid_until")}

    def columns(self, values: Given[str, Any]) -> dict[str, Any]:
        return {code: values.get(code) for code in (TITLE_KIND, "number", "authority", ISSUED, "valid_until")}

    def restore(self, code: str, text: str | None) -> Any:
        return date.fromisoformat(text) if text and code in (ISSUED, "valid_until") else text

    def follows(self, values: Values) -> Values:
        if "valid_until" not in values:
            ends = last_day(vocabulary().titles[values[TITLE_KIND]].valid_for, values[ISSUED])
            return {"valid_until": ends} if ends else {}
        if values["valid_until"] < values[ISSUED]:
            raise Unclear("有效期止早于认定日期，请核对")
        return {}

    def twin(self, values: Values, held: Sequence[Any]) -> Any:
        mine = [row for row in held if row.kind == values[TITLE_KIND]]
        number = folded(values.get("number") or "")
        for row in mine:
            same_number = bool(number) and folded(row.number or "") == number
            if same_number or (row.issued_on == values[ISSUED] and not (number and row.number)):
                return row
        unnumbered = next((row for row in mine if _overlap(row, values) and not (number and row.number)), None)
        if unnumbered is not None:
            raise Unclear(f"同一时期{_told(unnumbered)}，缺编号，分不清是不是同一条，请补上编号或到那条资质里更正")
        return None

    def beside(self, values: Values, held: Sequence[Any]) -> str:
        """Renewed before its end, a certificate shares some days with the former one: allowed, but told."""
        other = next((row for row in held if row.kind == values[TITLE_KIND] and _overlap(row, values)), None)
        return f"需核对：同一时期{_told(other)}" if other is not None else ""


def _overlap(row: Title, values: Values) -> bool:
    return row.issued_on <= (values.get("valid_until") or FOREVER) and values[ISSUED] <= (row.valid_until or FOREVER)


def _told(row: Title) -> str:
    return f"已有一条{row.label}（编号{row.number or '未填'}，{day(row.issued_on)}起）"


def shelf_of(kind: Kind) -> Shelf:
    """Where a kind of file goes; firms and figures have ways of their own."""
    return Titles() if kind is Kind.TITLES else Collection(kind)


def equal(value: Any, was: Any) -> bool:
    """Whether two values say the same; width, case and blanks make no difference in text."""
    if isinstance(value, str) and isinstance(was, str):
        return folded(value) == folded(was)
    return bool(value == was)


def as_kept(value: Any) -> Any:
    """A value as a change keeps it."""
    return None if value is None else kept(value)
