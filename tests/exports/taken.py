"""What somebody took out of a list: the file, its table, its lines, and what stands above the table."""

import csv
import io
from typing import Any

import openpyxl

from tests.browser import Answer, Visitor


def exported(
    visitor: Visitor, kind: str = "xlsx", query: str = "", *, listing: str = "firms", content: str = ""
) -> Answer:
    """`content` says what of the list of firms is wanted, where it is not the register itself."""
    fields = {"format": kind, **({"content": content} if content else {})}
    return visitor.post(f"/exports/{listing}?{query}", fields, status=200)


def table(answer: Answer) -> list[tuple[Any, ...]]:
    """The heading and the rows of an exported workbook, without what stands above them."""
    sheet = openpyxl.load_workbook(io.BytesIO(answer.response.content)).active
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    return rows[next(place for place, row in enumerate(rows) if row[1] is not None) :]


def lines(answer: Answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.response.content.decode("utf-8-sig"), newline="")))


def above(answer: Answer) -> str:
    sheet = openpyxl.load_workbook(io.BytesIO(answer.response.content)).active
    return "\n".join(str(sheet.cell(line, 1).value) for line in (1, 2, 3))
