"""Asking for thousands of rows a few hundred at a time: a statement takes only so many parameters."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

AT_ONCE = 500

T = TypeVar("T")


def chunks(values: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """The values in lists of at most `size`."""
    every = list(values)
    return (every[start : start + size] for start in range(0, len(every), size))
