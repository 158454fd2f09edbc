"""Lines that only the width of a page broke, and spaces only a scanner saw, are put together again."""

import re
from collections.abc import Iterator
from itertools import pairwise

from app.policytext.text.lines import Line
from app.policytext.text.original import Span
from app.policytext.text.remark import Oddity, Remark

_HAN = "\u3400-\u9fff"
_BETWEEN_HAN = re.compile(f"(?<=[{_HAN}、。,;])[ ](?=[{_HAN}])")
_BESIDE_NUMBER = re.compile(
    f"(?<=[{_HAN}(\u201c、,;。])[ ]{{1,2}}(?=\\d)|(?<=[{_HAN}\\d%])[ ](?=[、,;:。)])"
    f"|(?<=[\\d%])[ ]{{1,2}}(?=[{_HAN}%~—–-])|(?<=[~—–-])[ ](?=\\d)"
)
_COLUMNS = re.compile(r"\S+(?:[ ]+\S+){2,}")
_PUNCTUATION = re.compile("[。,;:、]|\\d{4} ?年 ?\\d{1,2} ?月")
_OPENING_ONLY = re.compile(r"[,、。;:)〕】”》%]")
SCANNED = 0.3
FULL = 0.88
SHORT = 16
NARROWEST = 32
WIDEST = 120
LEAST_LINES = 6
LEAST_BEFORE_PAGE = 10
LONGEST_ROW = 200


def find_spaces(line: Line) -> Iterator[Remark]:
    """Spaces within one line that mean nothing: beside numbers, and between characters where a scanner put them."""
    if " " not in line.bare or line.is_row() or _is_columns(line.bare):
        return
    for match in _BESIDE_NUMBER.finditer(line.text):
        yield _space(line, match)
    gaps = list(_BETWEEN_HAN.finditer(line.text))
    if len(gaps) > 3 and len(gaps) > SCANNED * (len(line.bare) - line.bare.count(" ")):  # noqa: PLR2004
        for match in gaps:
            yield _space(line, match)


def find_wraps(lines: list[Line], gone: set[int], cut: set[int]) -> list[Remark]:
    """Breaks inside sentences. `gone` are the lines left out, `cut` those a page number stood in front of.

    A line runs on when it is not finished and the next begins no clause, and either it fills the width of the page,
    or the next begins with closing punctuation, or a line between them was left out.
    """
    width = _width(lines)
    found = []
    kept = [number for number, line in enumerate(lines) if number not in gone and line.bare]
    for here, after in pairwise(kept):
        page_ends = after in cut or any(each in gone for each in range(here + 1, after))
        if _runs_on(lines[here], lines[after], width=width, page_ends=page_ends):
            end = lines[here].start + len(lines[here].text.rstrip())
            begin = lines[after].end - len(lines[after].text.lstrip())
            found.append(Remark(Oddity.WRAP, "断行", Span(end, begin)))
    return found


def _runs_on(line: Line, following: Line, *, width: int, page_ends: bool) -> bool:
    if line.is_row() or following.is_row() or following.starts_clause():
        return False
    if _OPENING_ONLY.match(following.bare):
        return True
    if line.is_finished() or (line.bare.endswith(("年", "日")) and len(line.bare) < SHORT):
        return False
    full = width > 0 and line.width >= FULL * width
    return full or (page_ends and len(line.bare) >= LEAST_BEFORE_PAGE)


def _width(lines: list[Line]) -> int:
    """The width of a page of hard-wrapped text, or 0: many unfinished lines of nearly one length."""
    lengths = sorted(line.width for line in lines if line.bare and not line.is_row())
    if len(lengths) < LEAST_LINES:
        return 0
    width = lengths[len(lengths) * 9 // 10]
    if not NARROWEST <= width <= WIDEST:
        return 0
    full = [line for line in lines if line.width >= FULL * width]
    unfinished = [line for line in full if not line.is_finished()]
    enough = len(full) * 3 >= len(lengths) and len(unfinished) * 2 >= len(full)
    return width if enough else 0


def _is_columns(text: str) -> bool:
    """Whether a line without punctuation is columns of a table set with spaces."""
    return (
        len(text) < LONGEST_ROW
        and not _PUNCTUATION.search(text)
        and _COLUMNS.fullmatch(text) is not None
        and (sum(part[0].isdigit() for part in text.split()) > 1)
    )


def _space(line: Line, match: re.Match[str]) -> Remark:
    return Remark(Oddity.SPACES, "多余空格", Span(line.start + match.start(), line.start + match.end()))
