"""The rows that were not imported, as a workbook to mend and upload again: original columns, faults marked."""

import io
from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import Session

from app.facts.models import Batch
from app.imports import queries
from app.imports.models import Outcome, Row

EXPLANATION = "错误说明"
AT_FAULT = (Outcome.REFUSED, Outcome.CONFLICT)
SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
WIDE, NARROW = 60, 18


def rejected_rows(db: Session, batch: Batch) -> bytes:
    """The workbook; every cell is text, so that nothing in it is ever computed."""
    import xlsxwriter  # noqa: PLC0415 - only who asks for the file needs it

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {**SAFE, "in_memory": True}) as book:
        sheet = book.add_worksheet("未导入的行")
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
        fault = book.add_format({"bg_color": "#FBE3E1", "font_color": "#9C1C13"})
        text = book.add_format({"num_format": "@"})
        names = [*batch.detail["names"], EXPLANATION]
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, head)
        sheet.set_column(0, len(names) - 2, NARROW)
        sheet.set_column(len(names) - 1, len(names) - 1, WIDE)
        sheet.freeze_panes(1, 0)
        _write_rows(
            sheet, db.scalars(queries.rows_of(batch).where(Row.outcome.in_(AT_FAULT))), len(names) - 1, text, fault
        )
    return out.getvalue()


def _write_rows(sheet: Any, rows: Iterable[Row], width: int, text: Any, fault: Any) -> None:
    for line, row in enumerate(rows, 1):
        at_fault = {problem["place"] for problem in row.problems}
        for column, cell in enumerate([*row.cells, *[""] * width][:width]):
            sheet.write_string(line, column, cell, fault if column in at_fault else text)
        sheet.write_string(line, width, explanation(row), fault)


def explanation(row: Row) -> str:
    """Everything that is wrong with a row: its number in the file, column, value, and how to mend it."""
    parts = [_sentence(problem) for problem in row.problems] or row.notes
    return f"原文件第 {row.number} 行：" + " ".join(parts)


def _sentence(problem: dict[str, Any]) -> str:
    return f"【{problem['column']}】{problem['sentence']}" if problem["column"] else str(problem["sentence"])
