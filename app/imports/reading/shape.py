"""What the XML of a worksheet holds, counted without parsing it: the parser's result is held against this."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from app.imports.reading.limits import LAST_ROW, MOST_COLUMNS, MOST_ROWS, Unreadable
from app.imports.reading.package import AS_XLSX, Unpacking

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
LARGEST_ROW = 8 * 1024 * 1024
ROW = re.compile(rb"<(?:\w+:)?row(?=[\s>/])")
NUMBER = re.compile(rb"^[^>]*?\sr=\"(\d{1,9})\"")
HIDDEN = re.compile(rb"^[^>]*?\shidden=\"(?:1|true)\"")
CELL = re.compile(rb"<(?:\w+:)?c(?=[\s>/])")
PLACE = re.compile(rb"^[^>]*?\sr=\"([A-Z]{1,3})\d+\"")
KIND = re.compile(rb"^[^>]*?\st=\"(\w+)\"")
SHARED = re.compile(rb"<(?:\w+:)?v[^>]*>(\d+)<")
FILLED = re.compile(rb"<(?:\w+:)?[vt](?:\s[^>]*)?>[^<]")
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
ITEM = re.compile(rb"<(?:\w+:)?si(?=[\s>/])")


@dataclass
class Shape:
    """One worksheet as its XML tells it."""

    name: str
    hidden: bool
    part: str
    rows: int = 0
    hidden_rows: int = 0
    last_row: int = 0
    errors: list[str] = field(default_factory=list)
    uncounted: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """A workbook: its worksheets in order, and whether its days count from 1904."""

    sheets: list[Shape]
    from_1904: bool


def survey(package: zipfile.ZipFile) -> Plan:
    """Unpack every part once, within limits, and count what the worksheets hold."""
    unpacking = Unpacking(package)
    parts = {part.filename: part for part in package.infolist()}
    small = {name: b"".join(unpacking.chunks(parts[name])) for name in _descriptions(parts)}
    plan = _plan(small, parts)
    strings = next((part for name, part in parts.items() if name.lower() == "xl/sharedstrings.xml"), None)
    empty = _empty_strings(unpacking.chunks(strings)) if strings else frozenset()
    by_part = {shape.part: shape for shape in plan.sheets}
    for name, part in parts.items():
        if name in small or part is strings:
            continue
        chunks = unpacking.chunks(part)
        if name in by_part:
            _measure(by_part[name], chunks, empty)
        for _ in chunks:  # every other part is unpacked for the count alone
            pass
    return plan


def _descriptions(parts: dict[str, zipfile.ZipInfo]) -> list[str]:
    return [name for name in parts if name.lower() in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")]


def _plan(small: dict[str, bytes], parts: dict[str, zipfile.ZipInfo]) -> Plan:
    texts = {name.lower(): text for name, text in small.items()}
    workbook = fromstring(texts["xl/workbook.xml"], forbid_dtd=True)
    relations = fromstring(texts.get("xl/_rels/workbook.xml.rels", b"<none/>"), forbid_dtd=True)
    targets = {each.get("Id"): _target(each) for each in relations if str(each.get("Type")).endswith("/worksheet")}
    found = [each for each in workbook.iter() if each.tag.rpartition("}")[2] == "sheet"]
    sheets = [
        Shape(str(each.get("name")), each.get("state", "visible") != "visible", targets[each.get(RELATION)])
        for each in found
        if each.get(RELATION) in targets
    ]
    if not sheets or any(shape.part not in parts for shape in sheets):
        raise Unreadable(f"工作簿里没有可以读取的工作表，文件可能不完整。{AS_XLSX}")
    properties = next((each for each in workbook.iter() if each.tag.rpartition("}")[2] == "workbookPr"), None)
    return Plan(sheets, properties is not None and properties.get("date1904") in ("1", "true"))


def _target(relation: Element) -> str:
    target = str(relation.get("Target"))
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _empty_strings(chunks: Iterator[bytes]) -> frozenset[int]:
    """The numbers of the shared strings without text: a cell that points at one is blank."""
    items = ITEM.split(b"".join(chunks))[1:]
    return frozenset(number for number, item in enumerate(items) if not FILLED.search(item))


def _measure(shape: Shape, chunks: Iterator[bytes], empty: frozenset[int]) -> None:
    number = 0
    for row in _rows(chunks):
        given = NUMBER.match(row)
        number = int(given[1]) if given else number + 1
        filled = _filled_columns(shape, row, number, empty)
        if not filled:
            continue
        shape.rows += 1
        shape.hidden_rows += bool(HIDDEN.match(row))
        shape.last_row = max(shape.last_row, number)
        if shape.rows > LAST_ROW:
            raise Unreadable(f"工作表“{shape.name}”超过 {MOST_ROWS} 行，请拆成几个文件分别上传。")
        if number > LAST_ROW or filled > MOST_COLUMNS:
            where = f"第 {number} 行、第 {filled} 列"
            raise Unreadable(
                f"工作表“{shape.name}”在{where}有内容，超出 {MOST_ROWS} 行、{MOST_COLUMNS} 列的范围。"
                "请删除列表以外的内容后再上传。"
            )


def _rows(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Row by row, each without its opening “<row”."""
    buffer = b""
    for chunk in chunks:
        buffer += chunk
        pieces = ROW.split(buffer)
        yield from filter(_is_plain, pieces[1:-1])
        if len(pieces) > 1:
            # The last row may go on in the next chunk; its opening is put back for the next split.
            buffer = b"<row" + pieces[-1]
        if len(buffer) > LARGEST_ROW:
            raise Unreadable(f"工作表里有一行过长，不能导入。{AS_XLSX}")
    if buffer.startswith(b"<row"):
        yield from filter(_is_plain, [buffer.removeprefix(b"<row").partition(b"sheetData>")[0]])


def _is_plain(row: bytes) -> bool:
    # Comments and CDATA could hide from the count what the parser would read.
    if b"<!" in row:
        raise Unreadable(f"工作表的内部格式不常见，不能保证完整读取。{AS_XLSX}")
    return True


def _filled_columns(shape: Shape, row: bytes, number: int, empty: frozenset[int]) -> int:
    """The last column with a value; formulas without a result and cells in error are noted by address."""
    column = last = 0
    for cell in CELL.split(row)[1:]:
        place = PLACE.match(cell)
        column = _column(place[1]) if place else column + 1
        kind = KIND.match(cell)
        if kind and kind[1] == b"e":
            shape.errors.append(f"{_letters(column)}{number}")
        elif FILLED.search(cell):
            if not (kind and kind[1] == b"s" and empty and _is_empty_string(cell, empty)):
                last = max(last, column)
        elif FORMULA.search(cell) and not (kind and kind[1] == b"str"):
            shape.uncounted.append(f"{_letters(column)}{number}")
    return last


def _is_empty_string(cell: bytes, empty: frozenset[int]) -> bool:
    shared = SHARED.search(cell)
    return shared is not None and int(shared[1]) in empty


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _letters(column: int) -> str:
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text
