"""The text of a .docx file: paragraphs with the numbers Word shows before them, and table rows."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, ElementTree

from app.policytext.text.errors import UnreadableError
from app.policytext.text.word_numbers import Numbering

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
LARGEST_PART = 50_000_000
_REFUSED = (
    "这份 Word 文件无法读取（文件损坏、加密，或不是 .docx 格式）。请在 Word 中打开后另存为 .docx，或直接粘贴正文。"
)


def word_text(data: bytes) -> list[tuple[str, str]]:
    """(place, text) for every paragraph and table row of a .docx file, in order; cells are kept apart by tabs.

    Raises:
        UnreadableError: the bytes are not a readable .docx file, or it unpacks to more than 50 MB.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            document = _part(archive, "word/document.xml")
            numbering = Numbering(_optional(archive, "word/numbering.xml"), _optional(archive, "word/styles.xml"))
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, EOFError, NotImplementedError, ValueError) as error:
        raise UnreadableError(_REFUSED) from error
    except (ParseError, DefusedXmlException) as error:
        raise UnreadableError(_REFUSED) from error
    body = document.find(f"{W}body")
    return list(_Body(numbering).parts(body)) if body is not None else []


def _part(archive: zipfile.ZipFile, name: str) -> Any:
    if archive.getinfo(name).file_size > LARGEST_PART:
        raise UnreadableError("这份 Word 文件展开后超过 50 MB，不像一份方案。请粘贴正文。")
    return ElementTree.fromstring(archive.read(name))


def _optional(archive: zipfile.ZipFile, name: str) -> Any:
    return _part(archive, name) if name in archive.namelist() else None


class _Body:
    """Walks the body once, counting paragraphs and tables for the places."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.paragraphs = 0
        self.tables = 0

    def parts(self, body: Any) -> Iterator[tuple[str, str]]:
        for element in body:
            if element.tag == f"{W}p":
                self.paragraphs += 1
                yield f"第{self.paragraphs}段", self.numbering.before(element) + _text(element)
            elif element.tag == f"{W}tbl":
                yield from self._rows(element)
            elif element.tag in {f"{W}sdt", f"{W}sdtContent"}:
                yield from self.parts(element)

    def _rows(self, table: Any) -> Iterator[tuple[str, str]]:
        self.tables += 1
        for number, row in enumerate(table.iter(f"{W}tr"), 1):
            cells = [self._cell(cell) for cell in row.iter(f"{W}tc")]
            yield f"表{self.tables}第{number}行", "\t".join(cells)

    def _cell(self, cell: Any) -> str:
        paragraphs = (self.numbering.before(each) + _text(each) for each in cell.iter(f"{W}p"))
        text = " ".join(each.strip() for each in paragraphs if each.strip()).replace("\t", " ").replace("\n", " ")
        wide = cell.find(f"{W}tcPr/{W}gridSpan")
        span = str(wide.get(f"{W}val", "1")) if wide is not None else "1"
        return text + "\t" * (min(int(span), 30) - 1 if span.isdigit() else 0)


def _text(paragraph: Any) -> str:
    return "".join(_words(paragraph))


def _words(element: Any) -> Iterator[str]:
    """Runs in order; the fallback of a drawing would say everything twice, a deletion is no text."""
    for child in element:
        if child.tag in {FALLBACK, f"{W}del", f"{W}pPr"}:
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in {f"{W}tab", f"{W}br", f"{W}cr"}:
            yield " " if child.tag == f"{W}tab" else "\n"
        else:
            yield from _words(child)
