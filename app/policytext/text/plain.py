"""The clean reading of an original: what is read, what was left out, and where each character of it came from."""

from bisect import bisect_right
from dataclasses import dataclass, field

from app.policytext.text.original import Span


@dataclass(frozen=True)
class Plain:
    """Clean text made of kept stretches of the original, character for character.

    `starts` are the offsets in `text` where a stretch begins, `origins` the offsets in the original it begins at.
    """

    text: str
    starts: tuple[int, ...] = (0,)
    origins: tuple[int, ...] = (0,)

    def origin(self, offset: int) -> int:
        """The offset in the original of a character of the clean text."""
        at = bisect_right(self.starts, offset) - 1
        return self.origins[at] + offset - self.starts[at]

    def span(self, start: int, end: int) -> Span:
        """The stretch of the original from the first to the last character of [start, end)."""
        if end <= start:
            return Span(self.origin(start), self.origin(start)) if self.text else Span(0, 0)
        return Span(self.origin(start), self.origin(end - 1) + 1)

    def piece(self, start: int, end: int) -> "Piece":
        return Piece(self, start, max(start, end))

    def whole(self) -> "Piece":
        return self.piece(0, len(self.text))


@dataclass(frozen=True)
class Piece:
    """A stretch of the clean text that can be quoted from the original."""

    plain: Plain = field(repr=False, compare=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.plain.text[self.start : self.end]

    @property
    def span(self) -> Span:
        return self.plain.span(self.start, self.end)

    def part(self, start: int, end: int) -> "Piece":
        """A stretch of this piece, counted from its beginning."""
        return self.plain.piece(self.start + start, min(self.start + end, self.end))

    def strip(self) -> "Piece":
        """Without white space at both ends."""
        text = self.text
        left = len(text) - len(text.lstrip())
        return self.part(left, max(left, len(text.rstrip())))


def keep(text: str, dropped: list[Span]) -> Plain:
    """The clean text that is left of an equally long reading of the original when stretches are dropped.

    In: the text and the dropped stretches, in any order, overlapping or not. Out: the rest, with its origins.
    """
    parts: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    length = position = 0
    for span in [*sorted(dropped, key=lambda each: each.start), Span(len(text), len(text))]:
        if span.start > position:
            parts.append(text[position : span.start])
            starts.append(length)
            origins.append(position)
            length += span.start - position
        position = max(position, span.end)
    return Plain("".join(parts), tuple(starts) or (0,), tuple(origins) or (0,))
