"""Importing annual figures: matched to firms, dated, in the right unit, from the right column."""

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.facts.models import Fact, Source
from app.imports.columns.mapping import propose
from app.imports.models import Kind
from tests.browser import Visitor
from tests.factories import make_code, make_firm, make_unit, make_user
from tests.imports.corpus import FILES, saved, workbook
from tests.imports.journey import applied, counts, mapped, proposal, uploaded
from tests.work import work_off

HEADER = ["统一社会信用代码", "企业名称", "年度", "营业收入（万元）", "职工总数"]


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user())


def listed(*rows: list[Any], header: list[str] = HEADER) -> bytes:
    return saved(workbook([header, *rows]))


def figures(db: Session) -> dict[tuple[str, int], Decimal | None]:
    facts = db.scalars(sa.select(Fact).where(Fact.superseded_at.is_(None)))
    return {(fact.kind, fact.year): fact.number for fact in facts}


def test_figures_land_in_the_ledger_with_source_and_row(officer: Visitor, db: Session) -> None:
    make_firm("甲公司", credit_code=make_code(1))

    batch = applied(
        officer, "年报.xlsx", listed([make_code(1), "甲公司", 2024, "1,234.5", 30]), kind="annual", source="tax"
    )

    assert figures(db) == {("revenue", 2024): Decimal(12_345_000), ("staff", 2024): Decimal(30)}
    fact = db.scalars(sa.select(Fact)).first()
    assert fact
    assert (fact.source, fact.source_note, fact.batch_id) == (Source.TAX, "导入《年报.xlsx》第 2 行", batch)
    assert db.scalar(sa.select(sa.func.count()).where(Event.kind == "facts.imported")) == 1


def test_the_same_figures_twice_change_nothing(officer: Visitor) -> None:
    make_firm("甲公司", credit_code=make_code(1))
    content = listed([make_code(1), "甲公司", 2024, "1234.56789", 30])
    applied(officer, "a.xlsx", content, kind="annual")

    again = mapped(officer, "a.xlsx", content, kind="annual")

    assert counts(officer, again) == {"新增": 0, "变更": 0, "不变": 1, "冲突": 0, "重复": 0, "错误": 0}


def test_a_correction_shows_both_values(officer: Visitor) -> None:
    make_firm("甲公司", credit_code=make_code(1))
    applied(officer, "a.xlsx", listed([make_code(1), "", 2024, 100, 30]), kind="annual")

    batch = mapped(officer, "b.xlsx", listed([make_code(1), "", 2024, 120, 30]), kind="annual")

    page = officer.get(f"/imports/{batch}/preview?tab=changed")
    assert (page.one("del").text, page.one("ins").text) == ("100万元", "120万元")


def test_the_year_of_the_heading_and_a_heading_of_two_lines_are_understood(officer: Visitor, db: Session) -> None:
    make_firm("甲公司", credit_code=make_code(1))

    applied(officer, "merged.xlsx", FILES["merged.xlsx"](), kind="annual")

    assert figures(db) == {("sales", 2024): Decimal(12_005_000), ("staff", 2024): Decimal(30)}


def test_the_unit_comes_from_heading_or_line_above_or_the_form(officer: Visitor, db: Session) -> None:
    make_firm("甲公司", credit_code=make_code(1))
    header = ["统一社会信用代码", "年度", "营业收入（元）", "净利润"]
    content = saved(workbook([["单位：千元"], header, [make_code(1), 2024, 500, 20]]))

    applied(officer, "a.xlsx", content, kind="annual")

    assert figures(db) == {("revenue", 2024): Decimal(500), ("net_profit", 2024): Decimal(20_000)}


def test_without_any_year_the_form_asks(officer: Visitor, db: Session) -> None:
    make_firm("甲公司", credit_code=make_code(1))
    content = saved(workbook([["统一社会信用代码", "职工总数"], [make_code(1), 30]]))
    batch = uploaded(officer, "a.xlsx", content, kind="annual")

    page = officer.post(f"/imports/{batch}/mapping", proposal(officer, batch), status=422)
    assert "不知道是哪一年的数" in page

    officer.post(f"/imports/{batch}/mapping", {**proposal(officer, batch), "year": "2024"})
    work_off()
    assert counts(officer, batch)["新增"] == 1


def test_research_without_its_definition_is_never_guessed(officer: Visitor) -> None:
    found = propose("2024年研发费用（万元）", Kind.ANNUAL)

    assert found.target == ""
    assert "口径不同，请选择" in found.reason


