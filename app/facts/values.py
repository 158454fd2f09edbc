"""How typed values are kept in the ledger: numbers exactly, everything else as canonical text."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from app.rules import CollectionKind, FactKind
from app.rules.values import Value

TRUE, FALSE = "true", "false"


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
