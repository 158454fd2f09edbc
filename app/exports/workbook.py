"""An export as .xlsx, written row by row: strings are typed as strings, so that nothing is ever computed."""

import io
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.core import clock
from app.exports.listing import Drawn, Value

SAFE = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FORMATS = {
    "text": "@",
    "number": "#,##0.######",
    "wan": "#,##0.00",
    "ratio": "0.00%",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
LONGEST_CELL = 32_767
# A double holds this many digits; a longer number is written as text rather than changed.
EXACT_DIGITS = 15
HEAD = {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "valign": "vcenter"}


def as_workbook(title: str, remarks: Sequence[str], drawn: Drawn, count: Callable[[int], None]) -> bytes:
    """The workbook: title and remarks above, then the heading, then the rows; `count` hears how many were written."""
    import xlsxwriter  # noqa: PLC0415 - only the job that writes the file needs it

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, SAFE) as book:
        sheet = book.add_worksheet(title[:31])
        bold, plain = book.add_format({"bold": True, "font_size": 14}), book.add_format({"font_color": "#555555"})
        for place, column in enumerate(drawn.columns):
            sheet.set_column(place, place, column.width)
        sheet.write_string(0, 0, title, bold)
        for line, remark in enumerate(remarks, 1):
            sheet.write_string(line, 0, remark, plain)
        _write_table(book, sheet, len(remarks) + 1, drawn, count)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C第 &P 页，共 &N 页")
    return out.getvalue()


def _write_table(book: Any, sheet: Any, top: int, drawn: Drawn, count: Callable[[int], None]) -> None:
    head = book.add_format(HEAD)
    looks = {shape: book.add_format({"num_format": pattern}) for shape, pattern in FORMATS.items()}
    for place, column in enumerate(drawn.columns):
        sheet.write_string(top, place, column.label, head)
    written = 0
    for written, row in enumerate(drawn.rows, 1):
        for place, (column, value) in enumerate(zip(drawn.columns, row, strict=True)):
            _write(sheet, top + written, place, value, looks[column.shape], looks["text"])
        count(written)
    sheet.freeze_panes(top + 1, 1)
    sheet.repeat_rows(top)
    sheet.autofilter(top, 0, top + max(written, 1), len(drawn.columns) - 1)


def _write(sheet: Any, line: int, place: int, value: Value, look: Any, text: Any) -> None:
    match value:
        case None | "":
            pass
        case datetime():
            sheet.write_datetime(line, place, value.astimezone(clock.BEIJING).replace(tzinfo=None), look)
        case date():
            sheet.write_datetime(line, place, datetime(value.year, value.month, value.day), look)  # noqa: DTZ001 - a day has no zone
        case int() | Decimal() if len(Decimal(value).as_tuple().digits) <= EXACT_DIGITS:
            sheet.write_number(line, place, float(value), look)
        case _:
            sheet.write_string(line, place, str(value)[:LONGEST_CELL], text)
