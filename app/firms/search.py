"""What a list of firms is narrowed by and how it is ordered; written in the address, read back from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlencode

from app.core.fields import LARGEST_ID, ODD
from app.firms.ladder_column import rung_options
from app.firms.models import FirmState

SORTS = ("name", "founded", "changed", "capital")
ORDERS = ("asc", "desc")
STATES = tuple(state.code for state in FirmState)
LONGEST_QUERY = 100
LONGEST_ADDRESS = 1000


@dataclass(frozen=True)
class Search:
    """A value that makes no sense counts as not given: an old or mistyped address still shows a list."""

    q: str = ""
    unit: int | None = None
    park: int | None = None
    industry: str = ""
    state: str = ""
    rung: str = ""
    sort: str = "changed"
    order: str = "desc"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        return cls(
            q=_text(given, "q"),
            unit=read_id(given, "unit"),
            park=read_id(given, "park"),
            industry=_text(given, "industry"),
            state=_one_of(given, "state", STATES, ""),
            rung=_one_of(given, "rung", tuple(code for code, _ in rung_options()), ""),
            sort=_one_of(given, "sort", SORTS, "changed"),
            order=_one_of(given, "order", ORDERS, "desc"),
        )

    @classmethod
    def read_address(cls, query: str) -> Self:
        """From the query part of an address, as `query` writes it."""
        return cls.read(dict(parse_qsl(query[:LONGEST_ADDRESS])))

    @property
    def query(self) -> str:
        """The query part of the address; only what differs from a bare list, save the order."""
        return urlencode({name: value for name, value in vars(self).items() if value})

    def but(self, **values: str | int | None) -> "Search":
        """The same search with some values replaced."""
        return replace(self, **values)  # type: ignore[arg-type] # names and types are those of the fields


def _text(given: Mapping[str, str], name: str) -> str:
    return ODD.sub("", given.get(name, ""))[:LONGEST_QUERY].strip()


def read_id(given: Mapping[str, str], name: str) -> int | None:
    """A row's number; None for whatever is none."""
    text = given.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) <= LARGEST_ID else None  # noqa: PLR2004 - longer than any id


def _one_of(given: Mapping[str, str], name: str, known: tuple[str, ...], otherwise: str) -> str:
    value = given.get(name, "")
    return value if value in known else otherwise
