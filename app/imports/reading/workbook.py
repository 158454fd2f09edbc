"""The rows of an .xlsx workbook, as text; runs in the child process alone."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from app.imports.reading.limits import LAST_ROW, MOST_ROWS, Unreadable
from app.imports.reading.package import AS_XLSX, check_parts
from app.imports.reading.shape import Plan, Shape, survey

# Sheets that go with a list: 填报说明, 填表须知, 封面 …
BESIDE_THE_LIST = re.compile("说明|须知|封面|目录")
# A double holds 15 digits exactly; a longer whole number has lost its last ones.
INEXACT = 10**15
BROKEN = f"工作簿已损坏或不完整，不能读取。{AS_XLSX}"


def read_workbook(path: Path) -> tuple[dict[str, Any], Iterator[tuple[int, list[str]]]]:
    """What was found about the workbook, and the rows (number, cells) of its first visible sheet with content."""
    try:
        with zipfile.ZipFile(path) as package:
            check_parts(package)
            plan = survey(package)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise Unreadable(BROKEN) from error
    chosen = _choose(plan)
    about = {
        "sheet": chosen.name,
        "unread": [[each.name, each.rows, each.hidden] for each in plan.sheets if each.rows and each is not chosen],
        "hidden_rows": chosen.hidden_rows,
        "errors": chosen.errors[:10],
        "from_1904": plan.from_1904,
    }
    return about, _rows(path, chosen)


def _choose(plan: Plan) -> Shape:
    filled = [each for each in plan.sheets if each.rows and not each.hidden]
    chosen = next((each for each in filled if not BESIDE_THE_LIST.search(each.name)), next(iter(filled), None))
    if chosen is None:
        raise Unreadable("工作簿里没有内容（隐藏的工作表不读取）。请填写后再上传。")
    if chosen.uncounted:
        where = "、".join(chosen.uncounted[:5])
        raise Unreadable(
            f"有 {len(chosen.uncounted)} 个公式没有保存计算结果（如 {where}），会被读成空白。"
            "请用 Excel 或 WPS 打开文件保存一次，再上传。"
        )
    return chosen


def _rows(path: Path, chosen: Shape) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(chosen.name)
    except CalamineError as error:
        raise Unreadable(BROKEN) from error
    filled = 0
    for number, values in _numbered(sheet):
        if any(value != "" for value in values):
            filled += 1
            yield number, [as_text(value) for value in values]
        if filled > LAST_ROW:
            raise Unreadable(f"超过 {MOST_ROWS} 行，请拆成几个文件分别上传。")
    if filled != chosen.rows:
        raise Unreadable(
            f"工作表“{chosen.name}”里有 {chosen.rows} 行内容，只能读出 {filled} 行，为免遗漏没有导入。{AS_XLSX}"
        )


def _numbered(sheet: CalamineSheet) -> Iterator[tuple[int, list[Any]]]:
    rows = sheet.to_python(skip_empty_area=False)
    yield from enumerate(rows, 1)


def as_text(value: Any) -> str:
    """A cell as a person reads it; whole numbers too long for a double keep the mark of the damage, as 9.1E+17."""
    match value:
        case bool():
            return "是" if value else "否"
        case float() | int():
            return _number(float(value))
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _number(value: float) -> str:
    shown = f"{value:.15g}"
    if abs(value) >= INEXACT:
        return f"{value:.5E}"
    return f"{Decimal(shown):f}" if "e" in shown else shown
