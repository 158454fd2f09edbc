"""The uploaded file given back with its faults: cells in red, the reasons in a last column “错误说明”."""

import json
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import child
from app.core.errors import Conflict
from app.facts.models import Batch
from app.imports import queries
from app.imports.models import Row, Upload
from app.imports.workbooks.marker import SECONDS
from app.imports.workbooks.rejected import AT_FAULT, EXPLANATION, explanation, rejected_rows

# A workbook is held in memory as a whole while it is marked; beyond this, the rows at fault are given back alone.
MOST_CELLS = 400_000


def can_mark(db: Session, batch: Batch) -> bool:
    """Whether the uploaded file is still there and any of its rows is at fault."""
    kept = db.scalar(sa.select(sa.func.count()).where(Upload.batch_id == batch.id))
    return bool(kept and batch.detail.get("counts", {}).get("refused", 0) + batch.detail["counts"].get("conflict", 0))


def marked(db: Session, batch: Batch) -> bytes:
    """The workbook with its faults marked; of a CSV file or a very large workbook, the rows at fault.

    Raises:
        Conflict: the file is no longer kept.
    """
    kept = db.scalar(sa.select(Upload).where(Upload.batch_id == batch.id))
    if kept is None:
        raise Conflict("上传的文件已过保存期，不能再标注；可以下载有错误的行。")
    cells = int(batch.detail["rows"]) * len(batch.detail["names"])
    if kept.suffix != "xlsx" or cells > MOST_CELLS:
        return rejected_rows(db, batch)
    return _in_a_child(kept.content, _instructions(db, batch)) or rejected_rows(db, batch)


def _instructions(db: Session, batch: Batch) -> dict[str, Any]:
    """What the child is told: the sheet, the row of the heading, and per faulty row its cells and its sentence."""
    detail = batch.detail
    wanted = queries.rows_of(batch).where(Row.outcome.in_(AT_FAULT))
    faults = [
        [row.number, [each["place"] for each in row.problems if each["place"] is not None], explanation(row)]
        for row in db.scalars(wanted)
    ]
    names = detail["names"]
    # A file that was marked before has the column already.
    place = names.index(EXPLANATION) if EXPLANATION in names else len(names)
    return {
        "sheet": detail["about"]["sheet"],
        "heading": detail["heading"],
        "column": place,
        "name": EXPLANATION,
        "faults": faults,
    }


def _in_a_child(content: bytes, instructions: dict[str, Any]) -> bytes | None:
    """The marked workbook; None where the child was stopped by its limits."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upload.xlsx"
        file.write_bytes(content)
        (Path(folder) / "faults.json").write_text(json.dumps(instructions), encoding="utf-8")
        ended = child.run("app.imports.workbooks.marker", folder, seconds=SECONDS)
        result = Path(folder) / "marked.xlsx"
        return result.read_bytes() if ended and result.exists() else None
