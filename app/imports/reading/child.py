"""The process that opens an uploaded file: limited before it reads a byte, it writes JSON lines and ends.

`python -m app.imports.reading.child FILE KIND`: first a line about the file, then one per row, then how many.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.core.child import limit


def main(path: Path, kind: str) -> None:
    for line in _told(path, kind):
        sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def _told(path: Path, kind: str) -> Iterator[dict[str, Any]]:
    # The parsers are imported under the limits.
    from app.imports.reading.delimited import read_delimited  # noqa: PLC0415
    from app.imports.reading.limits import Unreadable, check_cells  # noqa: PLC0415
    from app.imports.reading.workbook import read_workbook  # noqa: PLC0415

    try:
        about, rows = (read_workbook if kind == "xlsx" else read_delimited)(path)
        yield about
        count = characters = 0
        for number, cells in rows:
            characters = check_cells(number, cells, characters)
            count += 1
            yield {"row": number, "cells": cells}
        yield {"count": count}
    except Unreadable as refusal:
        yield {"refused": str(refusal)}
    except MemoryError:
        yield {"refused": "文件展开后占用的内存过大，不能导入。请删除列表以外的内容，或拆成几个文件。"}


if __name__ == "__main__":
    limit()
    main(Path(sys.argv[1]), sys.argv[2])
