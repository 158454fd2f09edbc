"""Our own Word template, built anew: A4 by GB/T 9704 (margins, fonts by name with substitutes, 28 points a line)."""

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
TEXT_WIDTH = 156
TWO, THREE, FOUR, SMALL = Pt(22), Pt(16), Pt(14), Pt(11)
Columns = Sequence[tuple[str, int, str]]

HEAD = (
    ("企业名称", "{{ firm.name }}"),
    ("统一社会信用代码", "{{ firm.credit_code }}"),
    ("属地和行业", "{{ firm.unit }}，{{ firm.industry }}"),
    ("现有资质", "{{ plan.held|join('、') or '无' }}"),
    ("目标资质", "{{ plan.target }}"),
    ("计划申报日", "{{ plan.declares_on }}（{{ plan.window }}）"),
    ("版本和状态", "第 {{ plan.edition }} 版，{{ plan.state }}"),
    ("数据截止", "{{ plan.facts_on }}（{{ plan.known_at }} 所知）"),
)
DIAGNOSIS: Columns = (
    ("条件", 42, "wording"),
    ("现值", 22, "value"),
    ("要求", 22, "threshold"),
    ("结论", 14, "answer"),
    ("差距", 34, "gap"),
    ("条款", 22, "clause"),
)
MEASURES: Columns = (
    ("序号", 10, "number"),
    ("措施", 28, "name"),
    ("内容", 50, "detail"),
    ("责任", 20, "owner"),
    ("协助", 22, "helper"),
    ("期限", 26, "due"),
)
MILESTONES: Columns = (("时间", 40, "on"), ("事项", 116, "what"))
AWARDS: Columns = (
    ("奖补条款", 34, "name"),
    ("结论", 16, "answer"),
    ("金额", 32, "amount"),
    ("还需要", 46, "needs"),
    ("依据", 28, "clause"),
)
FACTS: Columns = (("数据", 44, "label"), ("年度", 22, "period"), ("数值", 34, "value"), ("来源", 56, "source"))


def default_template() -> bytes:
    """The template as a .docx."""
    document = Document()
    _page(document)
    _fonts(document)
    _title(document)
    _section(document, "一、基本情况")
    _pairs(document, HEAD)
    _section(document, "二、工作思路")
    _run(_indented(document), "{{ plan.summary or '按以下诊断补齐差距，按期申报。' }}", THREE, BODY)
    _section(document, "三、诊断")
    _rows(document, "diagnosis", DIAGNOSIS)
    _when(document, "plan.way", "（达标办法）", "{{ plan.way }}", font=SECOND)
    _section(document, "四、措施")
    _rows(document, "measures", MEASURES)
    _steps(document)
    _section(document, "五、时间安排")
    _rows(document, "milestones", MILESTONES)
    _section(document, "六、奖补机会")
    _rows(document, "awards", AWARDS)
    _section(document, "七、风险提示")
    _each(document, "risk", "risks", "{{ loop.index }}.{{ risk }}", otherwise="暂无。")
    _section(document, "八、所用数据")
    _rows(document, "facts", FACTS)
    _signatures(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    footer = section.footer.paragraphs[0]
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


def _title(document: Any) -> None:
    for words in ("{{ firm.name }}", "“一企一策”培育方案"):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = Pt(34)
        _run(paragraph, words, TWO, TITLE)
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "{{ plan.bureau }}  {{ plan.today }}", THREE, SECOND)
    document.add_paragraph()


def _section(document: Any, words: str, font: str = FIRST) -> None:
    paragraph = _indented(document)
    paragraph.paragraph_format.keep_with_next = True
    _run(paragraph, words, THREE, font)


def _when(document: Any, value: str, heading: str, words: str, *, font: str = FIRST) -> None:
    """A heading with its text, left out where there is nothing to say."""
    _mark(document, f"{{%p if {value} %}}")
    _section(document, heading, font)
    _run(_indented(document), words, THREE, BODY)
    _mark(document, "{%p endif %}")


def _each(document: Any, name: str, values: str, words: str, *, otherwise: str) -> None:
    _mark(document, f"{{%p for {name} in {values} %}}")
    _run(_indented(document), words, THREE, BODY)
    _mark(document, "{%p else %}")
    _run(_indented(document), otherwise, THREE, BODY)
    _mark(document, "{%p endfor %}")


def _steps(document: Any) -> None:
    _mark(document, "{%p for each in measures if each.steps %}")
    _section(document, "（{{ each.number }}）{{ each.name }}", SECOND)
    _mark(document, "{%p for step in each.steps %}")
    _run(_indented(document), "{{ loop.index }}.{{ step }}", THREE, BODY)
    _mark(document, "{%p endfor %}")
    _mark(document, "{%p endfor %}")


def _pairs(document: Any, pairs: Sequence[tuple[str, str]]) -> None:
    table = _table(document, (42, TEXT_WIDTH - 42))
    for label, words in pairs:
        cells = table.add_row().cells
        _cell(cells[0], label, FIRST)
        _cell(cells[1], words, BODY)


def _rows(document: Any, values: str, columns: Columns) -> None:
    """A table with a repeated heading and one row for each of the values."""
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
    _cell(table.add_row().cells[0], "{%tr endfor %}", BODY)


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


def _signatures(document: Any) -> None:
    document.add_paragraph()
    table = _table(document, (52, 52, 52))
    given = ("起草：{{ plan.made_by }}", "审核：{{ plan.decided_by }}", "分管领导：")
    dates = ("{{ plan.made_at }}", "{{ plan.decided_at or '年　月　日' }}", "年　月　日")
    for words in (given, dates):
        for cell, each in zip(table.add_row().cells, words, strict=True):
            _cell(cell, each, BODY)


def _indented(document: Any) -> Paragraph:
    """A paragraph that begins two characters in."""
    paragraph: Paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(32)
    return paragraph


def _mark(document: Any, words: str) -> None:
    document.add_paragraph(words)


def _run(paragraph: Any, words: str, size: Any, font: str) -> Any:
    run = paragraph.add_run(words)
    run.font.size, run.font.name = size, LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001 - nor East Asian fonts
    return run
