"""Finding the heading of a list, and taking a heading apart into words, year and unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.imports.columns.targets import key_of, known_words, stem_of
from app.imports.models import Kind
from app.imports.reading.upload import Line
from app.imports.rows.values import narrow

LOOKED_AT = 30
YEAR = re.compile(r"((?:19|20)\d{2})\s*(?:年度|年末|年)?")
UNIT = re.compile(
    r"[(\[（【](?:单位[：:])?\s*(亿元|百万元|万元|千元|元|人民币万元|人|%|项|个|件|家|分)(?:人民币)?\s*[)\]）】]"
)
STATED_UNIT = re.compile(r"(?:金额)?单位[：:]\s*(?:人民币)?(亿元|万元|千元|元)")
MONEY_UNITS = ("万元", "元", "千元", "亿元")


@dataclass(frozen=True)
class Heading:
    """`first` and `last` are positions among the lines; `unit` is one stated above the list, or empty."""

    first: int
    last: int
    names: list[str]
    unit: str


@dataclass(frozen=True)
class Words:
    """“2024年研发费用（万元）” → words 研发费用, year 2024, unit 万元."""

    words: str
    year: int | None
    unit: str


def take_apart(name: str) -> Words:
    plain = narrow(name)
    unit, year = UNIT.search(plain), YEAR.search(plain)
    words = YEAR.sub("", UNIT.sub("", plain), count=1)
    stated = unit[1].removeprefix("人民币") if unit else ""
    return Words(words.strip(" ()-_"), int(year[1]) if year else None, stated)


def find_heading(lines: Sequence[Line], kind: Kind) -> Heading:
    """The one or two lines that name most columns; the first line with content where none is recognised."""
    best, found = 0, Heading(0, 0, [cell.strip() for cell in lines[0].cells], "")
    for position in range(min(LOOKED_AT, len(lines))):
        for depth in (1, 2):
            names = _names(lines[position : position + depth])
            score = _recognised(names, kind)
            if position + depth <= len(lines) and score > best:
                best, found = score, Heading(position, position + depth - 1, names, "")
    return Heading(found.first, found.last, found.names, _stated_unit(lines[: found.last + 1]))


def _names(lines: Sequence[Line]) -> list[str]:
    """Column names of one line, or of two where the upper one spans columns of the lower."""
    upper = [cell.strip() for cell in lines[0].cells]
    if len(lines) == 1:
        return upper
    lower = [cell.strip() for cell in lines[1].cells]
    width = max(len(upper), len(lower))
    upper, lower = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    names, over = [], ""
    for top, bottom in zip(upper, lower, strict=True):
        over = top or (over if bottom else "")
        names.append(f"{over}{bottom}" if over != bottom else over)
    return names


def _recognised(names: Sequence[str], kind: Kind) -> int:
    every = known_words(kind).values()
    keys = {key for own, other, _ in every for key in own | other}
    stems = {stem for _, _, stems in every for stem in stems}
    parts = [take_apart(name).words for name in names if name]
    return sum(key_of(part) in keys or stem_of(part) in stems for part in parts if part)


def _stated_unit(lines: Sequence[Line]) -> str:
    stated = (STATED_UNIT.search(narrow(cell)) for line in lines for cell in line.cells)
    return next((each[1] for each in stated if each), "")
