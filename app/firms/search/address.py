"""What a list of firms is narrowed by, ordered by and shown with; written in the address, read back from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from app.core.address import one_of, plain, values_in
from app.firms.search.filters import filters

SORTS = ("name", "founded", "changed", "capital")
ORDERS = ("asc", "desc")
# Longer than any address that `query` writes: a cut one would be a list of more firms than was meant.
LONGEST_ADDRESS = 8000
LONGEST_CODE = 32
MOST_COLUMNS = 12


@dataclass(frozen=True)
class Search:
    """A value that makes no sense counts as not given: an old or mistyped address still shows a list.

    `given` holds (filter, value) pairs in the order of the filters; `columns` is empty for the usual ones.
    """

    q: str = ""
    given: tuple[tuple[str, str], ...] = ()
    sort: str = "changed"
    order: str = "desc"
    columns: tuple[str, ...] = ()

    @classmethod
    def read(cls, address: Mapping[str, str]) -> Self:
        values = ((each.code, each.read(address.get(each.code, ""))) for each in filters())
        return cls(
            q=plain(address.get("q", "")),
            given=tuple((code, value) for code, value in values if value),
            sort=one_of(lambda: SORTS, otherwise="changed")(address.get("sort", "")),
            order=one_of(lambda: ORDERS, otherwise="desc")(address.get("order", "")),
            columns=_codes(_every(address, "columns").split(",")),
        )

    @classmethod
    def read_address(cls, query: str) -> Self:
        """From the query part of an address, as `query` writes it."""
        return cls.read(values_in(query[:LONGEST_ADDRESS]))

    @property
    def pairs(self) -> dict[str, str]:
        """What the address says; only what differs from a bare list, save the order."""
        pairs = {"q": self.q, **dict(self.given), "sort": self.sort, "order": self.order}
        return {name: value for name, value in {**pairs, "columns": ",".join(self.columns)}.items() if value}

    @property
    def query(self) -> str:
        """The query part of the address."""
        return urlencode(self.pairs)

    @property
    def narrows(self) -> bool:
        """Whether anything is left out of the whole list."""
        return bool(self.q or self.given)

    def value(self, code: str) -> str:
        """What a filter is set to; empty when it is not."""
        return dict(self.given).get(code, "")

    def but(self, **values: str) -> "Search":
        """The same search with some values replaced; an empty one takes its filter away."""
        own = {name: value for name, value in values.items() if name in {"q", "sort", "order"}}
        chosen = {**dict(self.given), **{name: value for name, value in values.items() if name not in own}}
        order = (each.code for each in filters())
        given = tuple((code, chosen[code]) for code in order if chosen.get(code))
        return replace(self, given=given, **own)  # type: ignore[arg-type] # q, sort and order are texts

    def everything(self) -> "Search":
        """The whole list in the same order."""
        return replace(self, q="", given=())

    def showing(self, columns: Iterable[str]) -> "Search":
        """The same search with other columns."""
        return replace(self, columns=_codes(columns))


def _every(address: Mapping[str, str], name: str) -> str:
    """A value given several times, as the boxes of a form do, joined by commas."""
    getlist = getattr(address, "getlist", None)
    return ",".join(getlist(name)) if getlist else address.get(name, "")


def _codes(given: Iterable[str]) -> tuple[str, ...]:
    """What may be the codes of columns; which of them there are, the list itself knows."""
    codes = (code for code in given if code.isascii() and code.isidentifier() and len(code) <= LONGEST_CODE)
    return tuple(dict.fromkeys(codes))[:MOST_COLUMNS]
