"""From the lines of a file to rows: where the heading is, what the columns are called, and what is left out."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.imports.columns.headings import LOOKED_AT, Heading, find_heading
from app.imports.models import Kind
from app.imports.reading import upload
from app.imports.reading.limits import MOST_ROWS, Unreadable

SAMPLES = 3
LONGEST_SAMPLE = 40
EXAMPLE = "示例"
AT_ONCE = 2_000


@dataclass
class Listed:
    """The list within a file; its numbers are complete once the portions were fetched."""

    heading: Heading
    names: list[str]
    start: Sequence[upload.Line]
    content: upload.Content
    samples: list[list[str]] = field(default_factory=list)
    rows: int = 0
    examples: int = 0
    repeated: int = 0
    beyond: int = 0

    def portions(self, batch_id: int) -> Iterator[list[dict[str, Any]]]:
        """The rows as the table takes them, some thousands at a time. Unreadable where there are none, or too many."""
        lines = self._lines(itertools.chain(self.start[self.heading.last + 1 :], self.content.lines))
        while some := list(itertools.islice(lines, AT_ONCE)):
            yield [self._row(batch_id, line) for line in some]
        if not self.rows:
            raise Unreadable("表头下面没有数据行。请填写后再上传。")
        if self.rows > MOST_ROWS:
            raise Unreadable(f"数据有 {self.rows} 行，最多 {MOST_ROWS} 行，请拆成几个文件分别上传。")

    def detail(self) -> dict[str, Any]:
        """What the pages of an import say of its file."""
        return {
            "about": self.content.about,
            "names": self.names,
            "samples": self.samples,
            "above": [" ".join(filter(None, line.cells))[:80] for line in self.start[: self.heading.first]],
            "heading": self.start[self.heading.last].number,
            "unit": self.heading.unit,
            "rows": self.rows,
            "examples": self.examples,
            "repeated": self.repeated,
            "beyond": self.beyond,
        }

    def _lines(self, lines: Iterable[upload.Line]) -> Iterator[upload.Line]:
        """The rows of the list: example rows of our own template and repeated headings are left out and counted."""
        head = _words(self.start[self.heading.last])
        for line in lines:
            if _words(line) == head:
                self.repeated += 1
            elif any(cell.strip("（(【 ").startswith(EXAMPLE) for cell in line.cells[:3]):
                self.examples += 1
            elif any(cell.strip() for cell in line.cells):
                self.rows += 1
                self.beyond += any(cell.strip() for cell in line.cells[len(self.names) :])
                yield line

    def _row(self, batch_id: int, line: upload.Line) -> dict[str, Any]:
        for place, cell in enumerate(line.cells[: len(self.samples)]):
            if cell.strip() and len(self.samples[place]) < SAMPLES:
                self.samples[place].append(cell.strip()[:LONGEST_SAMPLE])
        empty: dict[str, Any] = {"changes": [], "problems": [], "notes": [], "moved": False}
        return {"batch_id": batch_id, "number": line.number, "cells": line.cells, **empty}


def _words(line: upload.Line) -> list[str]:
    return [cell.strip() for cell in line.cells if cell.strip()]


def find_list(content: upload.Content, kind: Kind) -> Listed:
    """The list of a file, found by its heading among the first lines."""
    start = list(itertools.islice(content.lines, LOOKED_AT))
    heading = find_heading(start, kind)
    width = max(len(line.cells) for line in start[heading.first :])
    names = [*heading.names, *[""] * (width - len(heading.names))]
    return Listed(heading, names, start, content, [[] for _ in names])
