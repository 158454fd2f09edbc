"""Importing titles and the entries of collections: matched, compared, written as versions, taken back."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import db as database
from app.facts.models import Record, Source
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.imports import service
from app.imports.models import REGISTERS, Kind
from app.titles.forms import TitleFields
from app.titles.models import Title
from app.titles.service import record_title
from tests.browser import Visitor
from tests.factories import make_code, make_firm, make_unit, make_user
from tests.facts.arrange import ENTERED, add
from tests.imports.corpus import saved, workbook
from tests.imports.journey import applied, apply, counts, mapped, proposal, undone, uploaded
from tests.work import work_off

IP = ["统一社会信用代码", "专利号", "专利名称", "专利类型", "授权公告日"]
HNTE = ["企业名称", "证书编号", "发证日期"]
NOTHING = {"新增": 0, "变更": 0, "不变": 0, "冲突": 0, "重复": 0, "错误": 0}


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user())


@pytest.fixture
def firm(engine: sa.Engine) -> Firm:
    return make_firm("甲公司", credit_code=make_code(1))


def listed(*rows: list[Any], header: list[str] = IP) -> bytes:
    return saved(workbook([header, *rows]))


def patent(number: str = "ZL1", name: str = "一种风机", day: str = "2022年5月1日") -> list[Any]:
    return [make_code(1), number, name, "发明专利", day]


def standing(db: Session, table: Any = Record) -> list[Any]:
    db.rollback()
    return list(db.scalars(sa.select(table).where(table.superseded_at.is_(None)).order_by(table.id)))


def certified(firm: Firm, **values: Any) -> Title:
    fields = TitleFields(**{"kind": "hnte", "number": "GR2024001", "issued_on": date(2024, 10, 1), **values})
    with database.writing() as session:
        return record_title(session, None, session.get_one(Firm, firm.id), fields, origin=ENTERED)


def test_every_collection_can_be_imported() -> None:
    codes = {kind.code: kind.label for kind in Kind if kind not in (Kind.FIRMS, Kind.ANNUAL, *REGISTERS)}

    assert codes == {code: each.label for code, each in vocabulary().collections.items()}


def test_patents_land_in_their_collection_with_source_and_row(officer: Visitor, firm: Firm, db: Session) -> None:
    batch = applied(officer, "专利.xlsx", listed(patent(), patent("ZL2")), kind="ip", source="platform")

    first, second = standing(db)
    assert (first.firm_id, first.collection, first.starts_on) == (firm.id, "ip", date(2022, 5, 1))
    assert first.attributes == {"name": "一种风机", "number": "ZL1", "sort": "发明专利"}
    assert (second.source, second.source_note, second.batch_id) == (Source.PLATFORM, "导入《专利.xlsx》第 3 行", batch)
    assert first.thread != second.thread


def test_the_same_patents_twice_change_nothing(officer: Visitor, firm: Firm) -> None:
    applied(officer, "a.xlsx", listed(patent(), patent("ZL2")), kind="ip")

    again = mapped(officer, "a.xlsx", listed(patent(), patent("zl2 ".upper())), kind="ip")

    assert counts(officer, again) == {**NOTHING, "不变": 2}


def test_a_known_number_is_corrected_and_keeps_what_the_file_does_not_say(
    officer: Visitor, firm: Firm, db: Session
) -> None:
    add(firm, "ip", starts_on=date(2022, 5, 1), number="ZL1", name="旧名称", acquired_by="受让")

    applied(officer, "a.xlsx", listed(patent()), kind="ip")

    (record,) = standing(db)
    assert record.attributes == {"name": "一种风机", "number": "ZL1", "sort": "发明专利", "acquired_by": "受让"}


def test_what_only_fills_leaves_a_conflict_to_be_looked_at(officer: Visitor, firm: Firm, db: Session) -> None:
    add(firm, "ip", starts_on=date(2022, 5, 1), number="ZL1", name="旧名称", sort="发明专利")

    batch = mapped(officer, "a.xlsx", listed(patent()), kind="ip", fields={"policy": ["fill"] * 5})

    assert counts(officer, batch) == {**NOTHING, "冲突": 1}
    assert "已有“旧名称”，文件中为“一种风机”" in officer.get(f"/imports/{batch}/preview")


def test_incidents_without_a_number_are_the_same_where_everything_is(officer: Visitor, firm: Firm, db: Session) -> None:
    header = ["企业名称", "事项", "发生日期", "程度"]
    one, other = ["甲公司", "安全事故", "2024-03-01", "较大"], ["甲公司", "环境违法", "2024-03-01", "一般"]
    applied(officer, "a.xlsx", listed(one, header=header), kind="incidents", source="department")

    batch = mapped(officer, "b.xlsx", listed(one, other, other, header=header), kind="incidents")

    assert counts(officer, batch) == {**NOTHING, "新增": 1, "不变": 1, "重复": 1}


def test_relocations_read_choices_and_refuse_what_is_none(officer: Visitor, firm: Firm, db: Session) -> None:
    header = ["统一社会信用代码", "搬迁完成日期", "方式", "方向", "对方所在地"]
    good = [make_code(1), "2024-06-30", "整体迁移", "迁入", "本市其他区县"]
    bad = [make_code(1), "2024-07-30", "飞走了", "迁入", "省外"]

    batch = applied(officer, "a.xlsx", listed(good, bad, header=header), kind="relocations")

    assert [record.attributes["mode"] for record in standing(db)] == ["整体迁移"]
    assert "飞走了" in officer.get(f"/imports/{batch}?tab=refused")


def test_a_row_that_contradicts_what_it_leaves_on_file_is_a_conflict(officer: Visitor, firm: Firm) -> None:
    certified(firm, authority="旧机关", valid_until=date(2026, 9, 30))
    header = ["企业名称", "证书编号", "发证日期", "有效期至"]
    content = listed(["甲公司", "GR2024001", "2026-10-01", ""], header=header)

    batch = mapped(officer, "a.xlsx", content, kind="titles", fields={"title": "hnte"})

    assert counts(officer, batch) == {**NOTHING, "冲突": 1}
    assert "有效期止早于认定日期" in officer.get(f"/imports/{batch}/preview?tab=conflict")


def test_rows_that_contradict_each_other_are_a_conflict(officer: Visitor, firm: Firm) -> None:
    batch = mapped(officer, "a.xlsx", listed(patent(), patent(name="另一个名称")), kind="ip")

    assert counts(officer, batch) == {**NOTHING, "冲突": 2}


def test_an_unknown_firm_is_an_error(officer: Visitor, firm: Firm) -> None:
    batch = mapped(officer, "a.xlsx", listed([make_code(9), "ZL1", "", "", ""]), kind="ip")

    assert counts(officer, batch) == {**NOTHING, "错误": 1}


def test_undoing_retracts_what_was_added_and_restores_what_was_changed(
    officer: Visitor, firm: Firm, db: Session
) -> None:
    before = add(firm, "ip", starts_on=date(2022, 5, 1), number="ZL1", name="旧名称")
    batch = applied(officer, "a.xlsx", listed(patent(), patent("ZL2")), kind="ip")

    undone(officer, batch)

    (record,) = standing(db)
    assert (record.thread, record.attributes, record.source) == (before.thread, before.attributes, before.source)
    page = officer.get(f"/imports/{batch}?fate=restored")
    assert "已还原 （2）" in page or "已还原 (2)" in page or "已还原（2）" in page.words().replace(" ", "")


def test_what_was_corrected_since_is_kept(officer: Visitor, firm: Firm, db: Session) -> None:
    batch = applied(officer, "a.xlsx", listed(patent(), patent("ZL2")), kind="ip")
    applied(officer, "b.xlsx", listed(patent(name="更正后的名称")), kind="ip")

    undone(officer, batch)

    assert [record.attributes["name"] for record in standing(db)] == ["更正后的名称"]
    assert "在导入之后又有修改或撤回，保留" in officer.get(f"/imports/{batch}?fate=kept")


def test_a_list_of_one_kind_of_title_needs_no_column_for_it(officer: Visitor, firm: Firm, db: Session) -> None:
    batch = uploaded(
        officer, "高企.xlsx", listed(["甲公司", "GR202465000001", "2024-10-28"], header=HNTE), kind="titles"
    )
    form = proposal(officer, batch)
    assert "不知道是哪一种资质" in officer.post(f"/imports/{batch}/mapping", form, status=422)

    officer.post(f"/imports/{batch}/mapping", {**form, "title": "hnte"})
    work_off()
    apply(officer, batch)

    (title,) = standing(db, Title)
    assert (title.kind, title.number, title.issued_on) == ("hnte", "GR202465000001", date(2024, 10, 28))
    assert title.valid_until == date(2027, 10, 27)


def test_titles_of_several_kinds_are_read_by_name(officer: Visitor, firm: Firm, db: Session) -> None:
    header = [*HNTE, "资质名称"]
    rows = [
        ["甲公司", "A1", "2024-10-28", "高新技术企业"],
        ["甲公司", "B1", "2024-03-01", "瞪羚"],
        ["甲公司", "C", "", ""],
    ]

    batch = mapped(officer, "a.xlsx", listed(*rows, header=header), kind="titles")

    assert counts(officer, batch) == {**NOTHING, "新增": 2, "错误": 1}


def test_a_title_on_file_is_found_again_and_another_of_the_same_term_is_not_doubled(
    officer: Visitor, firm: Firm, db: Session
) -> None:
    certified(firm)
    rows = [["甲公司", "GR2024001", "2024-10-01"], ["甲公司", "", "2025-10-01"]]

    batch = mapped(officer, "a.xlsx", listed(*rows, header=HNTE), kind="titles", fields={"title": "hnte"})

    assert counts(officer, batch) == {**NOTHING, "不变": 1, "冲突": 1}
    assert "同一时期已有一条" in officer.get(f"/imports/{batch}/preview?tab=conflict")


def test_a_certificate_renewed_before_its_end_is_new_and_pointed_out(officer: Visitor, firm: Firm) -> None:
    certified(firm)
    renewed = ["甲公司", "GR2027777", "2026-09-01"]

    batch = mapped(officer, "a.xlsx", listed(renewed, header=HNTE), kind="titles", fields={"title": "hnte"})

    assert counts(officer, batch) == {**NOTHING, "新增": 1}
    assert "编号GR2024001" in officer.get(f"/imports/{batch}/preview")


def test_one_certificate_in_two_wordings_is_a_conflict(officer: Visitor, firm: Firm, db: Session) -> None:
    header = [*HNTE, "发证机关"]
    rows = [["甲公司", "", "2024-10-01", ""], ["甲公司", "GR1", "2024-10-01", ""], ["甲公司", "", "2025-10-01", ""]]

    batch = mapped(officer, "a.xlsx", listed(*rows, header=header), kind="titles", fields={"title": "hnte"})

    assert counts(officer, batch) == {**NOTHING, "新增": 1, "冲突": 2}


def test_undoing_titles_keeps_revocations(officer: Visitor, firm: Firm, db: Session) -> None:
    title = certified(firm, authority="旧机关")
    with database.writing() as session:
        values = {"revoked_on": date(2025, 1, 1), "revoke_reason": "失信"}
        session.execute(sa.update(Title).where(Title.id == title.id).values(values))
    header = [*HNTE, "发证机关"]
    content = listed(["甲公司", "GR2024001", "2024-10-01", "新机关"], header=header)

    batch = applied(officer, "a.xlsx", content, kind="titles", fields={"title": "hnte"})
    (changed,) = standing(db, Title)
    undone(officer, batch)

    (title,) = standing(db, Title)
    assert (changed.authority, changed.revoked_on) == ("新机关", date(2025, 1, 1))
    assert (title.authority, title.revoked_on) == ("旧机关", date(2025, 1, 1))


def test_a_sender_is_asked_the_same_thing_once(visitor: Callable[..., Visitor], firm: Firm) -> None:
    unit = make_unit("科技局")
    first, colleague, stranger = (visitor(make_user(unit_id=each)) for each in (unit.id, unit.id, None))
    content = listed([make_code(1), "ZL1", "x"], header=["统一社会信用代码", "号", "第三列"])
    batch = uploaded(first, "a.xlsx", content, kind="ip")
    assert proposal(first, batch)["target"] == ["credit_code", "", ""]

    first.post(
        f"/imports/{batch}/mapping", {**proposal(first, batch), "target": ["credit_code", "attribute:number", ""]}
    )
    work_off()

    theirs = uploaded(colleague, "b.xlsx", content, kind="ip")
    assert proposal(colleague, theirs)["target"] == ["credit_code", "attribute:number", ""]
    assert "与上次相同" in colleague.get(f"/imports/{theirs}/mapping")
    assert proposal(stranger, uploaded(stranger, "b.xlsx", content, kind="ip"))["target"] == ["credit_code", "", ""]
    other_source = uploaded(colleague, "b.xlsx", content, kind="ip", source="tax")
    assert proposal(colleague, other_source)["target"] == ["credit_code", "", ""]


def test_the_uploaded_workbook_comes_back_with_its_faults_in_red(officer: Visitor, firm: Firm) -> None:
    book = workbook([["2024 年专利名单", *[None] * 4], IP, patent(), [make_code(1), "ZL2", "x", "飞船", "2024-01-01"]])
    book.create_sheet("别的表").append(["原样"])
    book.active["F3"] = "=1+1"
    del book["别的表"]
    book.active["F3"] = None
    batch = mapped(officer, "专利.xlsx", saved(book), kind="ip")

    job = officer.follow(officer.post(f"/imports/{batch}/marking"))
    work_off()
    done = officer.get(job.one("[hx-get]")["hx-get"])
    content = officer.get(done.one("a[href$='/file']")["href"]).response.content

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["A1"].value == "2024 年专利名单"
    assert (sheet["F2"].value, sheet["F3"].value) == ("错误说明", None)
    assert sheet["F4"].value.startswith("原文件第 4 行：【专利类型】")
    assert (sheet["D4"].fill.start_color.rgb, sheet["D3"].fill.fill_type) == ("FFFBE3E1", None)

    again = mapped(officer, "改.xlsx", content, kind="ip")
    assert counts(officer, again) == counts(officer, batch)


def test_a_long_import_is_written_and_undone_by_jobs(
    officer: Visitor, firm: Firm, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_AT_ONCE", 1)
    batch = mapped(officer, "a.xlsx", listed(patent(), patent("ZL2")), kind="ip")

    sent = apply(officer, batch)
    assert sent.headers["location"] == f"/imports/{batch}/progress"
    assert len(standing(db)) == 2

    undone(officer, batch)
    assert standing(db) == []


def test_a_long_import_whose_preview_is_out_of_date_writes_nothing(
    officer: Visitor, firm: Firm, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = mapped(officer, "a.xlsx", listed(patent(), patent("ZL2")), kind="ip")
    add(firm, "ip", starts_on=date(2022, 5, 1), number="ZL1", name="别人先登记的")
    monkeypatch.setattr(service, "MOST_AT_ONCE", 1)

    apply(officer, batch)

    assert len(standing(db)) == 1
    assert "与预览不同" in officer.get(f"/imports/{batch}/preview?tab=changed")
