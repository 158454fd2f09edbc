"""The guard in front of a Word template: what its package may be made of, before any parser sees it."""

import re
import zipfile

MOST_PARTS, MOST_UNPACKED, HIGHEST_RATIO, RATIO_COUNTS_FROM = 500, 40 * 1024**2, 200, 256 * 1024
CHUNK = 1024 * 1024
ENCRYPTED = 0x1
AS_DOCX = "请用 Word 或 WPS 另存为普通的 .docx，再上传。"
NEEDED = {"[Content_Types].xml", "word/document.xml"}
UNWANTED = {
    "vbaproject": "模板含有宏，不能使用。",
    "vbadata": "模板含有宏，不能使用。",
    "activex/": "模板含有控件，不能使用。",
    "embeddings/": "模板嵌入了别的文件，不能使用。",
    "afchunk": "模板夹带了别的文档，不能使用。",
}
EXTERNAL = re.compile(rb"TargetMode\s*=\s*[\"']\s*External", re.IGNORECASE)
MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject", re.IGNORECASE)
# Fields that fetch something from elsewhere when the document is opened.
FETCHING = re.compile(rb"(?:>|\")\s*(?:DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE)\b", re.IGNORECASE)
MARKED = (b"{{", b"{%")


class UnfitError(Exception):
    """The template cannot be used; the message says why and what to do."""


def check_package(package: zipfile.ZipFile) -> None:
    """Refuse macros, links to elsewhere, embedded files, bombs and document types."""
    parts = package.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or len({name.casefold() for name in names}) != len(names):
        raise UnfitError(f"模板内部的部件过多或重名，不能使用。{AS_DOCX}")
    if not set(names) >= NEEDED:
        raise UnfitError("这不是 Word 文档（.docx），请重新选择。")
    for part in parts:
        _check_name(part)
    total, marked = 0, False
    for part in parts:
        data = _read(package, part, MOST_UNPACKED - total)
        total += len(data)
        if part.filename.lower().endswith((".xml", ".rels")):
            _check_markup(part.filename, data)
        marked = marked or (part.filename == "word/document.xml" and any(mark in data for mark in MARKED))
    if not marked:
        raise UnfitError("模板里没有填写项（形如 {{ firm.name }}）。请先下载默认模板，在它的基础上修改。")


def _check_name(part: zipfile.ZipInfo) -> None:
    name = part.filename.casefold()
    if name.startswith(("/", "\\")) or ".." in name.split("/") or "\\" in name or ":" in name:
        raise UnfitError(f"模板内部有越界的路径，不能使用。{AS_DOCX}")
    if part.flag_bits & ENCRYPTED:
        raise UnfitError("模板设有打开密码，不能使用。请取消密码后再上传。")
    for trace, sentence in UNWANTED.items():
        if trace in name:
            raise UnfitError(f"{sentence}{AS_DOCX}")


def _read(package: zipfile.ZipFile, part: zipfile.ZipInfo, left: int) -> bytes:
    """The bytes that really come out, whatever the directory claims."""
    data = bytearray()
    with package.open(part) as stream:
        while chunk := stream.read(CHUNK):
            data += chunk
            if len(data) > left:
                raise UnfitError(f"模板解压后超过 {MOST_UNPACKED // CHUNK} MB，不能使用。请删去大图片。")
            if len(data) > RATIO_COUNTS_FROM and len(data) > HIGHEST_RATIO * max(part.compress_size, 1):
                raise UnfitError(f"模板的压缩比异常，不能使用。{AS_DOCX}")
    return bytes(data)


def _check_markup(name: str, data: bytes) -> None:
    if b"\x00" in data[:4] or data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise UnfitError(f"模板内部的文字编码不是 UTF-8，不能使用。{AS_DOCX}")
    upper = data.upper()
    if b"<!DOCTYPE" in upper or b"<!ENTITY" in upper:
        raise UnfitError("模板内部含有文档类型声明，可能是恶意文件，不能使用。")
    if name.lower().endswith(".rels") and EXTERNAL.search(data):
        raise UnfitError("模板引用了文档以外的内容（外部链接、链接的图片或模板），不能使用。请断开链接后再上传。")
    if name == "[Content_Types].xml" and MACRO_TYPE.search(data):
        raise UnfitError(f"模板是启用宏的文档，不能使用。{AS_DOCX}")
    if name.lower().startswith("word/") and FETCHING.search(data):
        raise UnfitError("模板含有会从别处取内容的域（如 INCLUDEPICTURE），不能使用。请删去这个域。")
