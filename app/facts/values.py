"""How values are typed in, shown in a table, and kept in the ledger: numbers exactly, all else as canonical text."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from app.core.text import percent, plain_wan
from app.rules import AttributeKind, CollectionKind, FactKind
from app.rules.values import Value, narrow, plain

TRUE, FALSE = "true", "false"
ENTRY_UNITS = {"money": "万元", "ratio": "%"}
BARE = re.compile(r"[-+]?[\d.,\s]+")
LARGEST = Decimal(10) ** 12


def entry_unit(kind: FactKind) -> str:
    """The unit a bare number has when it is typed in: 万元 for money, % for ratios, otherwise the kind's own."""
    return ENTRY_UNITS.get(kind.type, kind.unit)


def read_typed(kind: FactKind, text: str) -> Value:
    """What a person typed → the value (money in 元, ratios as fractions).

    A bare number has the unit printed beside the field (`entry_unit`); any other unit has to be written: “3000元”,
    “1.2亿”, “5‰”.

    Raises:
        ValueError: with a Chinese sentence that says what is wrong and how to mend it.
    """
    bare = kind.type in ENTRY_UNITS and BARE.fullmatch(narrow(text))
    value = kind.read(text.strip() + ENTRY_UNITS[kind.type] if bare else text)
    if isinstance(value, Decimal) and abs(value) >= LARGEST:
        raise ValueError(f"“{kind.label}”的数太大了（应小于 1 万亿），请核对单位。")
    return value


def typed(kind: FactKind, value: Value) -> str:
    """A value as it stands in its input field: exact, without its unit; `read_typed` gives it back."""
    match value:
        case bool():
            return "是" if value else "否"
        case Decimal():
            return plain(value / 10_000 if kind.type == "money" else value * 100 if kind.type == "ratio" else value)
        case _:
            return str(value)


def cell(kind: FactKind, value: Value) -> str:
    """A value in a table whose unit stands elsewhere: money in 万元 and ratios in % with two decimals.

    Less than 1 万元 (output per square metre) keeps its single 元, or nothing would be left of it.
    """
    if not isinstance(value, Decimal):
        return kind.show(value)
    match kind.type:
        case "money" if 0 < abs(value) < 10_000:  # noqa: PLR2004 - one 万
            return f"{(value / 10_000).quantize(Decimal('0.0001'))}"
        case "money":
            return f"{plain_wan(value):,.2f}"
        case "ratio":
            return percent(value).removesuffix("%")
        case _:
            return f"{value:,f}"


def as_kind(attribute: AttributeKind) -> FactKind:
    """An attribute of a record as a kind of figure, so that both are typed in, checked and shown the same way."""
    return FactKind(
        code=attribute.code,
        label=attribute.label,
        group="",
        type=attribute.type,
        unit=attribute.unit,
        period="none",
        subject="firm",
        bounds=attribute.bounds,
        choices=attribute.choices,
        definition="",
        basis="",
        supplied_by="",
        fresh_for=None,
        lever=None,
    )


def split(value: Value) -> tuple[Decimal | None, str | None]:
    """A value → (number, text), of which exactly one is set; money is in 元."""
    if isinstance(value, Decimal):
        return value, None
    return None, kept(value)


def joined(kind: FactKind, number: Decimal | None, text: str | None) -> Value:
    """(number, text) of a row → its value, by the type of its kind."""
    return number if number is not None else restored(kind.type, text or "")


def kept(value: Value) -> str:
    """A value as the text it is kept in: ISO dates, plain decimals, true/false."""
    match value:
        case bool():
            return TRUE if value else FALSE
        case date():
            return value.isoformat()
        case _:
            return str(value)


def restored(kind: str, text: str) -> Value:
    """The value behind a kept text; `kind` is a type of the vocabulary (money, count, flag, date, …)."""
    match kind:
        case "flag":
            return text == TRUE
        case "date":
            return date.fromisoformat(text)
        case "money" | "count" | "number" | "ratio":
            return Decimal(text)
        case _:
            return text


def kept_attributes(attributes: Mapping[str, Value]) -> dict[str, str]:
    return {code: kept(value) for code, value in sorted(attributes.items())}


def restored_attributes(collection: CollectionKind, attributes: Mapping[str, str]) -> dict[str, Value]:
    """The typed attributes of a stored record; codes that are declared no longer are left out."""
    declared = {attribute.code: attribute for attribute in collection.attributes}
    return {code: restored(declared[code].type, text) for code, text in attributes.items() if code in declared}
