"""Lists as people make them: instructions above, filters, headings again, columns in any order, faults everywhere."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.core import db as database
from app.firms.models import Firm
from app.imports import queries, service, work
from app.imports.columns.mapping import propose
from app.imports.columns.targets import targets_of
from app.imports.models import Kind, Row, State
from app.jobs.models import Job
from tests.browser import Visitor
from tests.factories import make_code, make_firm, make_user
from tests.imports.corpus import HEADER, plain, row, saved, workbook
from tests.imports.journey import applied, counts, mapped, proposal, uploaded
from tests.work import work_off

INSTRUCTIONS = [[f"{number}. 请如实填写第 {number} 项。"] for number in range(1, 16)]
NOTHING = {"新增": 0, "变更": 0, "不变": 0, "冲突": 0, "重复": 0, "错误": 0}


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user())


def test_instructions_on_a_sheet_or_above_the_heading_are_told_and_not_imported(officer: Visitor) -> None:
    book = workbook([["填报说明", "以下各项"]])
    book.active.title = "填报说明"
    sheet = book.create_sheet("名单")
    for values in (["达坂城区企业名单"], *INSTRUCTIONS, HEADER, row(1), row(2)):
        sheet.append(values)

    batch = mapped(officer, "list.xlsx", saved(book))

    page = officer.get(f"/imports/{batch}/preview")
    assert counts(officer, batch) == {**NOTHING, "新增": 2}
    assert "表头在第 17 行，其上 16 行没有作为数据读取" in page
    assert "没有读取：“填报说明”1 行" in page


def test_a_list_alone_in_its_workbook_is_read_whatever_its_sheet_is_called(officer: Visitor) -> None:
    book = workbook([HEADER, row(1)])
    book.active.title = "企业情况说明表"

    assert counts(officer, mapped(officer, "list.xlsx", saved(book))) == {**NOTHING, "新增": 1}


def test_a_heading_repeated_on_every_printed_page_is_no_row(officer: Visitor) -> None:
    batch = mapped(officer, "list.xlsx", saved(workbook([HEADER, row(1), HEADER, row(2)])))

    assert counts(officer, batch) == {**NOTHING, "新增": 2}
    assert "跳过了重复的表头 1 行" in officer.get(f"/imports/{batch}/preview")


def test_rows_that_a_filter_hides_are_read_and_told(officer: Visitor) -> None:
    book = workbook([HEADER, row(1), row(2), row(3)])
    book.active.auto_filter.ref = "A1:D4"
    book.active.row_dimensions[3].hidden = True

    batch = mapped(officer, "list.xlsx", saved(book))

    assert counts(officer, batch) == {**NOTHING, "新增": 3}
    assert "有 1 个隐藏的行，已一并读取" in officer.get(f"/imports/{batch}/preview")


def test_one_row_too_many_is_refused_with_their_number_and_leaves_none(officer: Visitor, db: Session) -> None:
    content = "企业名称,统一社会信用代码\n".encode() + b"a,b\n" * 50_001

    batch = uploaded(officer, "list.csv", content)

    assert "数据有 50001 行，最多 50000 行" in officer.get(f"/imports/{batch}/mapping")
    assert db.scalar(sa.select(sa.func.count()).select_from(Row)) == 0


def test_columns_swapped_missing_or_added_give_the_same_register(officer: Visitor, db: Session) -> None:
    applied(officer, "list.xlsx", plain(2))
    order = [3, 1, 0]
    rows = [["序号", *(HEADER[place] for place in order), "联系电话"]]
    rows += [[n, *(row(n)[place] for place in order), 13912345678.0] for n in (1, 2)]

    batch = mapped(officer, "list.xlsx", saved(workbook(rows)))

    assert counts(officer, batch) == {**NOTHING, "不变": 2}


@pytest.mark.parametrize(
    ("spelling", "target"),
    [
        *((spelling, "fact:revenue") for spelling in ("营业收入", "2024年营业收入（万元）", "营业收入 (元)", "营收")),
        *((spelling, "fact:staff") for spelling in ("职工总数", "职工人数", "从业人员", "员工总数（人）")),
        *((spelling, "fact:sales") for spelling in ("销售收入", "年销售收入", "销售额")),
        *((spelling, "year") for spelling in ("年度", "年份", "会计年度", "【年度】")),
        *((spelling, "fact:rd_tax") for spelling in ("加计扣除研发费用", "研发费用加计扣除额")),
        *((spelling, "") for spelling in ("研发投入", "R&D经费", "收入", "填表人", "审核意见")),
    ],
)
def test_headings_of_figures_are_recognised_or_left_to_the_person(spelling: str, target: str) -> None:
    found = propose(spelling, Kind.ANNUAL)

    assert found.target == target
    assert found.reason


BAD_CODES = ("440301103097413", "91650107MA000000", "9.16501E+17", "", make_code(9)[:17] + "I")
BAD_DAYS = ("去年", "2024年3月", "2024-02-30", "3/1/2024", "2099-01-01")
BAD_AMOUNTS = ("壹佰万", "约500万", "(1,234)", "-5", "12;5")
BAD_STATES = ("活着", "不明", "待定", "Ｘ", "1")


def test_twenty_faults_are_found_in_one_pass_and_come_back_with_their_place(officer: Visitor) -> None:
    faults = [
        *(["甲", code, "2018-05-01", 5, "在营"] for code in BAD_CODES),
        *(["乙", make_code(10 + n), day, 5, "在营"] for n, day in enumerate(BAD_DAYS)),
        *(["丙", make_code(20 + n), "2018-05-01", sum_, "在营"] for n, sum_ in enumerate(BAD_AMOUNTS)),
        *(["丁", make_code(30 + n), "2018-05-01", 5, state] for n, state in enumerate(BAD_STATES)),
    ]
    good = [*row(1), "在营"]

    batch = mapped(officer, "list.xlsx", saved(workbook([[*HEADER, "登记状态"], good, *faults])))

    content = officer.get(f"/imports/{batch}/rejected.xlsx").response.content
    _, *lines = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
    assert counts(officer, batch) == {**NOTHING, "新增": 1, "错误": 20}
    assert [line[5].partition("】")[0] for line in lines] == [
        f"原文件第 {number} 行：【{column}" for number, column in zip(range(3, 23), _columns(), strict=True)
    ]


def _columns() -> list[str]:
    return [name for name in ("统一社会信用代码", "成立日期", "注册资本（万元）", "登记状态") for _ in range(5)]


def test_a_file_can_say_nothing_but_identity_figures_titles_and_records(officer: Visitor, db: Session) -> None:
    written = {target.split(":")[0] for kind in Kind for target in targets_of(kind)}
    assert written.isdisjoint({"id", "version", "merged_into_id", "source", "revision", "verdict", "approved"})
    batch = uploaded(officer, "list.xlsx", saved(workbook([[*HEADER, "merged_into_id"], [*row(1), 1]])))
    form = proposal(officer, batch)
    assert form["target"][4] == ""

    page = officer.post(
        f"/imports/{batch}/mapping", {**form, "target": [*form["target"][:4], "merged_into_id"]}, status=422
    )

    assert "请从列表中选择" in page
    assert db.scalar(sa.select(sa.func.count()).select_from(Firm)) == 0


def test_a_long_import_tells_how_far_it_is(officer: Visitor, db: Session) -> None:
    batch = mapped(officer, "list.xlsx", plain(3))
    told = {job.kind: (job.done, job.total) for job in db.scalars(sa.select(Job))}
    assert told == {"import.read": (3, 3), "import.compare": (3, 3)}
    db.rollback()

    with database.writing() as session:
        found = queries.get_batch(session, batch)
        found.state = State.JUDGING.code
        job = session.get_one(Job, found.detail["job"])
        job.done, job.total, job.said = 20_000, 50_000, "正在保存比对的结果。"

    page = officer.get(f"/imports/{batch}/progress")
    assert "20000 / 50000 行" in page
    assert "正在保存比对的结果" in page


def test_a_change_between_judging_and_writing_is_seen(
    officer: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 1)
    batch = mapped(officer, "list.xlsx", plain(2))
    before = work.applying.judge_beforehand

    def judge_then_somebody_registers(session: Session, number: int) -> Any:
        judged = before(session, number)
        make_registered()
        return judged

    monkeypatch.setattr(work.applying, "judge_beforehand", judge_then_somebody_registers)
    version = officer.get(f"/imports/{batch}/preview").one("input[name=version]")["value"]
    officer.post(f"/imports/{batch}/application", {"version": version})
    work_off()

    assert db.scalar(sa.select(sa.func.count()).select_from(Firm)) == 1
    assert "与预览不同" in officer.get(f"/imports/{batch}/preview")


def make_registered() -> None:
    """Somebody else registers the first firm of the list, with its event as always."""
    firm = make_firm("别人先登记的公司", credit_code=make_code(1))
    with database.writing() as session:
        audit.record(session, None, "firm.registered", firm)
