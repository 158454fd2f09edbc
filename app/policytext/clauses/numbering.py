"""Which of the numbers in a text really begin a clause: those that count on from what came before."""

from dataclasses import dataclass, field

from app.policytext.clauses.clause import Level
from app.policytext.clauses.markers import Marker
from app.policytext.text.plain import Plain
from app.policytext.text.remark import Oddity, Remark

# A gap wider than this in the numbers of a line's beginning is more likely a broken sentence than a missing clause.
WIDEST_GAP = 3
MOST_REMARKS = 40


@dataclass
class Open:
    """A clause that is still open while the text is walked: its marker and the label of its path."""

    marker: Marker
    label: str
    path: str


@dataclass
class Numbering:
    """The open clauses, outermost first, and the last number seen on each level."""

    plain: Plain
    articles_first: bool = False
    articles_inside: bool = False
    open: list[Open] = field(default_factory=list)
    last: dict[Level, int] = field(default_factory=dict)
    within: dict[tuple[str, Level], int] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def accepts(self, marker: Marker, following: int) -> bool:
        """Whether a marker begins a clause; `following` is the number of the next marker of its level, or 0."""
        if marker.level >= Level.TABLE or marker.level in {Level.DASH, Level.ANNEX}:
            return not marker.inside
        before = self._before(marker.level)
        if marker.inside:
            starts = marker.number == 1 and following == 2 and before != 1  # noqa: PLR2004 - 1 alone is no list
            return starts or (before > 0 and marker.number == before + 1)
        if marker.number == 1 or marker.number in {before + 1, self.last.get(marker.level, 0) + 1}:
            return True
        return 0 <= marker.number - before <= WIDEST_GAP

    def enter(self, marker: Marker) -> str:
        """Close what the marker ends, open its clause, and give the path of it."""
        self._close(marker.level)
        parent = self.open[-1].path if self.open else ""
        label = self._label(marker, parent)
        path = self.unused(f"{parent}/{label}" if parent else label, marker.start, marker.end)
        self._check_sequence(marker, parent)
        if marker.level is not Level.DASH:
            self.within[parent, marker.level] = self.last[marker.level] = marker.number
        self.open.append(Open(marker, label, path))
        return path

    def parent_path(self, level: Level) -> str:
        """The path of the innermost open clause above a level."""
        outer = [each for each in self.open if self._rank(each.marker.level) < self._rank(level)]
        return outer[-1].path if outer else ""

    def unused(self, path: str, start: int, end: int) -> str:
        """A path nothing has yet: one that comes again gets a number, and a remark about [start, end)."""
        self.used[path] = self.used.get(path, 0) + 1
        if self.used[path] == 1:
            return path
        self._remark(f"编号“{path}”出现不止一次", start, end)
        return f"{path}[{self.used[path]}]"

    def _before(self, level: Level) -> int:
        """The last number on this level inside the clause that would be the parent, or 0."""
        return self.within.get((self.parent_path(level), level), 0)

    def _close(self, level: Level) -> None:
        while self.open and self._rank(self.open[-1].marker.level) >= self._rank(level):
            self.open.pop()

    def _rank(self, level: Level) -> float:
        if level is not Level.ARTICLE:
            return float(level)
        # In measures that count by 第一条 from the outset, 一、 numbers what is inside an article.
        if self.articles_first:
            return Level.HAN - 0.5
        return Level.HAN_BRACKET + 0.5 if self.articles_inside else float(level)

    def _label(self, marker: Marker, parent: str) -> str:
        if marker.level is not Level.DASH:
            return marker.label
        self.within[parent, Level.DASH] = self.within.get((parent, Level.DASH), 0) + 1
        return f"——{self.within[parent, Level.DASH]}"

    def _check_sequence(self, marker: Marker, parent: str) -> None:
        if marker.level >= Level.DASH or marker.level is Level.ANNEX:
            return
        before = self.within.get((parent, marker.level), 0)
        expected = {before + 1} if before else {1, self.last.get(marker.level, 0) + 1}
        if marker.number not in expected and marker.number != before:
            self._remark(f"编号不连续：“{marker.label}”之前缺 {min(expected)}", marker.start, marker.end)

    def _remark(self, words: str, start: int, end: int) -> None:
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(Remark(Oddity.NUMBERING, words, self.plain.span(start, end)))
