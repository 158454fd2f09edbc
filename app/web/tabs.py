"""Tabs: the choices of a page, each with the address that makes it and how many rows it has."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from app.core.choices import Choice

ALL = ("", "全部")

Key = TypeVar("Key")
Member = TypeVar("Member", bound=Choice)


@dataclass(frozen=True)
class Tab:
    """`count` is None where rows are not counted."""

    label: str
    url: str
    current: bool = False
    count: int | None = None


def tabs_of(
    choices: Iterable[tuple[Key, str]],
    chosen: Key | None,
    address: Callable[[Key], str],
    counts: Mapping[Key, int] | None = None,
) -> list[Tab]:
    """A tab for each (choice, label), the chosen one current; a choice that `counts` leaves out has no number."""
    numbers = counts or {}
    return [Tab(label, address(choice), choice == chosen, numbers.get(choice)) for choice, label in choices]


def with_all(counts: Mapping[Member, int]) -> dict[str, int]:
    """Counts under the codes of their choices, and under “” how many there are in all; the numbers of ALL and each."""
    return {"": sum(counts.values()), **{each.code: number for each, number in counts.items()}}