def test_a_name_alone_is_a_marked_fallback(officer: Visitor) -> None:
    make_firm("甲科技有限公司", credit_code=make_code(1))
    make_firm("乙有限公司")
    make_firm("乙有限责任公司")

    batch = mapped(
        officer,
        "a.xlsx",
        listed(["", "甲科技有限责任公司", 2024, 1, 1], ["", "乙公司", 2024, 1, 1], ["", "丙公司", 2024, 1, 1]),
        kind="annual",
    )

    assert counts(officer, batch) == {"新增": 1, "变更": 0, "不变": 0, "冲突": 0, "重复": 0, "错误": 2}
    assert "需核对" in officer.get(f"/imports/{batch}/preview?tab=new")
    refused = officer.get(f"/imports/{batch}/preview?tab=refused")
    assert "有 2 家同名企业" in refused
    assert "没有这个名称的企业" in refused


def test_another_name_beside_a_known_code_is_pointed_out(officer: Visitor) -> None:
    make_firm("甲公司", credit_code=make_code(1))

    batch = mapped(officer, "a.xlsx", listed([make_code(1), "完全不同", 2024, 1, 1]), kind="annual")

    assert "名录中这个代码是“甲公司”" in officer.get(f"/imports/{batch}/preview?tab=new")


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ([make_code(2), "", 2024, 1, 1], "名录中没有这家企业"),
        ([make_code(1), "", 2050, 1, 1], "年度 2050 不在"),
        ([make_code(1), "", "", 1, 1], "没有填写年度"),
        ([make_code(1), "", 2024, "5万美元", 1], "外币"),
        ([make_code(1), "", 2024, 1, 1.5], "整数"),
        ([916501032990508330, "", 2024, 1, 1], "末几位"),
    ],
)
def test_a_bad_row_says_what_to_mend(officer: Visitor, cells: list[Any], word: str) -> None:
    make_firm("甲公司", credit_code=make_code(1))

    batch = mapped(officer, "a.xlsx", listed(cells), kind="annual")

    assert word in officer.get(f"/imports/{batch}/preview?tab=refused")


def test_two_rows_that_contradict_each_other_are_a_conflict(officer: Visitor) -> None:
    make_firm("甲公司", credit_code=make_code(1))
    rows = [[make_code(1), "", 2024, 1, 1], [make_code(1), "", 2024, 2, 1], [make_code(1), "", 2023, 2, 1]]

    batch = mapped(officer, "a.xlsx", listed(*rows), kind="annual")

    assert counts(officer, batch) == {"新增": 1, "变更": 0, "不变": 0, "冲突": 2, "重复": 0, "错误": 0}


FILLED_IN = {"统一社会信用代码": make_code(1), "企业名称": "甲公司", "年度": 2024, "认定日期": "2024-10-01"}


@pytest.mark.parametrize("kind", [kind.code for kind in Kind])
def test_a_blank_workbook_can_be_filled_in_and_imported(officer: Visitor, kind: str) -> None:
    make_unit("达坂城镇")
    make_firm("甲公司", credit_code=make_code(1))
    content = officer.get(f"/imports/template/{kind}.xlsx").response.content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    for column, cell in enumerate(sheet[1], 1):
        # What is no firm's begins with its own name.
        sheet.cell(3, column, FILLED_IN.get(cell.value, "甲机构" if column == 1 else ""))

    batch = uploaded(officer, "filled.xlsx", saved(book), kind=kind)
    assert set(reasons(officer, batch)) <= {"名称一致", "常用的另一种写法"}
    officer.post(f"/imports/{batch}/mapping", {**proposal(officer, batch), "title": "hnte" if kind == "titles" else ""})
    work_off()

    assert sum(counts(officer, batch).values()) == 1
    assert "跳过了模板的示例行 1 行" in officer.get(f"/imports/{batch}/preview")


def reasons(visitor: Visitor, batch: int) -> list[str]:
    return [tag.text for tag in visitor.get(f"/imports/{batch}/mapping").all("td .tag")]


@pytest.mark.parametrize(
    ("spelling", "target"),
    [
        *(
            (spelling, "credit_code")
            for spelling in ("统一社会信用代码", "信用代码", "统一社会信用代码*", " 社会信用代码 ")
        ),
        *(
            (spelling, "name")
            for spelling in ("企业名称", "公司名称", "单位名称（全称）"[:4], "【企业名称】", "企业 名称")
        ),
        *((spelling, "founded_on") for spelling in ("成立日期", "注册日期", "成立时间", "成立日期（年/月/日）"[:4])),
        *(
            (spelling, "registered_capital")
            for spelling in ("注册资本", "注册资金", "注册资本（万元）", "注册资金(元)")
        ),
        *((spelling, "business_scope") for spelling in ("经营范围", "业务范围", "经营范围：")),
        *((spelling, "address") for spelling in ("地址", "注册地址", "住所", "企业住所")),
        *((spelling, "") for spelling in ("法定代表人", "备注", "", "序号", "联系电话")),
    ],
)
def test_spellings_of_headings(spelling: str, target: str) -> None:
    assert propose(spelling, Kind.FIRMS).target == target
