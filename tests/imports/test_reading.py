"""Every file of the hostile corpus is either read without loss or refused in one Chinese sentence."""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from app.core import child
from app.imports.reading import upload
from app.imports.reading.delimited import decode
from app.imports.reading.limits import Unreadable
from app.settings import ROOT
from tests.imports.corpus import FILES, FINE, plain, row, saved, text, workbook

CHINESE = re.compile("[\u4e00-\u9fff]")
# File → a word of the sentence that refuses it: each for its own reason.
REFUSED = {
    "formula_unsaved.xlsx": "公式",
    "far_cell.xlsx": "1048576",
    "commented_row.xlsx": "不常见",
    "laughs.xlsx": "文档类型",
    "xxe.xlsx": "文档类型",
    "doctype.xlsx": "文档类型",
    "dtd_utf16.xlsx": "UTF-8",
    "dtd_strings.xlsx": "文档类型",
    "slip.xlsx": "越界",
    "drive.xlsx": "越界",
    "macro.xlsx": "宏",
    "links.xlsx": "外部链接",
    "symlink.xlsx": "链接文件",
    "duplicate_parts.xlsx": "重名",
    "many_parts.xlsx": "部件",
    "bomb.xlsx": "过长",
    "repeated_string.xlsx": "限度",
    "lying_directory.xlsx": "损坏",
    "encrypted.xlsx": "密码",
    "html.xls": "只能导入",
    "html.csv": "不是 CSV",
    "renamed.xlsx": "不符",
    "docx.xlsx": "不是 Excel",
    "truncated.xlsx": "损坏",
    "empty.xlsx": "空的",
    "empty_sheet.xlsx": "没有内容",
    "million.xlsx": "50000 行",
    "mixed.csv": "一部分",
    "binary.csv": "编码",
    "private_use.csv": "乱码",
    "nul.csv": "空字符",
    "unclosed_quotes.csv": "引号",
    "wide.csv": "10000 列",
    "million.csv": "50000 行",
}


def read(folder: Path, name: str, content: bytes) -> tuple[dict[str, object], list[upload.Line]]:
    path = folder / name
    path.write_bytes(content)
    found = upload.read(path, upload.kind_of(name, len(content), content[:64]))
    return found.about, list(found.lines)


def test_every_file_of_the_corpus_has_its_expectation() -> None:
    assert set(FILES) == FINE | set(REFUSED)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_trap_is_refused_with_its_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(tmp_path, name, FILES[name]())

    assert REFUSED[name] in str(refusal.value)
    assert CHINESE.search(str(refusal.value))


@pytest.mark.parametrize("name", sorted(FINE))
def test_an_odd_but_honest_file_is_read(tmp_path: Path, name: str) -> None:
    _, lines = read(tmp_path, name, FILES[name]())

    assert len(lines) >= 2


def test_a_trap_leaves_the_process_as_it_was(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    content = FILES["repeated_string.xlsx"]()

    with pytest.raises(Unreadable):
        read(tmp_path, "repeated_string.xlsx", content)

    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


@pytest.mark.parametrize("name", ["understated.xlsx", "overstated.xlsx"])
def test_a_wrong_dimension_loses_neither_rows_nor_columns(tmp_path: Path, name: str) -> None:
    _, lines = read(tmp_path, name, FILES[name]())

    assert [line.number for line in lines] == [1, 2, 3, 4]
    assert all(len(line.cells) == 4 for line in lines)


def test_rows_after_blank_rows_keep_their_numbers(tmp_path: Path) -> None:
    _, lines = read(tmp_path, "after_blanks.xlsx", FILES["after_blanks.xlsx"]())

    assert [line.number for line in lines] == [1, 2, 6]


def test_what_is_hidden_is_told(tmp_path: Path) -> None:
    about, lines = read(tmp_path, "hidden.xlsx", FILES["hidden.xlsx"]())

    assert len(lines) == 3
    assert about["hidden_rows"] == 1
    assert about["unread"] == [["底稿", 1, True]]


def test_cells_in_error_are_told_by_address(tmp_path: Path) -> None:
    about, lines = read(tmp_path, "errors.xlsx", FILES["errors.xlsx"]())

    assert about["errors"] == ["D3"]
    assert lines[2].cells[3] == ""


def test_days_are_the_same_in_both_epochs(tmp_path: Path) -> None:
    _, since_1900 = read(tmp_path, "ok.xlsx", FILES["ok.xlsx"]())
    _, since_1904 = read(tmp_path, "epoch_1904.xlsx", FILES["epoch_1904.xlsx"]())

    assert since_1900[1].cells[2] == since_1904[1].cells[2] == "2018-05-01"


def test_a_code_kept_as_a_number_shows_its_damage(tmp_path: Path) -> None:
    _, lines = read(tmp_path, "code_as_number.xlsx", FILES["code_as_number.xlsx"]())

    assert lines[1].cells[1] == "9.16501E+17"


def test_a_formula_kept_as_text_stays_text(tmp_path: Path) -> None:
    _, lines = read(tmp_path, "formula_text.xlsx", FILES["formula_text.xlsx"]())

    assert lines[1].cells[0].startswith("=cmd")


def test_as_many_rows_as_are_allowed_are_read(tmp_path: Path) -> None:
    content = "名称\n".encode() + b"a\n" * 50_000

    _, lines = read(tmp_path, "most.csv", content)

    assert len(lines) == 50_001


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("gbk", "GBK/GB18030"),
        ("gb18030", "GBK/GB18030"),
    ],
)
def test_each_encoding_gives_the_same_text(encoding: str, name: str) -> None:
    found, told = decode(text(encoding))

    assert found == text("utf-8").decode()
    assert told == name


def test_rare_characters_survive() -> None:
    assert "㐂𠮷科技" in decode(text("gb18030", "㐂𠮷科技"))[0]


def test_a_second_sheet_is_not_read_but_told(tmp_path: Path) -> None:
    book = workbook([["名称"], *([value] for value in row(1)[:1])])
    book.create_sheet("附表").append(["x"])
    book.create_sheet("填表说明").append(["怎样填"])

    about, _ = read(tmp_path, "two.xlsx", saved(book))

    assert about["unread"] == [["附表", 1, False], ["填表说明", 1, False]]


@pytest.mark.parametrize(
    "greedy", ["bytearray(2 * 1024**3)", "__import__('tempfile').TemporaryFile(buffering=0).write(b'x')"]
)
def test_the_reading_process_is_limited_before_it_reads(greedy: str) -> None:
    code = f"from app.core import child; child.OUTPUT = 0; child.limit(); {greedy}"

    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)

    assert ended.returncode != 0


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(Unreadable, match="20 MB"):
        upload.kind_of("x.xlsx", 21 * 1024 * 1024, b"PK\x03\x04")


def test_the_reader_is_bounded_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "GRACE", -child.SECONDS)

    with pytest.raises(Unreadable, match="限度"):
        read(tmp_path, "ok.xlsx", plain())
