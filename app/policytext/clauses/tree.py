"""The clean text as a tree of clauses."""

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass

from app.policytext.clauses.clause import Clause, Level, Table
from app.policytext.clauses.headings import split_heading
from app.policytext.clauses.markers import Marker, find_markers
from app.policytext.clauses.numbering import Numbering
from app.policytext.clauses.tables import Run, find_runs, read_table
from app.policytext.text.lines import Line, lines_of
from app.policytext.text.plain import Plain
from app.policytext.text.remark import Oddity, Remark

# No heading is longer; what follows is not looked at for one.
LONGEST_HEAD = 2_000
LONGEST_CLOSING = 60
_CLOSING = re.compile(
    r"\s*本(?:方案|办法|措施|意见|计划|政策|细则|规定|通知|文件|若干措施|纲要|规划).{0,12}(?:自|由|有效期|施行|实施)"
)
_DAY = re.compile(r"\s*20\d\d年\s?(?:\d{1,2}|[xX×*]{1,2})月\s?(?:\d{1,2}|[xX×*]{1,2})日\s*")
_ISSUER = re.compile(r"\s*[\u4e00-\u9fff()、 ]{2,40}(?:局|政府|办公室|委员会|党委|公署|管委会|厅|小组|部|委)\s*")


@dataclass(frozen=True)
class _Start:
    """Where a clause begins: [start, end) of its number, and its place in the tree."""

    start: int
    end: int
    level: Level
    number: int
    path: str
    parent: str
    run: Run | None = None


def build_tree(plain: Plain) -> tuple[Clause, list[Remark]]:
    """The root clause of a clean text and what is odd about its numbering.

    The root holds what stands before the first number. Marker, heading and body of all clauses, in order, are the
    whole text: nothing is in two clauses, nothing in none.
    """
    builder = _Builder(plain)
    starts = builder.starts()
    root = _assemble(plain, builder.lines, starts)
    remarks = builder.numbering.remarks
    if not any(clause.numbered for clause in root.walk()):
        remarks = [*remarks, Remark(Oddity.EMPTY, "没有找到编号的条款，只能按段落显示", plain.span(0, len(plain.text)))]
    return root, remarks


class _Builder:
    def __init__(self, plain: Plain) -> None:
        self.plain = plain
        self.lines = lines_of(plain.text)
        self.markers = [list(find_markers(line)) for line in self.lines]
        firsts = [each[0] for each in self.markers if each]
        outer = (each.level for each in firsts if each.level in {Level.HAN, Level.ARTICLE})
        first = next(outer, None) is Level.ARTICLE
        inside = not first and _articles_are_inside(firsts)
        self.numbering = Numbering(plain, articles_first=first, articles_inside=inside)
        self.following = _following(self.markers)
        self.listing = False
        self.paragraphs: defaultdict[str, int] = defaultdict(int)

    def starts(self) -> list[_Start]:
        """Where each clause begins, in the order of the text."""
        captions = {at for at, found in enumerate(self.markers) if found and found[0].level is Level.TABLE}
        runs = find_runs(self.lines, captions)
        by_first = {run.first: run for run in runs}
        found: list[_Start] = []
        number = 0
        while number < len(self.lines):
            run = by_first.get(number)
            if run is not None:
                found.append(self._table(run))
                number = run.last + 1
                found.extend(self._after_table(number))
                continue
            found.extend(self._line(number))
            number += 1
        return found

    def _line(self, number: int) -> list[_Start]:
        line = self.lines[number]
        if self.numbering.used and self._closes(number):
            return [self._paragraph(line.start, root=True)]
        accepted = [self._clause(marker, line) for marker in self.markers[number] if self._accepts(marker)]
        return [each for each in accepted if each is not None]

    def _accepts(self, marker: Marker) -> bool:
        if marker.level is Level.TABLE:
            return False
        if marker.level is Level.ANNEX:
            return bool(self.numbering.used)
        if self.listing and marker.level in {Level.DIGIT, Level.DIGIT_BRACKET}:
            return False
        return self.numbering.accepts(marker, self.following.get(marker.start, 0))

    def _clause(self, marker: Marker, line: Line) -> _Start | None:
        # “附件：1.……” lists what is attached; “附件1” on a line of its own begins an annex.
        self.listing = marker.level is Level.ANNEX and ":" in line.text[: marker.end - line.start]
        parent = self.numbering.parent_path(marker.level)
        path = self.numbering.enter(marker)
        return _Start(marker.start, marker.end, marker.level, marker.number, path, parent)

    def _table(self, run: Run) -> _Start:
        line, found = self.lines[run.first], self.markers[run.first]
        parent = self._numbered_parent()
        captioned = run.captioned and found and found[0].level is Level.TABLE
        self.paragraphs["表"] += 1
        label = found[0].label if captioned else f"表#{self.paragraphs['表']}"
        path = self.numbering.unused(f"{parent}/{label}" if parent else label, line.start, line.end)
        end = found[0].end if captioned else line.start
        return _Start(line.start, end, Level.TABLE, found[0].number if captioned else 0, path, parent, run)

    def _after_table(self, number: int) -> list[_Start]:
        while number < len(self.lines) and not self.lines[number].bare:
            number += 1
        if number >= len(self.lines) or self.lines[number].is_row() or self._closes(number):
            return []
        markers = self.markers[number]
        if markers and (markers[0].level is Level.TABLE or self._accepts(markers[0])):
            return []
        return [self._paragraph(self.lines[number].start)]

    def _paragraph(self, start: int, *, root: bool = False) -> _Start:
        parent = "" if root else self._numbered_parent()
        if root:
            self.numbering.open.clear()
        self.paragraphs[parent] += 1
        label = f"续段{self.paragraphs[parent]}"
        path = f"{parent}/{label}" if parent else label
        return _Start(start, start, Level.PARAGRAPH, self.paragraphs[parent], path, parent)

    def _numbered_parent(self) -> str:
        return self.numbering.parent_path(Level.DASH)

    def _closes(self, number: int) -> bool:
        """Whether a line belongs to no clause any more: the date of entry into force, or a signature with its date."""
        line = self.lines[number].bare[:LONGEST_CLOSING]
        if _CLOSING.match(line) or _DAY.fullmatch(line):
            return True
        following = next((each.bare for each in self.lines[number + 1 : number + 3] if each.bare), "")
        return bool(_DAY.fullmatch(following) and _ISSUER.fullmatch(line))


