"""The lines of a text with their offsets, and what kind of line one is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_MARKER = re.compile(
    r"\s*(?:[-—–]{1,2}\s?\d{1,3}\s?[-—–]{1,2})?\s*(第(?: ?[零〇一二三四五六七八九十百\d]){1,5} ?[编章节条]"
    r"|[一二三四五六七八九十百]{1,4} ?[、.,．]|[(〔] ?[一二三四五六七八九十百]{1,4} ?[)〕]"
    r"|\d{1,3} ?[.、．](?:(?=20\d\d年)|(?!\d))|[(]\d{1,3}[)]|\d{1,3}[)]|[①-⑳]|[⑴-⒇]|[㈠-㈩]|——|--|·|[●◆■➢▪]"
    r"|附件|附表|附:|专栏\s*\d|表\s*\d)"
)
_ENDS = tuple("。;；:：!！?？|〕】)”》")


@dataclass(frozen=True)
class Line:
    """One line without its break: [start, end) of the text it was taken from."""

    start: int
    end: int
    text: str

    @cached_property
    def bare(self) -> str:
        return self.text.strip()

    @property
    def width(self) -> int:
        """How wide it is on paper: a character counts two, a letter or digit one."""
        return len(self.text.rstrip().encode("gb18030", "replace"))

    def starts_clause(self) -> bool:
        return _MARKER.match(self.text) is not None

    def is_row(self) -> bool:
        return is_row(self.text)

    def is_finished(self) -> bool:
        return self.bare.endswith(_ENDS)


def lines_of(text: str) -> list[Line]:
    """Every line of a text, blank ones too."""
    return list(_lines(text))


def is_row(text: str) -> bool:
    """Whether a line is a table row or cell: it has tabs or upright bars."""
    return "|" in text or "\t" in text.strip(" ") or "│" in text


def _lines(text: str) -> Iterator[Line]:
    start = 0
    for part in text.split("\n"):
        yield Line(start, start + len(part), part)
        start += len(part) + 1
