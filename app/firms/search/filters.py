"""What lists of firms may be narrowed by: a place for each filter, filled by the domain that knows the rows.

Firms stand below titles, facts and checks and may not import them. So each domain registers its own filter, and
the places below say which there are and in which order they stand; a place left empty is a fault that shows at once.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.accounts.models import User

PLACES = (
    *("unit", "park", "industry", "state", "rung", "commissioner"),
    *("verdict", "lacks", "expiry", "tag", "pool", "asked"),
)

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Offers:
    """What a filter offers, as rows (value, label, rank) of the database; `indented`: ranks are paths of a tree."""

    rows: Callable[[User], sa.Select[Any, Any, Any]]
    fixed: tuple[tuple[str, str], ...] = ()
    indented: bool = False


@dataclass(frozen=True)
class Filter:
    """`read` gives the value an address means, empty for nonsense; `condition` narrows Firm to a value.

    `options` are those declared beforehand; `offers` those that the database knows. A `grouped` label is “group：name”.
    """

    code: str
    label: str
    read: Callable[[str], str]
    condition: Callable[[str], sa.ColumnElement[bool]]
    options: Callable[[], Iterable[tuple[str, str]]] = tuple
    offers: Offers | None = None
    grouped: bool = False


_filled: dict[str, Filter] = {}


def register(given: Filter) -> None:
    """Fill the place of a filter."""
    assert given.code in PLACES, f"add {given.code} to PLACES"
    _filled[given.code] = given


def filters() -> list[Filter]:
    """Every filter in its order."""
    empty = [code for code in PLACES if code not in _filled]
    assert not empty, f"nobody registered the filters {empty}: a list would leave out fewer firms than its address says"
    return [_filled[code] for code in PLACES]


def filter_of(code: str) -> Filter:
    return _filled[code]