def _articles_are_inside(markers: list[Marker]) -> bool:
    """Whether (一)(二) go on counting over the articles between them: then an article is inside a bracket."""
    last, article = 0, False
    for marker in markers:
        match marker.level:
            case Level.HAN_BRACKET if article and marker.number > last > 0:
                return True
            case Level.HAN_BRACKET:
                last, article = marker.number, False
            case Level.ARTICLE:
                article = True
            case level if level < Level.HAN_BRACKET:
                last, article = 0, False
    return False


def _following(markers: list[list[Marker]]) -> dict[int, int]:
    """For each marker, by where it starts, the number of the next one on its level."""
    found: dict[int, int] = {}
    latest: dict[Level, int] = {}
    for line in reversed(markers):
        for marker in reversed(line):
            found[marker.start] = latest.get(marker.level, 0)
            latest[marker.level] = marker.number
    return found


def _assemble(plain: Plain, lines: list[Line], starts: list[_Start]) -> Clause:
    """The tree, from the last clause to the first, so that children are there before their parents."""
    children: defaultdict[str, list[Clause]] = defaultdict(list)
    end = len(plain.text)
    for start in reversed(starts):
        clause = _clause(plain, lines, start, end, children.pop(start.path, []))
        children[start.parent].append(clause)
        end = start.start
    marker, front = plain.piece(0, 0), plain.piece(0, end)
    return Clause("", None, 0, marker, marker, front, tuple(reversed(children.pop("", []))))


def _clause(plain: Plain, lines: list[Line], start: _Start, end: int, inside: list[Clause]) -> Clause:
    heading, body = (0, 0)
    if start.level is not Level.PARAGRAPH and start.run is None:
        heading, body = split_heading(plain.text[start.end : min(end, start.end + LONGEST_HEAD)])
    if start.run is not None:
        heading = body = _caption_length(lines, start)
    return Clause(
        start.path,
        start.level,
        start.number,
        plain.piece(start.start, start.end),
        plain.piece(start.end, start.end + heading),
        plain.piece(start.end + body, end),
        tuple(reversed(inside)),
        _table(plain, lines, start),
    )


def _caption_length(lines: list[Line], start: _Start) -> int:
    if start.start == start.end:
        return 0
    line = lines[bisect_right(lines, start.start, key=lambda each: each.start) - 1]
    return max(0, line.start + len(line.text.rstrip(" |│")) - start.end)


def _table(plain: Plain, lines: list[Line], start: _Start) -> Table | None:
    if start.run is None:
        return None
    caption = start.run.first if start.run.captioned else -1
    return read_table(plain, lines, start.run, start.path, caption)
