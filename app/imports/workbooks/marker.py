"""The process that marks the faults in an uploaded workbook: limited before it reads a byte.

`python -m app.imports.workbooks.marker FOLDER`: upload.xlsx and faults.json in, marked.xlsx out.
"""

import json
import sys
from pathlib import Path
from typing import Any

from app.core.child import limit

MEMORY = 1536 * 1024**2
SECONDS = 80
RED, WORDS = "FFFBE3E1", "FF9C1C13"
WIDE = 60


def main(folder: Path) -> None:
    # The parser is imported under the limits.
    import zipfile  # noqa: PLC0415

    import openpyxl  # noqa: PLC0415

    from app.imports.reading.package import check_parts  # noqa: PLC0415

    with zipfile.ZipFile(folder / "upload.xlsx") as package:
        check_parts(package)
    instructions = json.loads((folder / "faults.json").read_text(encoding="utf-8"))
    book = openpyxl.load_workbook(folder / "upload.xlsx", keep_links=False)
    _mark(book[instructions["sheet"]], instructions)
    book.save(folder / "marked.xlsx")


def _mark(sheet: Any, instructions: dict[str, Any]) -> None:
    from openpyxl.styles import Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    fill, font = PatternFill("solid", start_color=RED), Font(color=WORDS)
    column = instructions["column"] + 1
    head = sheet.cell(instructions["heading"], column, instructions["name"])
    head.font = Font(bold=True, color=WORDS)
    sheet.column_dimensions[get_column_letter(column)].width = WIDE
    for line in range(instructions["heading"] + 1, sheet.max_row + 1 if column <= sheet.max_column else 0):
        sheet.cell(line, column).value = None  # what an earlier marking said
    for line, places, sentence in instructions["faults"]:
        for place in places:
            cell = sheet.cell(line, place + 1)
            cell.fill, cell.font = fill, font
        # As text, whatever it begins with: nothing of ours is ever computed.
        said = sheet.cell(line, column)
        said.value, said.data_type, said.font = sentence, "s", font


if __name__ == "__main__":
    limit(memory=MEMORY, seconds=SECONDS)
    main(Path(sys.argv[1]))
