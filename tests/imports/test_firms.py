"""Importing a list of firms: preview, application, and the same file again."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import anchors, audit
from app.accounts.models import Event
from app.accounts.permissions import Role
from app.core import db as database
from app.firms.models import Firm, FormerName
from app.imports.models import Outcome, Row, Upload
from app.imports.writing import applying
from tests.browser import Visitor
from tests.factories import make_code, make_firm, make_unit, make_user
from tests.imports.corpus import HEADER, plain, row, saved, text, workbook
from tests.imports.journey import applied, apply, counts, mapped, proposal, uploaded
from tests.work import work_off


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(name="李科员"))


def listed(*rows: list[Any], header: list[str] = HEADER) -> bytes:
    return saved(workbook([header, *rows]))


def firms(db: Session) -> list[Firm]:
    return list(db.scalars(sa.select(Firm).order_by(Firm.id)))


def test_a_preview_writes_nothing(officer: Visitor, db: Session) -> None:
    batch = mapped(officer, "list.xlsx", plain(3))

    assert counts(officer, batch) == {"新增": 3, "变更": 0, "不变": 0, "冲突": 0, "重复": 0, "错误": 0}
    assert firms(db) == []


def test_an_applied_list_is_in_the_register(officer: Visitor, db: Session) -> None:
    applied(officer, "list.xlsx", plain(2))

    first, _ = firms(db)
    assert first.name == "达坂城第1科技有限公司"
    assert first.credit_code == make_code(1)
    assert first.registered_capital == Decimal(5_000_000)
    assert first.source == "市场监管登记（导入）"
    assert first.unit_id is None


def test_the_same_file_twice_changes_nothing(officer: Visitor) -> None:
    applied(officer, "list.xlsx", plain(3))

    again = mapped(officer, "list.xlsx", plain(3))

    assert counts(officer, again) == {"新增": 0, "变更": 0, "不变": 3, "冲突": 0, "重复": 0, "错误": 0}
    assert "没有需要写入的内容" in officer.get(f"/imports/{again}/preview")


def test_every_encoding_gives_the_same_register(officer: Visitor) -> None:
    applied(officer, "list.csv", text("utf-8"))

    for encoding in ("utf-8-sig", "gbk", "utf-16"):
        batch = mapped(officer, "list.csv", text(encoding))
        assert counts(officer, batch)["不变"] == 2


def test_a_change_shows_before_and_after(officer: Visitor, db: Session) -> None:
    make_firm("达坂城第1科技有限公司", credit_code=make_code(1), registered_capital=Decimal(1_000_000))

    batch = mapped(officer, "list.xlsx", plain(1))

    page = officer.get(f"/imports/{batch}/preview?tab=changed")
    assert page.one("del").text == "100.00 万元"
    assert page.one("ins").text == "500.00 万元"


def test_a_renamed_firm_keeps_its_former_name(officer: Visitor, db: Session) -> None:
    make_firm("旧名有限公司", credit_code=make_code(1))

    applied(officer, "list.xlsx", plain(1))

    assert firms(db)[0].name == "达坂城第1科技有限公司"
    assert db.scalars(sa.select(FormerName.name)).all() == ["旧名有限公司"]


def test_brackets_of_another_width_are_no_change(officer: Visitor) -> None:
    make_firm("海朋(集团)有限公司", credit_code=make_code(1))

    batch = mapped(officer, "list.xlsx", listed(["海朋（集团）有限公司", make_code(1), "", ""]))

    assert counts(officer, batch)["不变"] == 1


def test_filling_only_what_is_empty_keeps_what_is_on_file(officer: Visitor, db: Session) -> None:
    make_firm("达坂城第1科技有限公司", credit_code=make_code(1), registered_capital=Decimal(1_000_000))
    batch = uploaded(officer, "list.xlsx", plain(1), source="firm")
    assert set(proposal(officer, batch)["policy"]) == {"fill"}

    officer.post(f"/imports/{batch}/mapping", proposal(officer, batch))
    work_off()

    assert counts(officer, batch)["冲突"] == 1
    assert "按“只补空”保留原值" in officer.get(f"/imports/{batch}/preview?tab=conflict")


def test_an_ignored_column_is_not_imported(officer: Visitor, db: Session) -> None:
    fields = {"policy": ["overwrite", "overwrite", "overwrite", "ignore"]}

    applied(officer, "list.xlsx", plain(1), fields=fields)

    assert firms(db)[0].registered_capital is None


def test_a_blank_cell_clears_nothing(officer: Visitor) -> None:
    make_firm("达坂城第1科技有限公司", credit_code=make_code(1), registered_capital=Decimal(1_000_000))

    batch = mapped(officer, "list.xlsx", listed(["达坂城第1科技有限公司", make_code(1), "N/A", "-"]))

    assert counts(officer, batch)["不变"] == 1


def test_every_error_of_a_row_is_told_in_one_pass(officer: Visitor) -> None:
    wrong = ["甲公司", "440301103097413", "去年", "壹佰万"]

    batch = mapped(officer, "list.xlsx", listed(row(1), wrong))

    page = officer.get(f"/imports/{batch}/preview?tab=refused")
    assert counts(officer, batch)["错误"] == 1
    for word in ("旧注册号", "不是完整的日期", "不是金额", "440301103097413"):
        assert word in page


def test_a_foreign_amount_is_never_converted(officer: Visitor, db: Session) -> None:
    batch = applied(officer, "list.xlsx", listed(["甲公司", make_code(1), "2018-05-01", "500(万美元)"]))

    assert firms(db)[0].registered_capital is None
    assert "系统不折算" in officer.get(f"/imports/{batch}")


def test_equal_rows_are_repeated_and_unequal_ones_a_conflict(officer: Visitor) -> None:
    other = ["另一个名称", make_code(2), "2018-05-01", 1]

    batch = mapped(officer, "list.xlsx", listed(row(1), row(1), row(2), other))

    assert counts(officer, batch) == {"新增": 1, "变更": 0, "不变": 0, "冲突": 2, "重复": 1, "错误": 0}
    assert "与第 5 行说的是同一家企业" in officer.get(f"/imports/{batch}/preview?tab=conflict")


def test_a_new_firm_of_a_known_name_is_pointed_out(officer: Visitor) -> None:
    make_firm("达坂城第1科技有限责任公司")

    batch = mapped(officer, "list.xlsx", plain(1))

    assert "名称相同或相近" in officer.get(f"/imports/{batch}/preview?tab=new")


def test_units_are_matched_by_name(officer: Visitor, db: Session) -> None:
    unit = make_unit("达坂城镇")
    header = [*HEADER, "责任单位"]

    batch = applied(officer, "list.xlsx", listed([*row(1), "达坂城镇"], [*row(2), "没有的镇"], header=header))

    assert [firm.unit_id for firm in firms(db)] == [unit.id]
    assert "没有名为“没有的镇”的单位" in officer.get(f"/imports/{batch}?tab=refused")


def test_a_firm_changed_after_the_preview_is_shown_again_before_anything_is_written(
    officer: Visitor, db: Session
) -> None:
    batch = mapped(officer, "list.xlsx", plain(2))
    make_firm("达坂城第1科技有限公司", credit_code=make_code(1), registered_capital=Decimal(7))

    answer = apply(officer, batch)

    assert answer.headers["location"] == f"/imports/{batch}/preview"
    assert "1 行的结果与预览不同" in officer.follow(answer)
    assert len(firms(db)) == 1
    db.rollback()
    apply(officer, batch)
    assert len(firms(db)) == 2


def test_a_second_click_applies_nothing_again(officer: Visitor, db: Session) -> None:
    batch = mapped(officer, "list.xlsx", plain(2))
    version = officer.get(f"/imports/{batch}/preview").one("input[name=version]")["value"]
    officer.post(f"/imports/{batch}/application", {"version": version})

    officer.post(f"/imports/{batch}/application", {"version": version})

    assert len(firms(db)) == 2
    assert db.scalar(sa.select(sa.func.count()).where(Event.kind == "import.applied")) == 1


def test_an_outdated_preview_cannot_be_applied(officer: Visitor, db: Session) -> None:
    batch = mapped(officer, "list.xlsx", plain(2))
    version = officer.get(f"/imports/{batch}/preview").one("input[name=version]")["value"]
    officer.post(f"/imports/{batch}/mapping", proposal(officer, batch))

    officer.post(f"/imports/{batch}/application", {"version": version}, status=409)

    assert firms(db) == []


def test_a_failure_at_the_last_step_leaves_nothing(
    officer: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = mapped(officer, "list.xlsx", plain(3))
    version = officer.get(f"/imports/{batch}/preview").one("input[name=version]")["value"]

    def fail(*_arguments: Any, **_options: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(applying.audit, "record_all", fail)
    officer.post(f"/imports/{batch}/application", {"version": version}, status=500)

    assert firms(db) == []
    assert db.scalar(sa.select(sa.func.count()).where(Row.fate.is_not(None))) == 0
    monkeypatch.undo()


def test_each_firm_has_its_own_event_and_the_chain_holds(
    officer: Visitor, db: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchors, "file", lambda: tmp_path / "anchors.log")
    make_firm("达坂城第1科技有限公司", credit_code=make_code(1))

    applied(officer, "list.xlsx", plain(3))

    kinds = db.execute(sa.select(Event.kind, sa.func.count(Event.firm_id)).group_by(Event.kind)).all()
    assert {kind: count for kind, count in kinds if kind.startswith("firm.")} == {
        "firm.registered": 2,
        "firm.edited": 1,
    }
    assert audit.verify(db) == []


def test_rejected_rows_come_back_as_text_to_be_mended(officer: Visitor) -> None:
    danger = ["=1+1", "@SUM(1)", "+1", "-1"]
    batch = applied(officer, "list.csv", csv_of([*row(1)], danger))

    sheet = openpyxl.load_workbook(io.BytesIO(rejected(officer, batch))).active

    assert [cell.value for cell in sheet[1]] == [*HEADER, "错误说明"]
    assert [cell.value for cell in sheet[2]][:4] == danger
    assert {cell.data_type for cell in sheet[2]} == {"s"}
    assert "原文件第 3 行" in sheet[2][4].value
    assert sheet[2][1].fill.fgColor.rgb == "FFFBE3E1"


def test_a_mended_workbook_is_imported_without_the_explanation(officer: Visitor, db: Session) -> None:
    batch = mapped(officer, "list.xlsx", listed(["甲公司", "123", "2018-05-01", 5]))
    book = openpyxl.load_workbook(io.BytesIO(rejected(officer, batch)))
    book.active["B2"] = make_code(9)

    applied(officer, "mended.xlsx", saved(book))

    assert [firm.credit_code for firm in firms(db)] == [make_code(9)]


def rejected(visitor: Visitor, batch: int) -> bytes:
    answer = visitor.get(f"/imports/{batch}/rejected.xlsx")
    assert "filename*=UTF-8''" in answer.headers["content-disposition"]
    return bytes(answer.response.content)


def csv_of(*rows: list[Any]) -> bytes:
    return "\n".join(",".join(map(str, cells)) for cells in [HEADER, *rows]).encode("utf-8-sig")


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.UNIT, Role.FIRM, Role.LEADER, Role.FINANCE, Role.AUDIT])
def test_only_the_bureau_imports(visitor: Callable[..., Visitor], officer: Visitor, role: Role) -> None:
    batch = mapped(officer, "list.xlsx", plain(1))
    outsider = visitor(make_user(role))

    for address in ("/imports", "/imports/new", f"/imports/{batch}", f"/imports/{batch}/rejected.xlsx"):
        outsider.get(address, status=403)
    outsider.post("/imports", {"kind": "firms"}, files={"file": ("x.xlsx", plain(1))}, status=403)
    outsider.post(f"/imports/{batch}/application", {"version": 1}, status=403)
    outsider.post(f"/imports/{batch}/undoing", {"version": 1}, status=403)


@pytest.mark.parametrize("address", ["/imports/999999", "/imports/99999999999999999999", "/imports/template/x.xlsx"])
def test_what_is_not_there_is_not_found(officer: Visitor, address: str) -> None:
    officer.get(address, status=404)


def test_a_refused_upload_is_told_beside_the_field(officer: Visitor) -> None:
    for name, content in (("x.xls", b"x"), ("x.xlsx", b"%PDF"), ("x.csv", b"")):
        page = officer.post(
            "/imports", {"kind": "firms", "source": "registry"}, files={"file": (name, content)}, status=422
        )
        assert page.one("#file-error")
    officer.post("/imports", {"kind": "firms", "source": "registry"}, status=422)


def test_a_file_that_cannot_be_read_says_why(officer: Visitor) -> None:
    batch = uploaded(officer, "x.csv", "甲,乙\n".encode("gbk") + "第一行,第二行\n".encode())

    assert "一部分是 UTF-8" in officer.get(f"/imports/{batch}/mapping")


def test_a_file_that_could_not_be_read_has_no_columns_to_choose(officer: Visitor) -> None:
    batch = uploaded(officer, "x.csv", b"\x00\x01")

    officer.post(f"/imports/{batch}/mapping", {"version": "x"}, status=409)


def test_uploaded_files_are_forgotten_after_three_months(officer: Visitor, db: Session) -> None:
    first = mapped(officer, "list.xlsx", plain(1))
    with database.writing() as session:
        session.execute(sa.text("UPDATE batch SET made_at = '2026-01-01 00:00:00'"))

    second = mapped(officer, "list.xlsx", plain(1))

    assert set(db.scalars(sa.select(Upload.batch_id))) == {second}
    assert first != second


def test_columns_must_name_the_code(officer: Visitor) -> None:
    batch = uploaded(officer, "list.xlsx", plain(1))
    fields = {**proposal(officer, batch), "target": ["name", "", "founded_on", "name"]}

    page = officer.post(f"/imports/{batch}/mapping", fields, status=422)

    assert "请指定哪一列是“统一社会信用代码”" in page
    assert "对应了同一项" in page
    assert page.one("#target-2 option[selected]")["value"] == "founded_on"


def test_every_row_of_a_batch_is_accounted_for(officer: Visitor, db: Session) -> None:
    batch = mapped(officer, "list.xlsx", listed(row(1), row(1), row(2), ["", "", "", 1], ["甲", "坏代码", "", ""]))

    assert sum(counts(officer, batch).values()) == 5
    assert db.scalar(sa.select(sa.func.count()).where(Row.outcome.is_(None))) == 0
    assert db.scalar(sa.select(sa.func.count()).where(Row.outcome == Outcome.REFUSED)) == 2


def test_long_lists_are_paged_through_every_tab(officer: Visitor) -> None:
    batch = mapped(officer, "list.xlsx", plain(45))

    page = officer.get(f"/imports/{batch}/preview?tab=new&page=3")

    assert len(page.all("tbody tr")) >= 5
    assert "达坂城第45科技有限公司" in page
    assert "达坂城第20科技有限公司" not in page


def test_an_unfinished_reading_can_be_left_and_taken_up_again(officer: Visitor) -> None:
    content = {"file": ("list.xlsx", plain(1))}
    sent = officer.post("/imports", {"kind": "firms", "source": "registry"}, files=content)

    waiting = officer.follow(sent)
    assert "可以离开" in waiting
    assert waiting.one("[hx-get]")["hx-get"] == sent.headers["location"]
    work_off()

    polled = officer.get(sent.headers["location"], status=204, headers={"hx-request": "true"})
    assert polled.headers["hx-redirect"].endswith("/mapping")


def test_a_reading_that_was_cancelled_says_so_and_leaves_no_rows(officer: Visitor, db: Session) -> None:
    content = {"file": ("list.xlsx", plain(1))}
    sent = officer.post("/imports", {"kind": "firms", "source": "registry"}, files=content)
    job = officer.get("/jobs").one("tbody th a")["href"]

    officer.post(f"{job}/cancellation")

    assert work_off() == 0
    assert "没有导入" in officer.get(sent.headers["location"].replace("progress", "mapping"))
    assert db.scalar(sa.select(sa.func.count()).select_from(Row)) == 0
