"""The rows of a CSV file, its encoding found or refused; runs in the child process alone."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.imports.reading.limits import LAST_ROW, LONGEST_CELL, MOST_ROWS, Unreadable

AS_UTF8 = "请用 Excel 打开后另存为“CSV UTF-8（逗号分隔）”或 .xlsx，再上传。"
SIGNATURES = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
DELIMITERS = {",": "逗号", "\t": "制表符", ";": "分号"}
CHINESE = re.compile("[\u4e00-\u9fff]")
# What an encoding leaves behind that was not the right one.
SPOILT = re.compile("[\ufffd\ue000-\uf8ff\x80-\x9f]")
ENOUGH_TO_TELL = 3


def read_delimited(path: Path) -> tuple[dict[str, Any], Iterator[tuple[int, list[str]]]]:
    """What was found about the file, and its rows (line number, cells)."""
    text, encoding = decode(path.read_bytes())
    if "\x00" in text:
        raise Unreadable(f"文件含有空字符，可能不是文本文件。{AS_UTF8}")
    delimiter = _delimiter(text)
    return {"encoding": encoding, "delimiter": DELIMITERS[delimiter]}, _rows(text, delimiter)


def decode(data: bytes) -> tuple[str, str]:
    """(text, name of the encoding). Unreadable where the encoding cannot be told for sure."""
    for signature, codec, name in SIGNATURES:
        if data.startswith(signature):
            return _strictly(data, codec, name), name
    if _is_utf8(data):
        return _strictly(data, "utf-8", "UTF-8"), "UTF-8"
    if _is_mixed(data):
        raise Unreadable(f"文件里一部分是 UTF-8、一部分是 GBK 编码，不能保证读对。{AS_UTF8}")
    return _strictly(data, "gb18030", "GBK/GB18030"), "GBK/GB18030"


def _strictly(data: bytes, codec: str, name: str) -> str:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable(f"第 {line} 行有不属于 {name} 编码的内容，认不出文件的编码。{AS_UTF8}") from error
    spoilt = SPOILT.search(text)
    if spoilt:
        line = text[: spoilt.start()].count("\n") + 1
        raise Unreadable(f"按 {name} 读取时第 {line} 行出现乱码，认不出文件的编码。{AS_UTF8}")
    return text


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_mixed(data: bytes) -> bool:
    """Whether some lines are plainly UTF-8 although the whole is not: GB18030 would accept many of them as nonsense."""
    for line in data.split(b"\n"):
        if line.isascii():
            continue
        try:
            if len(CHINESE.findall(line.decode("utf-8"))) >= ENOUGH_TO_TELL:
                return True
        except UnicodeDecodeError:
            continue
    return False


def _delimiter(text: str) -> str:
    """The sign that stands in most of the first lines."""
    lines = text[:20_000].splitlines()[:10]
    return max(DELIMITERS, key=lambda sign: (sum(sign in line for line in lines), text[:20_000].count(sign)))


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    filled, line = 0, 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                filled += 1
                yield line, cells
            if filled > LAST_ROW:
                raise Unreadable(f"超过 {MOST_ROWS} 行，请拆成几个文件分别上传。")
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(f"第 {line} 行的引号没有成对，或者一个格子过长，读不下去。请检查这一行后重新上传。") from error
    if not filled:
        raise Unreadable("文件里没有内容。请填写后再上传。")
