"""The hostile corpus: writes every file that an importer must survive. `python -m tests.imports.corpus FOLDER`."""

import io
import stat
import sys
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.factories import make_code

HEADER = ["企业名称", "统一社会信用代码", "成立日期", "注册资本（万元）"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FILES: dict[str, Callable[[], bytes]] = {}
FINE = {"ok.xlsx", "merged.xlsx", "wide_digits.xlsx", "code_as_number.xlsx", "formula_text.xlsx", "longest_cell.xlsx"}
FINE |= {"hidden.xlsx", "epoch_1904.xlsx", "overstated.xlsx", "understated.xlsx", "after_blanks.xlsx", "errors.xlsx"}
FINE |= {"utf8.csv", "utf8_bom.csv", "gbk.csv", "gb18030.csv", "utf16.csv", "formatted_far.xlsx"}


def file(name: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    def keep(make: Callable[[], bytes]) -> Callable[[], bytes]:
        FILES[name] = make
        return make

    return keep


def row(number: int) -> list[Any]:
    return [f"达坂城第{number}科技有限公司", make_code(number), date(2018, 5, 1), 500]


def workbook(rows: Iterable[Iterable[Any]], **options: Any) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for values in rows:
        book.active.append(list(values))
    for name, value in options.items():
        setattr(book, name, value)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(count: int = 3) -> bytes:
    return saved(workbook([HEADER, *(row(number) for number in range(1, count + 1))]))


def changed(package: bytes, changes: dict[str, bytes], *, extra: Iterable[tuple[Any, bytes]] = ()) -> bytes:
    """A package with some parts replaced (or added) and others put behind."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name in set(changes) - set(old.namelist()):
            new.writestr(name, changes[name])
        for name, content in extra:
            new.writestr(name, content)
    return out.getvalue()


def sheet_of(package: bytes) -> bytes:
    return zipfile.ZipFile(io.BytesIO(package)).read("xl/worksheets/sheet1.xml")


def with_sheet(change: Callable[[bytes], bytes]) -> bytes:
    package = plain()
    return changed(package, {"xl/worksheets/sheet1.xml": change(sheet_of(package))})


def with_prologue(prologue: bytes, encoding: str = "utf-8") -> bytes:
    return with_sheet(lambda xml: (prologue.decode() + xml.decode()).encode(encoding))


@file("ok.xlsx")
def ok() -> bytes:
    return plain()


@file("merged.xlsx")
def merged() -> bytes:
    top = ["企业名称", "统一社会信用代码", "2024年", None]
    book = workbook([["科技企业年度数据", None, None, None], top, [None, None, "销售收入（万元）", "职工总数"]])
    book.active.append(["达坂城第1科技有限公司", make_code(1), 1200.5, 30])
    for area in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
        book.active.merge_cells(area)
    return saved(book)


@file("wide_digits.xlsx")
def wide_digits() -> bytes:
    return saved(workbook([HEADER, ["甲公司", make_code(1), "２０１８年５月１日", "１，２３４．５"]]))


@file("code_as_number.xlsx")
def code_as_number() -> bytes:
    return saved(workbook([HEADER, ["甲公司", 916501032990508330, date(2018, 5, 1), 500]]))


@file("formula_text.xlsx")
def formula_text() -> bytes:
    book = workbook([HEADER, ["甲公司", make_code(1), date(2018, 5, 1), 500]])
    book.active["A2"].value = "=cmd|' /C calc'!A0"
    book.active["A2"].data_type = "s"
    return saved(book)


@file("formula_unsaved.xlsx")
def formula_unsaved() -> bytes:
    return saved(workbook([HEADER, ["甲公司", make_code(1), date(2018, 5, 1), "=1+1"]]))


@file("longest_cell.xlsx")
def longest_cell() -> bytes:
    return saved(workbook([[*HEADER, "经营范围"], [*row(1), "字" * 32_767]]))


@file("hidden.xlsx")
def hidden() -> bytes:
    book = workbook([HEADER, row(1), row(2)])
    book.active.row_dimensions[3].hidden = True
    other = book.create_sheet("底稿")
    other.sheet_state = "hidden"
    other.append(["不该读的一行"])
    return saved(book)


@file("after_blanks.xlsx")
def after_blanks() -> bytes:
    return saved(workbook([HEADER, row(1), [], [], [], row(2)]))


@file("errors.xlsx")
def errors() -> bytes:
    book = workbook([HEADER, row(1), row(2)])
    book.active["D3"].value = "#REF!"
    book.active["D3"].data_type = "e"
    return saved(book)


@file("epoch_1904.xlsx")
def epoch_1904() -> bytes:
    return saved(workbook([HEADER, row(1)], epoch=CALENDAR_MAC_1904))


@file("overstated.xlsx")
def overstated() -> bytes:
    return with_sheet(lambda xml: xml.replace(b'ref="A1:D4"', b'ref="A1:XFD1048576"'))


@file("understated.xlsx")
def understated() -> bytes:
    return with_sheet(lambda xml: xml.replace(b'ref="A1:D4"', b'ref="A1:B2"'))


@file("formatted_far.xlsx")
def formatted_far() -> bytes:
    blank = b'<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    return with_sheet(lambda xml: xml.replace(b"</sheetData>", blank))


@file("far_cell.xlsx")
def far_cell() -> bytes:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return with_sheet(lambda xml: xml.replace(b"</sheetData>", far))


@file("commented_row.xlsx")
def commented_row() -> bytes:
    return with_sheet(lambda xml: xml.replace(b"</sheetData>", b"<!-- </row> --></sheetData>"))


@file("laughs.xlsx")
def laughs() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{"".join(f"&l{n - 1};" for _ in range(10))}">' for n in range(1, 10))
    return with_prologue(f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{lines}]>'.encode())


@file("xxe.xlsx")
def xxe() -> bytes:
    return with_prologue(b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')


@file("doctype.xlsx")
def doctype() -> bytes:
    return with_prologue(b'<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">')


@file("dtd_utf16.xlsx")
def dtd_utf16() -> bytes:
    return with_prologue(b'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY e "x">]>', "utf-16")


@file("dtd_strings.xlsx")
def dtd_strings() -> bytes:
    return changed(plain(), {"docProps/custom.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "x">]><x/>'})


@file("slip.xlsx")
def slip() -> bytes:
    return changed(plain(), {}, extra=[("../../etc/cron.d/x", b"x")])


@file("drive.xlsx")
def drive() -> bytes:
    return changed(plain(), {}, extra=[("C:/x", b"x")])


@file("macro.xlsx")
def macro() -> bytes:
    return changed(plain(), {}, extra=[("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")])


@file("links.xlsx")
def links() -> bytes:
    return changed(plain(), {}, extra=[("xl/externalLinks/externalLink1.xml", b"<x/>")])


@file("symlink.xlsx")
def symlink() -> bytes:
    part = zipfile.ZipInfo("xl/link")
    part.external_attr = (stat.S_IFLNK | 0o777) << 16
    return changed(plain(), {}, extra=[(part, b"/etc/passwd")])


@file("duplicate_parts.xlsx")
def duplicate_parts() -> bytes:
    package = plain()
    return changed(package, {}, extra=[("XL/Worksheets/Sheet1.xml", sheet_of(package))])


@file("many_parts.xlsx")
def many_parts() -> bytes:
    return changed(plain(), {}, extra=[(f"xl/media/{number}.bin", b"") for number in range(2_100)])


@file("bomb.xlsx")
def bomb() -> bytes:
    return with_sheet(lambda xml: xml.replace(b"</sheetData>", b" " * 300_000_000 + b"</sheetData>"))


@file("repeated_string.xlsx")
def repeated_string() -> bytes:
    """Small when packed and when unpacked, huge when every cell has its text."""
    package = saved(workbook([HEADER]))
    strings = f'<sst xmlns="{MAIN}"><si><t>{"字" * 30_000}</t></si></sst>'.encode()
    cells = b'<c t="s"><v>0</v></c>' * 100
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + (b"<row>" + cells + b"</row>") * 2_000
    types = zipfile.ZipFile(io.BytesIO(package)).read("[Content_Types].xml")
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    entry = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
    return _stored(
        package,
        {
            "xl/worksheets/sheet1.xml": sheet + b"</sheetData></worksheet>",
            "xl/sharedStrings.xml": strings,
            "[Content_Types].xml": types.replace(b"</Types>", entry),
        },
    )


def _stored(package: bytes, changes: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in set(old.namelist()) | set(changes):
            new.writestr(name, changes.get(name) or old.read(name))
    return out.getvalue()


@file("lying_directory.xlsx")
def lying_directory() -> bytes:
    """The central directory claims that the sheet is four bytes long."""
    package = bytearray(plain())
    at = package.rfind(b"xl/worksheets/sheet1.xml")
    package[at - 46 + 24 : at - 46 + 28] = (4).to_bytes(4, "little")
    return bytes(package)


@file("encrypted.xlsx")
def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2_000


@file("html.xls")
def html() -> bytes:
    return b"<html><table><tr><td>1</td></tr></table></html>"


@file("html.csv")
def html_csv() -> bytes:
    return b"\r\n<html><table><tr><td>1</td></tr></table></html>"


@file("renamed.xlsx")
def renamed() -> bytes:
    return b"%PDF-1.7"


@file("docx.xlsx")
def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", "<x/>")
    return out.getvalue()


@file("truncated.xlsx")
def truncated() -> bytes:
    return plain()[:-200]


@file("empty.xlsx")
def empty() -> bytes:
    return b""


@file("empty_sheet.xlsx")
def empty_sheet() -> bytes:
    return saved(workbook([]))


@file("million.xlsx")
def million() -> bytes:
    cells = b"".join(b"<row><c><v>%d</v></c><c><v>2</v></c></row>" % number for number in range(1_000_000))
    return with_sheet(lambda xml: xml.replace(b"</sheetData>", cells + b"</sheetData>"))


def text(encoding: str, name: str = "达坂城第1科技有限公司") -> bytes:
    lines = [",".join(HEADER), f"{name},{make_code(1)},2018-05-01,500", f"乙公司,{make_code(2)},2018/5/1,20万"]
    return "\r\n".join([*lines, ""]).encode(encoding)


@file("utf8.csv")
def utf8() -> bytes:
    return text("utf-8")


@file("utf8_bom.csv")
def utf8_bom() -> bytes:
    return text("utf-8-sig")


@file("gbk.csv")
def gbk() -> bytes:
    return text("gbk")


@file("gb18030.csv")
def gb18030() -> bytes:
    return text("gb18030", "㐂𠮷科技有限公司")


@file("utf16.csv")
def utf16() -> bytes:
    return text("utf-16")


@file("mixed.csv")
def mixed() -> bytes:
    return text("utf-8") + text("gbk")


@file("binary.csv")
def binary() -> bytes:
    return bytes(range(1, 256)) * 40


@file("private_use.csv")
def private_use() -> bytes:
    return text("gb18030", "\ue000科技有限公司")


@file("nul.csv")
def nul() -> bytes:
    return text("utf-8", "甲\x00公司")


@file("unclosed_quotes.csv")
def unclosed_quotes() -> bytes:
    return text("utf-8") + b'"' * 100_001


@file("wide.csv")
def wide() -> bytes:
    return ",".join(f"列{number}" for number in range(10_000)).encode()


@file("million.csv")
def million_csv() -> bytes:
    return b"a,b\n" * 1_000_000


def write(folder: Path) -> None:
    for name, make in FILES.items():
        (folder / name).write_bytes(make())


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    write(target)
