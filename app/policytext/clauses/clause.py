"""A clause: one numbered part of a plan, with its heading, its body and the clauses inside it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from app.policytext.text.plain import Piece


class Level(IntEnum):
    """How deep a kind of number stands; a clause ends at the next number of its own level or above."""

    ANNEX = 0
    PART = 1
    CHAPTER = 2
    SECTION = 3
    HAN = 4
    ARTICLE = 5
    HAN_BRACKET = 6
    DIGIT = 7
    DECIMAL = 8
    DIGIT_BRACKET = 9
    HALF_BRACKET = 10
    CIRCLE = 11
    DASH = 20
    TABLE = 21
    PARAGRAPH = 22


@dataclass(frozen=True)
class Row:
    """One row of a table: its cells in the order of the columns."""

    path: str
    cells: tuple[Piece, ...]


@dataclass(frozen=True)
class Table:
    """A table: what its columns are called, and its rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Clause:
    """A numbered part of a plan, a dash item, a table, or a paragraph without a number.

    `path` reads from the outside in, such as “二/(三)/2” or “章2/四/表1”; the root, which holds what stands before the
    first number, has the empty path. `marker`, `heading` and `body` follow one another in the text and, with those
    of the children, are all of it.
    """

    path: str
    level: Level | None
    number: int
    marker: Piece
    heading: Piece
    body: Piece
    children: tuple["Clause", ...] = ()
    table: Table | None = field(default=None, compare=False)

    def walk(self) -> Iterator["Clause"]:
        """This clause and every clause inside it, in the order of the text."""
        # A stack, because hostile texts nest deeper than calls may.
        waiting = [self]
        while waiting:
            clause = waiting.pop()
            yield clause
            waiting.extend(reversed(clause.children))

    @property
    def numbered(self) -> bool:
        """Whether the plan itself numbers it: not an annex, dash item, table, paragraph or the root."""
        return self.level is not None and Level.ANNEX < self.level < Level.DASH

    @property
    def is_leaf(self) -> bool:
        """Whether it is a numbered clause without numbered clauses inside."""
        return self.numbered and not any(child.numbered for child in self.children)

    @property
    def own(self) -> Piece:
        """Marker, heading and body in one."""
        return self.marker.plain.piece(self.marker.start, self.body.end)

    def paragraphs(self) -> list[tuple[str, Piece]]:
        """(path, text) of every paragraph of the body; a single one has the clause's own path."""
        pieces = _lines(self.body)
        if len(pieces) < 2 and self.path:  # noqa: PLR2004
            return [(self.path, piece) for piece in pieces]
        front = f"{self.path}/" if self.path else ""
        return [(f"{front}段{number}", piece) for number, piece in enumerate(pieces, 1)]


def _lines(piece: Piece) -> list[Piece]:
    found, start = [], 0
    for text in piece.text.split("\n"):
        if text.strip():
            found.append(piece.part(start, start + len(text)).strip())
        start += len(text) + 1
    return found
