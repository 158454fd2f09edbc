"""The blank workbooks people start from: required columns in red, lists to choose from, an example, instructions."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.core import clock
from app.facts.vocabulary import vocabulary
from app.firms import queries as firms
from app.firms.models import FirmState
from app.imports.columns.targets import FACT, FIRM_TARGETS, targets_of
from app.imports.models import Kind
from app.needs.resources.declared import registers
from app.rules import FactKind

ROWS = 5_000
# A list of choices lives on a sheet of its own: inside a cell's rule it may only be 255 characters long.
LISTS = "选项"
COMMON = (
    *("staff", "tech_staff", "rd_staff", "revenue", "main_revenue", "sales", "gross_income", "hightech_revenue"),
    *("rd_recognised", "rd_tax", "rd_statistics", "net_profit", "tax_paid", "assets", "liabilities"),
)
EXAMPLES = {
    "credit_code": "91650107MA0000000X",
    "name": "（示例）某某科技有限公司",
    "legal_form": "有限责任公司",
    "founded_on": "2018-05-01",
    "registered_capital": "500",
    "industry": "风力发电",
    "business_scope": "风电设备的研发、制造和销售",
    "address": "某某路 1 号",
    "region": "某某区",
    "state": "在营",
}
FIRM_NOTES = (
    ("哪些必填", "红色表头必填：统一社会信用代码（18 位）、企业名称。其余可以留空。"),
    ("怎样对应", "按统一社会信用代码对应企业：名录中已有的更新，没有的新增。名称不作为依据。"),
    ("留空", "留空、“-”、“N/A”、“无”都表示没有填写，不会清除系统里已有的内容。"),
    ("日期", "写成 2024-03-01、2024年3月1日都可以，须有年、月、日。"),
    ("金额", "注册资本的单位是万元，也可以写“2亿元”。外币不折算，请换算成人民币后填写。"),
    ("责任单位、园区", "请从下拉列表中选择；没有的单位先到“单位”里登记。"),
    ("导入步骤", "上传 → 核对各列 → 预览 → 确认。确认之前不会写入任何数据，确认之后可以撤销。"),
)
ANNUAL_NOTES = (
    ("哪些必填", "红色表头必填：统一社会信用代码（18 位）、年度。企业须已在名录中。"),
    ("年度", "会计年度，如 2024。同一企业的不同年度各占一行；也可以在表头写明年度，如“2024年营业收入（万元）”。"),
    ("单位", "金额的单位写在表头的括号里；格子里写“2亿元”“500元”也可以，以格子里的为准。"),
    ("研发费用", "认定口径、加计扣除口径、统计口径是三个不同的数，请填在对应的列。"),
    ("留空", "留空、“-”、“N/A”、“无”都表示没有填写，不会当作 0，也不会清除已有的数据。"),
    ("百分数", "请带上“%”，如 6.12%。"),
    ("更多数据项", "可以加列：表头写成下面“可用的数据项”中的名称即可。"),
)


ENTRY_NOTES = (
    ("哪些必填", "红色表头必填。企业须已在名录中；没有信用代码时可以只填企业名称，但名称须与名录一致。"),
    ("一行一条", "一家企业有几条就填几行。编号（权利号、证书编号等）相同的视为同一条，已登记的按文件更新。"),
    ("留空", "留空、“-”、“N/A”、“无”都表示没有填写，不会清除系统里已有的内容。"),
    ("日期", "写成 2024-03-01、2024年3月1日都可以，须有年、月、日。"),
    ("从列表中选择", "有下拉列表的列请按列表填写。"),
    ("不等于齐全", "导入的是“至少有这些”。名单是否齐全，由提供名单的单位另行担保。"),
)
RESOURCE_NOTES = (
    ("哪些必填", "红色表头必填。其余可以留空，留空不会清除名册里已有的内容。"),
    (
        "怎样对应",
        "名称和所属单位都相同的算同一条：已有的更新，没有的新增。同名而没有写单位的列为冲突。",
    ),
    ("金额", "写成“300 万元”“2 亿元”；只写数字的按表头括号里的单位，没有单位的按万元。"),
    ("关键词", "用顿号分开，如“叶片除冰、复合材料”；推荐对接时按这些词比较。"),
    ("联系方式", "只给办理需求的科技局和专员看，企业看不到。"),
)
REQUIRED = frozenset({"credit_code", "kind", "issued_on"})


@dataclass(frozen=True)
class Heading:
    """One column of a blank workbook."""

    label: str
    required: bool
    example: str
    hint: str
    choices: tuple[str, ...] = ()


def blank_workbook(db: Session, kind: Kind) -> bytes:
    """The workbook to fill in for one kind of import."""
    import xlsxwriter  # noqa: PLC0415 - only who asks for the file needs it

    headings, notes = _headings_and_notes(db, kind)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        _fill_in(book, kind.label, headings)
        _explain(book, notes, headings)
    return out.getvalue()


def _headings_and_notes(db: Session, kind: Kind) -> tuple[list[Heading], tuple[tuple[str, str], ...]]:
    match kind:
        case Kind.FIRMS:
            return _firm_headings(db), FIRM_NOTES
        case Kind.ANNUAL:
            return _annual_headings(), (*ANNUAL_NOTES, ("可用的数据项", "、".join(_every_label())))
        case _ if kind.is_register:
            return _resource_headings(kind), RESOURCE_NOTES
        case _:
            return _entry_headings(kind), ENTRY_NOTES


def _resource_headings(kind: Kind) -> list[Heading]:
    register = registers().registers[kind.code]
    own = [Heading(register.name, True, "（示例）某某", ""), Heading(register.organisation, False, "", "")]
    return [*own, *(Heading(each.label, False, "", each.hint, each.options) for each in register.columns)]


def _entry_headings(kind: Kind) -> list[Heading]:
    titles = tuple(each.label for each in vocabulary().titles.values())
    found = []
    for target in targets_of(kind).values():
        money = target.type == "money"
        choices = titles if target.type == "title" else target.fact.choices if target.fact else ()
        example = EXAMPLES.get(target.code) or ("2024-03-01" if target.type in ("day", "date") else "")
        label = f"{target.label}（万元）" if money else target.label
        found.append(Heading(label, target.code in REQUIRED, example, "", tuple(choices)))
    return found


def _firm_headings(db: Session) -> list[Heading]:
    units = firms.open_units(db)
    choices = {
        "state": tuple(state.label for state in FirmState),
        "unit_id": tuple(unit.name for unit in units),
        "park_id": tuple(label for _, label in firms.park_options(units)),
    }
    labels = {"registered_capital": "注册资本（万元）"}
    return [
        Heading(
            labels.get(target.code, target.label),
            target.code in ("credit_code", "name"),
            EXAMPLES.get(target.code, ""),
            "",
            choices.get(target.code, ()),
        )
        for target in FIRM_TARGETS
    ]


def _annual_headings() -> list[Heading]:
    facts = vocabulary().facts
    year = str(clock.today().year - 1)
    return [
        Heading("统一社会信用代码", True, EXAMPLES["credit_code"], ""),
        Heading("企业名称", False, EXAMPLES["name"], "用于核对"),
        Heading("年度", True, year, "会计年度"),
        *(_figure(facts[code]) for code in COMMON if code in facts),
    ]


def _figure(kind: FactKind) -> Heading:
    unit = "万元" if kind.type == "money" else kind.unit
    label = f"{kind.label}（{unit}）" if unit else kind.label
    return Heading(label, False, "100", kind.definition, kind.choices)


def _every_label() -> list[str]:
    return [target.label for target in targets_of(Kind.ANNUAL).values() if target.code.startswith(FACT)]


def _fill_in(book: Any, name: str, headings: Sequence[Heading]) -> None:
    sheet = book.add_worksheet(name)
    must = book.add_format({"bold": True, "font_color": "#C00000", "bg_color": "#FDECEA", "border": 1})
    may = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1})
    text = book.add_format({"num_format": "@"})
    example = book.add_format({"num_format": "@", "italic": True, "font_color": "#7F7F7F"})
    lists = book.add_worksheet(LISTS)
    lists.hide()
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading.label, must if heading.required else may)
        sheet.write_string(1, column, heading.example, example)
        sheet.set_column(column, column, max(14, len(heading.label) * 2 + 2), text)
        if heading.choices:
            _offer(sheet, lists, column, heading.choices)
    sheet.freeze_panes(1, 0)
    sheet.write_comment(1, 0, "示例行不会导入，可以删除或保留。")


def _offer(sheet: Any, lists: Any, column: int, choices: Sequence[str]) -> None:
    for line, choice in enumerate(choices):
        lists.write_string(line, column, choice)
    letter = chr(ord("A") + column)
    source = f"='{LISTS}'!${letter}$1:${letter}${len(choices)}"
    sheet.data_validation(
        1,
        column,
        ROWS,
        column,
        {"validate": "list", "source": source, "error_title": "请从列表中选择", "error_message": "没有这个选项。"},
    )


def _explain(book: Any, notes: Sequence[tuple[str, str]], headings: Sequence[Heading]) -> None:
    sheet = book.add_worksheet("填表说明")
    bold, wrapped = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    defined = tuple((heading.label, heading.hint) for heading in headings if heading.hint)
    for line, (name, words) in enumerate((*notes, *defined)):
        sheet.write_string(line, 0, name, bold)
        sheet.write_string(line, 1, words, wrapped)
