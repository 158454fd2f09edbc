"""The entry points: whatever a person pastes or uploads becomes an original."""

import re

from app.policytext.text.decode import decode
from app.policytext.text.errors import UnreadableError
from app.policytext.text.original import Original, original_of
from app.policytext.text.portable import pdf_text
from app.policytext.text.web import visible_text
from app.policytext.text.word import word_text

LARGEST_FILE = 20_000_000
_PAGE = re.compile(r"\s*(<\?xml[^>]{0,200}>\s*)?<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_OLD_WORD = b"\xd0\xcf\x11\xe0"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"RIFF")


def read_text(text: str) -> Original:
    """A original from pasted text, kept exactly as pasted; a pasted web page is read as one."""
    if _PAGE.match(text):
        return original_of(visible_text(text), form="网页")
    return Original(text)


def read_file(data: bytes, *, name: str = "") -> Original:
    """A original from an uploaded file: .txt in any Chinese encoding, .docx, .pdf with text, .html.

    In: the bytes and the file's name, which only decides where the content does not. Out: the original with the places
    of its parts (lines, paragraphs, table rows, pages).

    Raises:
        UnreadableError: a Chinese sentence saying what the file is and how to go on.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableError(
            f"文件有 {len(data) // 1_000_000} MB，最多 {LARGEST_FILE // 1_000_000} MB。请只上传方案本身。"
        )
    if data.startswith(b"PK\x03\x04"):
        return original_of(word_text(data), form="Word")
    if data.startswith(b"%PDF"):
        return original_of(pdf_text(data), form="PDF")
    if data.startswith((_OLD_WORD, *_PICTURES)):
        raise UnreadableError(_refusal(data))
    return _from_text(data, name)


def _from_text(data: bytes, name: str) -> Original:
    text, encoding = decode(data)
    if name.lower().endswith((".html", ".htm", ".shtml", ".mht")) or _PAGE.match(text):
        return original_of(visible_text(text), form="网页", encoding=encoding)
    return Original(text, "文本", encoding)


def _refusal(data: bytes) -> str:
    if data.startswith(_OLD_WORD):
        return "这是旧格式的 Word（.doc）或表格文件。请在 Word/WPS 中另存为 .docx，或直接粘贴正文。"
    return "这是一张图片，里面没有可读的文字。请先做文字识别，或粘贴正文。"
