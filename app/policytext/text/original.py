"""The text of a plan exactly as it arrived, and where each part of it stood in the file."""

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """A half-open stretch [start, end) of characters of the original text."""

    start: int
    end: int


@dataclass(frozen=True)
class Place:
    """From this character on, the text stood at this place of the file, such as “第3页” or “第12段”."""

    start: int
    name: str


@dataclass(frozen=True)
class Original:
    """A plan's text before anything was done to it; every span that is reported counts characters of `text`.

    `encoding` is how the bytes were read (empty for a paste); `places` are in rising order.
    """

    text: str
    form: str = "粘贴"
    encoding: str = ""
    places: tuple[Place, ...] = ()

    def place_of(self, offset: int) -> str:
        """Where in the file a character stood: a page, paragraph or table row; a line number for plain text."""
        at = bisect_right(self.places, offset, key=lambda place: place.start)
        if at:
            return self.places[at - 1].name
        return f"第{self.text.count(chr(10), 0, offset) + 1}行"

    def quote(self, span: Span) -> str:
        """The original's own characters of a span."""
        return self.text[span.start : span.end]


def original_of(parts: list[tuple[str, str]], *, form: str, encoding: str = "") -> Original:
    """Join (place, text) parts, one per line, into an original that remembers the places."""
    texts: list[str] = []
    places: list[Place] = []
    length = 0
    for name, text in parts:
        places.append(Place(length, name))
        texts.append(text)
        length += len(text) + 1
    return Original("\n".join(texts), form, encoding, tuple(places))
