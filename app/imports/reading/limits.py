"""How much a file may hold, and the refusal of one that cannot be read; free of frameworks for the child's sake."""

import re

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2_000
HIGHEST_RATIO = 100
RATIO_COUNTS_FROM = 1024 * 1024
MOST_ROWS = 50_000
# A title above the list and the heading itself do not count as rows of the list.
LAST_ROW = MOST_ROWS + 20
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
MOST_CHARACTERS = 30_000_000
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Unreadable(Exception):
    """A file that is not read; the message says why and what to do."""


def check_cells(number: int, cells: list[str], before: int) -> int:
    """The characters up to this row; Unreadable where that is too much, or a cell holds what no database keeps."""
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(
            f"第 {number} 行有 {len(cells)} 列，最多 {MOST_COLUMNS} 列。请删去多余的列，或检查分隔符和引号。"
        )
    for place, cell in enumerate(cells, 1):
        if len(cell) > LONGEST_CELL:
            raise Unreadable(f"第 {number} 行第 {place} 列超过 {LONGEST_CELL} 个字，请缩短后重新上传。")
        if UNSTORABLE.search(cell):
            raise Unreadable(f"第 {number} 行第 {place} 列含有无法保存的控制字符，请删除后重新上传。")
    characters = before + sum(map(len, cells))
    if characters > MOST_CHARACTERS:
        raise Unreadable("文件的文字总量过大，请拆成几个文件分别上传。")
    return characters
