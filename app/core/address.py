"""What an address asks for: its numbers and words, and the search of a list, read from it and written back."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, Self, TypeVar
from urllib.parse import parse_qs, urlencode

from app.core.fields import LARGEST_ID, ODD

LONGEST = 100

Value = TypeVar("Value")


def asked(read: Callable[[str], Value]) -> Value:
    """A field of a search: `read` makes its value of a cleaned text, and its default of no text at all."""
    return field(default_factory=lambda: read(""), metadata={"read": read})


@dataclass(frozen=True)
class ListSearch:
    """What a list is narrowed to and ordered by; anything that is not offered counts as not asked for.

    Each field has the name that its value has in the address, and is declared by `asked`.
    """

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        return cls(**{each.name: each.metadata["read"](plain(given.get(each.name, ""))) for each in fields(cls)})

    @classmethod
    def read_address(cls, query: str) -> Self:
        """From the query part of an address, as `query` writes it."""
        return cls.read(values_in(query))

    @property
    def given(self) -> dict[str, str]:
        """What is asked for, as an address says it."""
        return {name: str(getattr(value, "code", value)) for name, value in vars(self).items() if value}

    @property
    def query(self) -> str:
        """The query part of the list's address."""
        return urlencode(self.given)

    def but(self, **changed: Any) -> Self:
        return replace(self, **changed)

    def without(self, name: str) -> Self:
        """The same search, not narrowed by one of its fields."""
        return self.but(**{name: getattr(type(self)(), name)})


class SortedSearch(ListSearch):
    """One whose columns order the list, by name unless another is asked for.

    Its subclasses declare both fields, so that they stand in the address where they always stood.
    """

    sort: str
    order: str

    def sorted_by(self, column: str) -> Self:
        """The same list ordered by a column; by the one it is ordered by already, the other way round."""
        return self.but(sort=column, order="desc" if self.direction(column) == "asc" else "")

    def direction(self, column: str) -> str:
        """How a column orders the list: asc, desc, or not at all."""
        return ("desc" if self.order else "asc") if (self.sort or "name") == column else ""


def values_in(query: str) -> dict[str, str]:
    """The values in the query part of an address; the last of what is given several times."""
    return {name: values[-1] for name, values in parse_qs(query).items()}


def plain(text: str) -> str:
    """A text as it may be looked for: no odd characters, no blanks around it, not too long."""
    return ODD.sub("", text)[:LONGEST].strip()


def row_number(text: str) -> int:
    """The number of a row; 0, which no row has, for what cannot be one."""
    looks_so = text.isascii() and text.isdigit() and len(text) <= len(str(LARGEST_ID))
    return int(text) if looks_so and int(text) <= LARGEST_ID else 0


def digits(text: str) -> str:
    """The number of a row as an address has it; empty for what cannot be one."""
    return text if row_number(text) else ""


def day_in(text: str) -> date | None:
    """A day as an address has it; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def one_of(offered: Callable[[], Collection[str]], *, otherwise: str = "") -> Callable[[str], str]:
    """Reads one of the texts that are offered; asked for late, because some of them stand in files that are loaded."""
    return lambda text: text if text in offered() else otherwise
