"""What people may supply to the ledger; the fields of a form follow from the vocabulary."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, create_model

from app.core import clock
from app.core.fields import LARGEST_ID, Fields, Line, RequiredLine, RowId, blank_is_none, refuse
from app.facts.models import Source
from app.facts.values import as_kind, read_typed
from app.rules import AttributeKind, CollectionKind, FactKind
from app.rules.values import Value

# An import names itself; everything else a person may have read the figure from.
SOURCES = [option for option in Source.options() if option[0] != Source.IMPORTED.code]


def read_source(given: Any) -> Source:
    """The source a form names by its code; a refusal for what people may not claim (an import names itself)."""
    if isinstance(given, Source):
        return given
    if str(given) not in dict(SOURCES):
        raise refuse("请从列表中选择数据来源。")
    return Source.of(str(given))


GivenSource = Annotated[Source, BeforeValidator(read_source)]
OptionalDay = Annotated[date | None, blank_is_none]
EARLIEST = date(1949, 10, 1)


def read_past(day: date | None) -> date | None:
    """A day on which something may have happened: not before there were such records, not after today."""
    if day is not None and day > clock.today():
        raise refuse("这一天还没有到，请核对日期。")
    if day is not None and day < EARLIEST:
        raise refuse("日期过早，请核对年份。")
    return day


PastDay = Annotated[date | None, blank_is_none, AfterValidator(read_past)]


class OriginFields(Fields):
    """Where a submitted value comes from."""

    source: GivenSource
    note: Line = ""


class FiguresFields(OriginFields):
    """A sheet of figures: one field per kind follows (`figures_fields`)."""

    confirm: bool = False


class ReasonFields(Fields):
    """Why something named by the address is taken back."""

    reason: RequiredLine


class RetractionFields(ReasonFields):
    """Taking back a figure; `seen` is the id of the value the writer had in front of them."""

    seen: RowId


class RecordFields(OriginFields):
    """An entry of a collection: one field per attribute follows (`record_fields`)."""

    starts_on: PastDay = None
    ends_on: OptionalDay = None


class VouchFields(OriginFields):
    """Someone vouches that a collection is complete; `scope` is one attribute=value, or nothing for all of it."""

    collection: RequiredLine
    scope: Line = ""
    since: PastDay = None
    until: date
    voucher: RequiredLine


def value_name(code: str) -> str:
    """The name of the field in which the value of a kind or attribute is typed."""
    return f"value_{code}"


def seen_name(code: str) -> str:
    """The name of the hidden field that says which figure the writer had in front of them."""
    return f"seen_{code}"


@cache
def figures_fields(kinds: tuple[FactKind, ...]) -> type[FiguresFields]:
    """The form of some kinds of figures; a blank is None: leave it as it is."""
    fields: dict[str, Any] = {value_name(kind.code): (_typed(kind), None) for kind in kinds}
    fields |= {seen_name(kind.code): (Annotated[int, Field(ge=0, le=LARGEST_ID)], 0) for kind in kinds}
    return create_model("FiguresFields", __base__=FiguresFields, **fields)


def record_fields(collection: CollectionKind) -> type[RecordFields]:
    """The form of an entry of a collection; a blank is None: not known."""
    fields: dict[str, Any] = {
        value_name(attribute.code): (_typed(as_kind(attribute)), None) for attribute in typed_attributes(collection)
    }
    return create_model("RecordFields", __base__=RecordFields, **fields)


def typed_attributes(collection: CollectionKind) -> tuple[AttributeKind, ...]:
    """The attributes a person supplies; the others are derived from them."""
    return tuple(attribute for attribute in collection.attributes if not attribute.derived_from)


def _typed(kind: FactKind) -> Any:
    return Annotated[Line | None, blank_is_none, AfterValidator(_reader(kind))]


def _reader(kind: FactKind) -> Callable[[str | None], Value | None]:
    def read(text: str | None) -> Value | None:
        return None if text is None else read_typed(kind, text)

    return read
