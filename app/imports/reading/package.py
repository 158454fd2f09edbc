"""The guard in front of the workbook parser: what a zip package may be made of."""

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator

from app.imports.reading.limits import HIGHEST_RATIO, MOST_PARTS, MOST_UNPACKED, RATIO_COUNTS_FROM, Unreadable

CHUNK = 1024 * 1024
ENCRYPTED = 0x1
AS_XLSX = "请用 Excel 或 WPS 打开后另存为普通的 .xlsx 工作簿，再上传。"
DECLARED_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)[\"']")
UNWANTED = {
    "vbaproject": f"工作簿含有宏，不能导入。{AS_XLSX}",
    "macrosheets/": f"工作簿含有宏表，不能导入。{AS_XLSX}",
    "externallinks/": "工作簿引用了别的文件（外部链接），不能导入。请在“数据 → 编辑链接”中断开链接后再上传。",
    "activex/": f"工作簿含有控件，不能导入。{AS_XLSX}",
    "embeddings/": f"工作簿嵌入了别的文件，不能导入。{AS_XLSX}",
}


def check_parts(package: zipfile.ZipFile) -> None:
    """Refuse a package by its list of contents, before anything is unpacked."""
    parts = package.infolist()
    if len(parts) > MOST_PARTS:
        raise Unreadable(f"工作簿内部有 {len(parts)} 个部件，超出正常范围，不能导入。{AS_XLSX}")
    names = [_plain(part.filename) for part in parts]
    if len(set(names)) != len(names):
        raise Unreadable(f"工作簿内部有重名的部件，可能被改动过，不能导入。{AS_XLSX}")
    for part, name in zip(parts, names, strict=True):
        _check_part(part, name)
    if "xl/workbook.bin" in names:
        raise Unreadable("这是二进制工作簿（.xlsb），不能导入。请另存为 .xlsx 再上传。")
    if not {"[content_types].xml", "xl/workbook.xml"} <= set(names):
        raise Unreadable("这不是 Excel 工作簿。请上传 .xlsx 或 .csv 文件。")


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _check_part(part: zipfile.ZipInfo, name: str) -> None:
    steps = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or "\\" in name or ".." in steps or ":" in name:
        raise Unreadable(f"工作簿内部有越界的路径，不能导入。{AS_XLSX}")
    if stat.S_ISLNK(part.external_attr >> 16):
        raise Unreadable(f"工作簿内部有链接文件，不能导入。{AS_XLSX}")
    if part.flag_bits & ENCRYPTED:
        raise Unreadable("工作簿设有打开密码，不能导入。请取消密码后再上传。")
    for trace, sentence in UNWANTED.items():
        if trace in name:
            raise Unreadable(sentence)


class Unpacking:
    """Counts the bytes that really come out of a package, whatever its directory claims."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self.package = package
        self.total = 0

    def chunks(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """The content of one part in pieces; XML is refused where it could harm a parser."""
        out, tail = 0, b""
        is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
        with self.package.open(part) as stream:
            while chunk := stream.read(CHUNK):
                if is_xml:
                    tail = _check_markup(tail + chunk, first=out == 0)
                out += len(chunk)
                self._count(part, out, len(chunk))
                yield chunk

    def _count(self, part: zipfile.ZipInfo, out: int, more: int) -> None:
        self.total += more
        if self.total > MOST_UNPACKED:
            raise Unreadable(f"工作簿解压后超过 {MOST_UNPACKED // 1024**2} MB，不能导入。请拆成几个文件分别上传。")
        if out > RATIO_COUNTS_FROM and out > HIGHEST_RATIO * max(part.compress_size, 1):
            raise Unreadable(f"工作簿的压缩比异常，不能导入。{AS_XLSX}")


def _check_markup(data: bytes, *, first: bool) -> bytes:
    """Refuse document types, entities and encodings that would hide them; returns what goes before the next chunk."""
    if first:
        declared = DECLARED_ENCODING.match(data.removeprefix(b"\xef\xbb\xbf"))
        if b"\x00" in data[:4] or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Unreadable(f"工作簿内部的文字编码不是 UTF-8，不能导入。{AS_XLSX}")
        if declared and declared[1].lower() not in (b"utf-8", b"us-ascii"):
            raise Unreadable(f"工作簿内部的文字编码不是 UTF-8，不能导入。{AS_XLSX}")
    upper = data.upper()
    if b"<!DOCTYPE" in upper or b"<!ENTITY" in upper:
        raise Unreadable(f"工作簿内部含有文档类型声明，可能是恶意文件，不能导入。{AS_XLSX}")
    return data[-16:]
