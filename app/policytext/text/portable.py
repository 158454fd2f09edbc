"""The text of a .pdf file that has a text layer, page by page."""

import io

from app.policytext.text.errors import UnreadableError

LEAST_CHARACTERS_PER_PAGE = 20
MOST_PAGES = 500


def pdf_text(data: bytes) -> list[tuple[str, str]]:
    """(place, text) for every page of a .pdf file.

    Raises:
        UnreadableError: the file is damaged, encrypted, too long, or a scan without text.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - costs half a second nobody else should pay
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        pages = PdfReader(io.BytesIO(data)).pages
        if len(pages) > MOST_PAGES:
            raise UnreadableError(f"这份 PDF 有 {len(pages)} 页，最多读 {MOST_PAGES} 页。请只上传方案本身。")
        parts = [(f"第{number}页", page.extract_text()) for number, page in enumerate(pages, 1)]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError) as error:
        raise UnreadableError("这份 PDF 无法读取（损坏或加密）。请另存为未加密的 PDF，或粘贴正文。") from error
    if sum(len(text.strip()) for _, text in parts) < LEAST_CHARACTERS_PER_PAGE * len(parts):
        raise UnreadableError("这份 PDF 是扫描件，里面没有文字。请先做文字识别，或粘贴正文。")
    return parts
