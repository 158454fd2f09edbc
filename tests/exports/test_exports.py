"""Exports: exactly what the list shows, safe to open, traced, and importable again without a change."""

import io
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

import openpyxl
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.accounts.permissions import POLICY, Role
from app.core import clock
from app.exports import service
from app.exports.formulas import STARTS, guarded, unguarded
from app.firms.models import FirmState
from tests.browser import Visitor
from tests.exports.taken import above, exported, lines, table
from tests.factories import assign, make_code, make_firm, make_unit, make_user
from tests.facts.arrange import put
from tests.imports.journey import counts, mapped
from tests.reports.test_numbers import hold
from tests.work import work_off

LISTERS = [role for role in Role if role in POLICY["firm:list"]]
HOSTILE = [f"{start}1+1" for start in STARTS if start.strip()]


@pytest.fixture
def officer(visitor: Callable[..., Visitor]) -> Visitor:
    return visitor(make_user(name="王五"))


def test_the_file_holds_what_the_list_shows_in_its_order(officer: Visitor) -> None:
    for name in ("丙公司", "甲公司", "乙公司"):
        make_firm(name, registered_capital=Decimal("1234567.89"))
    make_firm("不在内", state=FirmState.CLOSED)
    query = "state=open&sort=name&order=asc"

    page = [link.text for link in officer.get(f"/firms?{query}").all("tbody th a")]
    rows = table(exported(officer, query=query))

    assert [row[0] for row in rows[1:]] == page
    assert len(page) == 3
    assert rows[0][8] == "注册资本（万元）"
    assert (rows[1][7].date(), rows[1][8]) == (date(2018, 5, 1), 123.456789)


def test_above_the_table_stand_the_filters_the_moment_and_who(officer: Visitor) -> None:
    make_firm("风电公司", state=FirmState.OPEN)

    words = above(exported(officer, query="q=风电&state=open"))

    assert "企业名录" in words
    assert "搜索“风电”；状态“在营”；共 1 条" in words
    assert "数据截止 20" in words
    assert "导出人 王五" in words


@pytest.mark.parametrize("role", LISTERS)
def test_every_role_takes_out_what_its_list_shows(visitor: Callable[..., Visitor], role: Role) -> None:
    unit = make_unit("本镇")
    own, other = make_firm("本镇公司", unit_id=unit.id), make_firm("彼镇公司")
    user = make_user(role, unit_id=unit.id if role is Role.UNIT else None)
    assign(user, own)
    for firm in (own, other):
        hold(firm, "hnte", until=clock.today())
    person = visitor(user)

    shown = {link.text for link in person.get("/firms?size=100").all("tbody th a")}
    taken = {row[0] for row in table(exported(person))[1:]}
    holders = {row[1] for row in table(exported(person, content="titles"))[1:]}

    assert taken == holders == shown
    assert own.name in taken
    assert (other.name in taken) == (role not in {Role.UNIT, Role.COMMISSIONER})


@pytest.mark.parametrize("role", [role for role in Role if role not in LISTERS])
def test_whoever_sees_no_list_takes_nothing_out(visitor: Callable[..., Visitor], role: Role) -> None:
    visitor(make_user(role)).post("/exports/firms", {"format": "csv"}, status=403)


def test_nothing_in_a_workbook_is_computed(officer: Visitor) -> None:
    for name in HOSTILE:
        make_firm(name)

    sheet = openpyxl.load_workbook(io.BytesIO(exported(officer).response.content)).active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]

    assert {cell.value for cell in cells} >= set(HOSTILE)
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}


def test_nothing_in_a_csv_file_is_computed_and_numbers_stay_numbers(officer: Visitor) -> None:
    for name in HOSTILE:
        make_firm(name)
    firm = make_firm("亏损公司")
    put(firm, "net_profit", "-12.5", year=2024)

    names = {row[0] for row in lines(exported(officer, "csv"))[1:]}
    figures = lines(exported(officer, "csv", content="figures"))

    assert names == {f"'{name}" for name in HOSTILE} | {"亏损公司"}
    assert figures[1][3] == "-12.5"


def test_a_csv_file_opens_right_in_a_spreadsheet(officer: Visitor) -> None:
    make_firm('逗号,引号“”"公司')

    answer = exported(officer, "csv")

    content = answer.response.content
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n") == 2
    assert lines(answer)[1][0] == '逗号,引号“”"公司'
    name = unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])
    assert name.startswith("企业名录-20")
    assert name.endswith("-王五.csv")


@given(st.text(max_size=20))
def test_what_is_marked_on_the_way_out_is_unmarked_on_the_way_in(text: str) -> None:
    assert not guarded(text).startswith(STARTS)
    if not (text.startswith("'") and text[1:].startswith(STARTS)):
        assert unguarded(guarded(text)) == text


def test_the_trail_keeps_filter_count_and_hash(officer: Visitor, db: Session) -> None:
    make_firm("风电公司")

    answer = exported(officer, "csv", "q=风电")

    body = json.loads(db.scalars(sa.select(Event.body).where(Event.kind == "list.exported")).one())
    assert body["changes"]["count"] == 1
    assert body["changes"]["筛选"] == "搜索“风电”"
    assert body["changes"]["sha256"] == service.hashlib.sha256(answer.response.content).hexdigest()


def test_a_long_list_becomes_a_job_with_the_same_file(
    officer: Visitor, db: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        make_firm(f"公司{number}")
    at_once = exported(officer, "csv", "sort=name&order=asc").response.content
    monkeypatch.setattr(service, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(service, "TELL_EVERY", 2)

    sent = officer.post("/exports/firms?sort=name&order=asc", {"format": "csv"})
    work_off()

    done = officer.follow(sent)
    assert "已导出 5 条" in done
    assert officer.get(done.one("a[href$='/file']")["href"]).response.content == at_once
    assert db.scalar(sa.select(sa.func.count()).where(Event.kind == "list.exported")) == 2


def test_nobody_empties_the_house_by_exporting_again_and_again(
    officer: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_PER_HOUR", 1)
    exported(officer)

    answer = officer.post("/exports/firms", {"format": "xlsx"}, status=429)

    assert "请稍后再试" in answer


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_importing_ones_own_register_changes_nothing(officer: Visitor, kind: str) -> None:
    park = make_unit("风电产业园")
    make_firm(
        "=甲（集团）公司",
        credit_code=make_code(),
        registered_capital=Decimal("1234567.89"),
        industry="风力发电",
        unit_id=park.id,
        state=FirmState.MOVED_OUT,
    )
    make_firm("乙公司", founded_on=None)

    content = exported(officer, kind).response.content
    batch = mapped(officer, f"名录.{kind}", content)

    assert counts(officer, batch) == {"新增": 0, "变更": 0, "不变": 2, "冲突": 0, "重复": 0, "错误": 0}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_importing_ones_own_figures_changes_nothing(officer: Visitor, kind: str) -> None:
    firm, other = make_firm("甲公司"), make_firm("乙公司")
    for year in (2023, 2024):
        put(firm, "sales", f"{year}.123456", year=year)
        put(firm, "staff", "120", year=year)
    put(firm, "net_profit", "-0.01元", year=2024)
    put(firm, "resident", "是")
    put(firm, "market_share", "12.3456%")
    put(other, "hightech_field", "新材料")

    content = exported(officer, kind, content="figures").response.content
    batch = mapped(officer, f"数据.{kind}", content, kind="annual")

    assert counts(officer, batch) == {"新增": 0, "变更": 0, "不变": 3, "冲突": 0, "重复": 0, "错误": 0}
