"""The parts of our own Word templates: A4 by GB/T 9704 (margins, fonts by name with substitutes, 28 points a line)."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

TITLE, BODY, FIRST, SECOND = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
LATIN = "Times New Roman"
# What a machine without the official fonts shows instead, in order.
SUBSTITUTES = {TITLE: "方正小标宋_GBK,华文中宋,宋体", BODY: "仿宋,FangSong", FIRST: "SimHei", SECOND: "楷体,KaiTi"}
FONTS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT_WIDTH, LABEL_WIDTH = 156, 42
TWO, THREE, FOUR, SMALL = Pt(22), Pt(16), Pt(14), Pt(11)
Columns = Sequence[tuple[str, int, str]]


def new_paper(*title: str, below: str) -> Any:
    """An empty document with its title, a line of the title each, and the line below it (office and day)."""
    document = Document()
    _page(document)
    _fonts(document)
    for words in title:
        _centred(document, words, TWO, TITLE).paragraph_format.line_spacing = Pt(34)
    _centred(document, below, THREE, SECOND)
    document.add_paragraph()
    return document


def as_bytes(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def section(document: Any, words: str, font: str = FIRST) -> None:
    """A heading that stays with what follows."""
    paragraph = _indented(document)
    paragraph.paragraph_format.keep_with_next = True
    _run(paragraph, words, THREE, font)


def text(document: Any, words: str) -> None:
    """A paragraph of the body."""
    _run(_indented(document), words, THREE, BODY)


def when(document: Any, value: str, heading: str, words: str, *, font: str = FIRST) -> None:
    """A heading with its text, left out where there is nothing to say."""
    mark(document, f"{{%p if {value} %}}")
    section(document, heading, font)
    text(document, words)
    mark(document, "{%p endif %}")


def each(document: Any, name: str, values: str, words: str, *, otherwise: str) -> None:
    """A paragraph for each of the values, another where there are none."""
    mark(document, f"{{%p for {name} in {values} %}}")
    _run(_indented(document), words, THREE, BODY)
    mark(document, "{%p else %}")
    _run(_indented(document), otherwise, THREE, BODY)
    mark(document, "{%p endfor %}")


def pairs(document: Any, given: Sequence[tuple[str, str]]) -> None:
    """A table of labels and what stands for them."""
    table = _table(document, (LABEL_WIDTH, TEXT_WIDTH - LABEL_WIDTH))
    for label, words in given:
        cells = table.add_row().cells
        _cell(cells[0], label, FIRST)
        _cell(cells[1], words, BODY)


def rows(document: Any, values: str, columns: Columns) -> None:
    """A table with a repeated heading and one row for each of the values, or one that says there are none."""
    table = _table(document, [width for _, width, _ in columns])
    heading = table.add_row()
    repeated = OxmlElement("w:tblHeader")
    heading._tr.get_or_add_trPr().append(repeated)  # noqa: SLF001 - python-docx has no repeated headings
    for cell, (label, _, _) in zip(heading.cells, columns, strict=True):
        _cell(cell, label, FIRST, center=True)
    _cell(table.add_row().cells[0], f"{{%tr for row in {values} %}}", BODY)
    filled = table.add_row()
    uncut = OxmlElement("w:cantSplit")
    filled._tr.get_or_add_trPr().append(uncut)  # noqa: SLF001 - nor rows that stay together
    for cell, (_, _, name) in zip(filled.cells, columns, strict=True):
        _cell(cell, f"{{{{ row.{name} }}}}", BODY)
    for words in ("{%tr else %}", "无", "{%tr endfor %}"):
        _cell(table.add_row().cells[0], words, BODY)


def pictures(document: Any, values: str) -> None:
    """One picture after another; their lines are as high as they are."""
    mark(document, f"{{%p for picture in {values} %}}")
    paragraph = _centred(document, "{{ picture }}", THREE, BODY)
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    mark(document, "{%p endfor %}")


def signatures(document: Any, *lines: Sequence[str]) -> None:
    """A table for names and days, three to a line."""
    document.add_paragraph()
    table = _table(document, (52, 52, 52))
    for words in lines:
        for cell, each_words in zip(table.add_row().cells, words, strict=True):
            _cell(cell, each_words, BODY)


def mark(document: Any, words: str) -> None:
    """A line for the filling alone, as “{%p if … %}”."""
    document.add_paragraph(words)


def _page(document: Any) -> None:
    sheet = document.sections[0]
    sheet.page_width, sheet.page_height = Mm(210), Mm(297)
    sheet.top_margin, sheet.bottom_margin = Mm(37), Mm(35)
    sheet.left_margin, sheet.right_margin = Mm(28), Mm(26)
    sheet.footer_distance = Mm(25)
    footer = sheet.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(footer, "— ", FOUR, "宋体")
    run = _run(footer, "", FOUR, "宋体")
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        run._r.append(_field(kind, words))  # noqa: SLF001 - python-docx has no fields
    _run(footer, " —", FOUR, "宋体")


def _field(kind: str, words: str) -> Any:
    element = OxmlElement("w:fldChar" if kind else "w:instrText")
    if kind:
        element.set(qn("w:fldCharType"), kind)
    else:
        element.text = words
    return element


def _fonts(document: Any) -> None:
    """The body's font and spacing, and the substitutes of the official fonts."""
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, THREE
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    spacing = normal.paragraph_format
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    spacing.space_before = spacing.space_after = Pt(0)
    table = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in SUBSTITUTES.items()
    )
    for part in document.part.package.iter_parts():
        if part.partname == "/word/fontTable.xml":
            part._blob = f'<?xml version="1.0" encoding="UTF-8"?><w:fonts xmlns:w="{FONTS}">{table}</w:fonts>'.encode()  # noqa: SLF001


def _table(document: Any, widths: Sequence[int]) -> Any:
    table = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _cell(cell: Any, words: str, font: str, *, center: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    if center:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, words, SMALL, font)


def _centred(document: Any, words: str, size: Any, font: str) -> Paragraph:
    paragraph: Paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, words, size, font)
    return paragraph


def _indented(document: Any) -> Paragraph:
    """A paragraph that begins two characters in."""
    paragraph: Paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(32)
    return paragraph


def _run(paragraph: Any, words: str, size: Any, font: str) -> Any:
    run = paragraph.add_run(words)
    run.font.size, run.font.name = size, LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - nor East Asian fonts
    return run
