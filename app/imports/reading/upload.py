"""From an uploaded file to its rows: cheap checks here, everything else in the child process."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.core import child
from app.imports.reading.limits import MOST_BYTES, Unreadable

AS_XLSX = "请用 Excel 或 WPS 打开后另存为 .xlsx，再上传。"
KINDS = {".xlsx": "xlsx", ".csv": "csv"}
STOPPED = "读取这个文件花费的时间或内存超出限度，没有导入。请删除列表以外的内容，或拆成几个文件后再上传。"


@dataclass(frozen=True)
class Line:
    """One row of the file under the number that the person sees beside it."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Content:
    """What was found about a file, and its rows, which are still to be fetched."""

    about: dict[str, Any]
    lines: Iterator[Line]


def kind_of(name: str, size: int, start: bytes) -> str:
    """Either xlsx or csv, by name and by content, which must agree. Unreadable for anything else."""
    if size == 0:
        raise Unreadable("文件是空的，请重新选择。")
    if size > MOST_BYTES:
        raise Unreadable(f"文件超过 {MOST_BYTES // 1024**2} MB，请拆成几个文件分别上传。")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(f"这是旧版 .xls 或加了密码的工作簿，不能导入。请取消密码；{AS_XLSX}")
    kind = KINDS.get(Path(name).suffix.lower())
    if kind is None:
        raise Unreadable("只能导入 .xlsx 或 .csv 文件。" + AS_XLSX)
    if (kind == "xlsx") != start.startswith(b"PK\x03\x04"):
        raise Unreadable(f"文件的内容与扩展名“{Path(name).suffix[:10]}”不符。{AS_XLSX}")
    if kind == "csv" and start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"%PDF", b"{\\rtf")):
        raise Unreadable(f"这不是 CSV 文件（可能是网页或文档改了扩展名）。{AS_XLSX}")
    return kind


def read(path: Path, kind: str) -> Content:
    """Read a file in a child process. Unreadable where it is refused, or the child had to be stopped."""
    output = tempfile.TemporaryFile()  # noqa: SIM115 - the rows are fetched from it after this function has ended
    child.run("app.imports.reading.child", str(path), kind, output=output)
    output.seek(0)
    about = _next(output)
    return Content(about, _lines(output))


def _lines(output: IO[bytes]) -> Iterator[Line]:
    count = 0
    with output:
        while "count" not in (line := _next(output)):
            count += 1
            yield Line(line["row"], line["cells"])
    if line["count"] != count:
        raise Unreadable(STOPPED)


def _next(output: IO[bytes]) -> dict[str, Any]:
    """The child's next line; without one, or with half of one, it was stopped by its limits."""
    try:
        line: dict[str, Any] = json.loads(output.readline())
    except ValueError as error:
        raise Unreadable(STOPPED) from error
    if "refused" in line:
        raise Unreadable(line["refused"])
    return line
