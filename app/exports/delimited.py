"""An export as CSV: UTF-8 with its mark, CRLF, quoted where needed; text that looks like a formula is marked."""

import csv
import io
from collections.abc import Callable

from app.exports.formulas import guarded
from app.exports.listing import Drawn, Value, as_text


def as_csv(drawn: Drawn, count: Callable[[int], None]) -> bytes:
    """The heading in the first line, so that other software finds it; who exported what stands in the trail."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.label for column in drawn.columns])
    for written, row in enumerate(drawn.rows, 1):
        writer.writerow([_cell(value) for value in row])
        count(written)
    return out.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str:
    # Only text can be a formula: a negative number stays a number.
    return guarded(value) if isinstance(value, str) else as_text(value)
