"""What an export is made of: the columns and rows of a list as one person sees it, and the lists there are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import POLICY
from app.core import clock

Value = str | int | Decimal | date | datetime | None
Shape = Literal["text", "number", "wan", "ratio", "day", "moment"]


@dataclass(frozen=True)
class Column:
    """One column; its label carries the unit. `shape` says how values are written, not what they are."""

    label: str
    shape: Shape = "text"
    width: int = 16


@dataclass(frozen=True)
class Drawn:
    """A list drawn for one person: its columns, its filters in words, how many rows, and the rows in its order.

    Values are exact: amounts in 万元 where the shape is `wan`, shares as fractions where it is `ratio`.
    """

    columns: Sequence[Column]
    filters: str
    count: int
    rows: Iterator[Sequence[Value]]


@dataclass(frozen=True)
class Listing:
    """A list that can be exported. `draw` narrows it to what the person may see, as the page does.

    One `of_firms` is about the firms of the register's list: its page offers it, and its address narrows it.
    """

    code: str
    title: str
    permission: str
    draw: Callable[[Session, User, str], Drawn]
    of_firms: bool = False


LISTINGS: dict[str, Listing] = {}


def register(
    code: str,
    title: str,
    *,
    permission: str,
    draw: Callable[[Session, User, str], Drawn],
    of_firms: bool = False,
) -> Listing:
    """Make a list exportable: `draw` gets the query part of the list's address."""
    assert permission in POLICY, f"unknown permission {permission}"
    LISTINGS[code] = Listing(code, title, permission, draw, of_firms)
    return LISTINGS[code]


def listings_of_firms() -> dict[str, Listing]:
    """Code → what the list of firms can be exported as, the register itself first."""
    return {code: listing for code, listing in LISTINGS.items() if listing.of_firms}


def as_text(value: Value) -> str:
    """A value as CSV has it: exact, dates as 2024-03-01, moments in Beijing time."""
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(clock.BEIJING).strftime("%Y-%m-%d %H:%M")
        case date():
            return value.isoformat()
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)
