"""Tables in plain text: rows set with tabs, bars or spaces, and tables that came flattened, one cell to a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.policytext.clauses.clause import Row, Table
from app.policytext.text.lines import Line
from app.policytext.text.plain import Piece, Plain

MOST_COLUMNS = 12
LEAST_FLAT_CELLS = 6
LONGEST_CELL = 40
_BAR = re.compile(r"[|│\t]")
_NUMBER = re.compile(r"[≥>≤<=约]?\s?\d[\d,.]*\s?(?:%|[\u4e00-\u9fff]{0,4})(?:以上|左右)?|[-—/]")
_YEAR = re.compile(r"(?:19|20)\d\d年?.{0,8}")
_RULE = re.compile(r"[\s:|+\-—=│┃─]+")
# A public body by its name stands in a row, never in a head.
_BODY = re.compile(r"[\u4e00-\u9fff]{2}(?:局|委员会|管委会|人民政府|组织部)$")
_HEADS = re.compile(
    r"序号|指标|名称|单位|年|目标|任务|内容|责任|牵头|配合|现状|基期|属性|项目|时限|备注|措施|类别|基数|预期|约束|条件|对象|标准|金额"
)


@dataclass(frozen=True)
class Run:
    """Consecutive lines [first, last] that make one table; its cells row by row once the columns are known."""

    first: int
    last: int
    captioned: bool


def find_runs(lines: list[Line], captions: set[int]) -> list[Run]:
    """The runs of lines that are tables; `captions` are the numbers of the lines that name one (表1 …)."""
    runs = []
    number = 0
    while number < len(lines):
        if number in captions and (flat := _end_of_flat(lines, number)):
            runs.append(Run(number, flat, captioned=True))
            number = flat + 1
            continue
        last = _end_of_run(lines, number)
        if last < 0:
            number += 1
            continue
        caption = _caption_before(lines, number, captions)
        if last > number or lines[number].text.count("\t") or caption >= 0 or number in captions:
            runs.append(Run(caption if caption >= 0 else number, last, caption >= 0 or number in captions))
        number = last + 1
    return runs


def read_table(plain: Plain, lines: list[Line], run: Run, path: str, caption: int) -> Table:
    """The columns and rows of a run of lines; `caption` is the line that only names the table, or -1."""
    rows = [_cells(plain, line) for number, line in _content(lines, run) if number != caption]
    rows = [row for row in rows if row]
    if rows and max(map(len, rows)) == 1:
        rows = _unflatten([row[0] for row in rows])
    rows = _filled(rows)
    head = 1 if rows and _is_head([cell.text for cell in rows[0]]) else 0
    columns = tuple(cell.text for cell in rows[0]) if head else ()
    made = [Row(f"{path}/行{number}", tuple(row)) for number, row in enumerate(rows[head:], 1)]
    return Table(columns, tuple(made))


def _end_of_run(lines: list[Line], number: int) -> int:
    """The last line of the table that begins on a line, or -1 when none does."""
    if not lines[number].is_row():
        return -1
    last = after = number
    while after < len(lines) and (lines[after].is_row() or (not lines[after].bare and after - last < 2)):  # noqa: PLR2004
        if lines[after].is_row():
            last = after
        after += 1
    return last


def _end_of_flat(lines: list[Line], caption: int) -> int:
    """The last line of a table that came one cell to a line, without bars, below a line that names it; 0: none does."""
    last = caption
    while last + 1 < len(lines) and _is_cell(lines[last + 1]):
        last += 1
    cells = [line.bare for line in lines[caption + 1 : last + 1] if line.bare]
    return last if not lines[caption].is_row() and len(cells) >= LEAST_FLAT_CELLS and _width_of(cells) > 1 else 0


def _is_cell(line: Line) -> bool:
    plain = not line.is_row() and not line.starts_clause() and not line.bare.endswith(("。", ";", ":"))
    return not line.bare or (plain and len(line.bare) <= LONGEST_CELL)


def _caption_before(lines: list[Line], number: int, captions: set[int]) -> int:
    before = number - 1
    while before >= 0 and not lines[before].bare:
        before -= 1
    return before if before in captions and not lines[before].is_row() else -1


def _content(lines: list[Line], run: Run) -> Iterator[tuple[int, Line]]:
    for number in range(run.first, run.last + 1):
        if lines[number].bare and not _RULE.fullmatch(lines[number].text):
            yield number, lines[number]


def _cells(plain: Plain, line: Line) -> list[Piece]:
    text = line.text.rstrip()
    # A bar at either end is a frame, not an empty cell.
    ends = [match.start() for match in _BAR.finditer(text)]
    begin = 1 if text.lstrip().startswith(("|", "│")) else 0
    edges = [-1, *ends]
    if not text.endswith(("|", "│")):
        edges.append(len(text))
    pairs = list(pairwise(edges))[begin:]
    return [plain.piece(line.start + left + 1, line.start + right).strip() for left, right in pairs]


def _unflatten(cells: list[Piece]) -> list[list[Piece]]:
    """Rows of a table that came one cell to a line."""
    width = _width_of([cell.text for cell in cells])
    return [cells[at : at + width] for at in range(0, len(cells), width)]


def _width_of(cells: list[str]) -> int:
    """The width at which the columns hold together best; 1 where these are no rows of a table."""
    if len(cells) < LEAST_FLAT_CELLS:
        return 1
    scored = [(_fit(cells, width), -width) for width in range(2, MOST_COLUMNS + 1) if len(cells) % width == 0]
    fit, negative = max(scored, default=(0.0, -1))
    return -negative if fit > 0.6 else 1  # noqa: PLR2004 - less is no table


def _fit(cells: list[str], width: int) -> float:
    """How well a width explains the cells: a head of names, then columns that are all numbers or all words."""
    head, rest = cells[:width], cells[width:]
    if not rest or not _is_head(head) or _NUMBER.fullmatch(rest[0]):
        return 0.0
    kept = 0
    for column in range(width):
        values = rest[column::width]
        numbers = sum(_NUMBER.fullmatch(value) is not None for value in values)
        kept += max(numbers, len(values) - numbers)
    numeric = any(_NUMBER.fullmatch(cell) for cell in rest)
    return kept / len(rest) if numeric else 0.0


def _filled(rows: list[list[Piece]]) -> list[list[Piece]]:
    """Rows of one width: a short row is one whose first cells span several rows, a long one keeps its cells."""
    width = max(map(len, rows), default=0)
    return [row for row in rows if len(row) <= width]


def _is_head(texts: list[str]) -> bool:
    if any(_BODY.search(text) for text in texts):
        return False
    named = sum(bool(_HEADS.search(text)) for text in texts)
    plain_numbers = sum(_NUMBER.fullmatch(text) is not None and not _YEAR.fullmatch(text) for text in texts if text)
    return named >= 1 and plain_numbers == 0 and max(map(len, texts), default=0) <= LONGEST_CELL
