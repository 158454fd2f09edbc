"""Merging two firms loses nothing, and taking them apart restores both."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event, User
from app.accounts.permissions import Role
from app.checks import service as checks
from app.core import clock
from app.core import db as database
from app.core.db import Model
from app.core.errors import Conflict
from app.facts.models import Fact, Record
from app.firms.merge import rows
from app.firms.merge.models import LikelyPair, Merge
from app.firms.models import Assignment, Contact, Firm, FormerName, Inquiry, Tag
from app.policies.book import load_book
from app.rules import Anchors
from app.titles.models import Title
from tests.browser import Answer, Visitor
from tests.factories import assign, make_code, make_firm, make_user
from tests.facts.arrange import add, close, put
from tests.firms.test_listing import give_title
from tests.imports.corpus import saved, workbook
from tests.imports.journey import applied, undone
from tests.work import work_off

Enter = Callable[..., Visitor]
LEDGER = {"fact", "record", "title"}
# Grows with every change; and what is computed anew.
IGNORED = {"event", "merge", "standing", "checked", "signed_in", "likely_pair", "alembic_version"}


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    return visitor(make_user(name="李科长"))


@pytest.fixture
def two(engine: sa.Engine) -> tuple[Firm, Firm]:
    """Two firms that are one, each with something of everything."""
    kept = make_firm("新疆海朋科技有限公司", industry="清洁能源")
    gone = make_firm("新疆海鹏科技有限公司", address="达坂城镇1号", industry="装备制造")
    for firm, staff, number in ((kept, "80", "ZL1"), (gone, "90", "ZL2")):
        put(firm, "staff", staff, year=2024)
        add(firm, "ip", starts_on=date(2022, 5, 1), sort="发明专利", number=number)
        close(firm, "ip")
    put(gone, "sales", "500", year=2023)
    give_title(gone, "hnte", number="GR2024")
    give_title(kept, "tsme", number="T1")
    give_title(gone, "tsme", number="T1")
    assign(make_user(Role.COMMISSIONER), gone)
    make_user(Role.FIRM, firm_id=gone.id)
    with database.writing() as session:
        for firm in (kept, gone):
            session.add(Contact(firm_id=firm.id, name="张三", phone="13800001111"))
            session.add(Tag(firm_id=firm.id, label="重点", made_at=clock.now()))
        session.add(Contact(firm_id=gone.id, name="李四", phone="13900002222"))
        session.add(FormerName(firm_id=gone.id, name="达坂城旧名厂"))
        session.add(Inquiry(firm_id=gone.id, question="何时上规？", asked_at=clock.now()))
    return kept, gone


def everything() -> dict[str, list[Any]]:
    """Table → its rows without what every touch changes; of ledgers what stands, whoever recorded it when."""
    found: dict[str, list[Any]] = {}
    with database.reading() as session:
        for table in Model.metadata.sorted_tables:
            if table.name in IGNORED:
                continue
            statement = sa.select(table)
            if table.name in LEDGER:
                statement = statement.where(table.c.superseded_at.is_(None))
            found[table.name] = sorted(
                repr(_essence(table.name, dict(row._mapping))) for row in session.execute(statement)
            )
    return found


def _essence(table: str, row: dict[str, Any]) -> dict[str, Any]:
    changing = {"firm": {"revision", "version", "changed_at"}, "user": {"last_seen_at"}}.get(table, set())
    if table in LEDGER:
        changing = {"id", "recorded_at", "recorded_by_id", "source_note", "batch_id"}
    return {name: value for name, value in row.items() if name not in changing}


def counts() -> Counter[str]:
    with database.reading() as session:
        tables = [table for table in Model.metadata.sorted_tables if table.name not in IGNORED]
        return Counter({t.name: session.scalar(sa.select(sa.func.count()).select_from(t)) or 0 for t in tables})


def pair_page(officer: Visitor, first: Firm, second: Firm) -> Answer:
    sent = officer.post("/duplicates", {"first": first.credit_code, "second": second.credit_code})
    return officer.follow(sent)


def merged(officer: Visitor, kept: Firm, gone: Firm, **chosen: Any) -> Answer:
    """As a person merges: side by side, choose, press the button."""
    page = pair_page(officer, kept, gone)
    form = page.one("form[action$='/merging']")
    keep = "first" if kept.id < gone.id else "second"
    seen = officer.get(f"{form['action'].removesuffix('/merging')}?keep={keep}").one("input[name=seen]")["value"]
    return officer.follow(officer.post(form["action"], {"keep": keep, "seen": seen, **chosen}))


def standing(table: type[Any], firm: Firm) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(sa.select(table).where(table.firm_id == firm.id, table.superseded_at.is_(None))))


def test_the_kept_firm_has_all_that_either_had(officer: Visitor, two: tuple[Firm, Firm], db: Session) -> None:
    kept, gone = two

    merged(officer, kept, gone, fields="address", figures="staff:2024")

    facts = {(fact.kind, fact.year): int(fact.number) for fact in standing(Fact, kept)}
    assert facts == {("staff", 2024): 90, ("sales", 2023): 5_000_000}
    assert sorted(record.attributes["number"] for record in standing(Record, kept)) == ["ZL1", "ZL2"]
    assert sorted((title.kind, title.number) for title in standing(Title, kept)) == [("hnte", "GR2024"), ("tsme", "T1")]
    for table, expected in ((Contact, 2), (Assignment, 1), (Tag, 1), (FormerName, 1), (Inquiry, 1)):
        assert db.scalar(sa.select(sa.func.count(table.id)).where(table.firm_id == kept.id)) == expected, table
    after = db.get_one(Firm, kept.id)
    assert (after.address, after.industry) == ("达坂城镇1号", "清洁能源")


def test_nothing_is_lost_by_merging_and_nothing_differs_after_undoing(officer: Visitor, two: tuple[Firm, Firm]) -> None:
    kept, gone = two
    pair_page(officer, kept, gone)
    before, before_counts = everything(), counts()

    page = merged(officer, kept, gone, fields=["name", "address", "industry"], figures="staff:2024")
    assert not before_counts - counts()
    assert everything() != before
    officer.post(page.one("form[action$='/undoing']")["action"])

    assert everything() == before
    assert not before_counts - counts()


def test_a_firm_that_is_kept_second_is_merged_the_other_way(
    officer: Visitor, two: tuple[Firm, Firm], db: Session
) -> None:
    first, second = two

    merged(officer, second, first)

    assert db.get_one(Firm, first.id).merged_into_id == second.id
    assert {fact.kind for fact in standing(Fact, second)} == {"staff", "sales"}


def test_the_merged_firm_is_listed_nowhere_and_its_names_and_code_find_the_other(
    officer: Visitor, two: tuple[Firm, Firm]
) -> None:
    kept, gone = two
    merged(officer, kept, gone)

    assert [link.text for link in officer.get("/firms").all("tbody th a")] == [kept.name]
    for word in (gone.credit_code, "海鹏", "达坂城旧名", "dbcjm"):
        assert [link.text for link in officer.get(f"/firms?q={word}").all("tbody th a")] == [kept.name], word
    old = officer.get(f"/firms/{gone.id}")
    assert old.one("h1").text.strip().startswith(kept.name)
    assert f"{gone.name}（{gone.credit_code}）" in old
    officer.post(f"/firms/{gone.id}", {"name": "x", "credit_code": gone.credit_code, "version": 1}, status=404)


def test_registering_the_merged_code_again_says_where_it_went(officer: Visitor, two: tuple[Firm, Firm]) -> None:
    kept, gone = two
    merged(officer, kept, gone)

    page = officer.post("/firms", {"name": "全新名称公司", "credit_code": gone.credit_code}, status=422)

    assert "已并入另一家企业" in page


def test_pages_and_kept_findings_of_before_say_what_they_said(officer: Visitor, two: tuple[Firm, Firm]) -> None:
    kept, gone = two
    with database.writing() as session:
        load_book(session)
        day = clock.today()
        actor = session.scalars(sa.select(User).where(User.role == Role.BUREAU)).one()
        findings = [
            checks.keep_finding(
                session, actor, session.get_one(Firm, firm.id), "hnte", Anchors(day, day, None), reason="留存"
            )
            for firm in two
        ]

    page = merged(officer, kept, gone, figures="staff:2024")

    with database.reading() as session:
        assert all(checks.replay(session, finding) for finding in findings)
    officer.post(page.one("form[action$='/undoing']")["action"])
    with database.reading() as session:
        assert all(checks.replay(session, finding) for finding in findings)


def test_what_was_changed_after_the_merge_is_kept_and_said(officer: Visitor, two: tuple[Firm, Firm]) -> None:
    kept, gone = two
    page = merged(officer, kept, gone, fields="address", figures="staff:2024")
    put(kept, "staff", "95", year=2024)
    with database.writing() as session:
        session.get_one(Firm, kept.id).address = "新地址"

    after = officer.follow(officer.post(page.one("form[action$='/undoing']")["action"]))

    assert "地址在合并之后又有修改" in after
    assert "在合并之后又有更正，保留" in after
    assert {int(fact.number) for fact in standing(Fact, kept) if fact.kind == "staff"} == {95}


def test_a_chain_of_merges_comes_apart_in_reverse_order(officer: Visitor, db: Session) -> None:
    a, b, c = make_firm("甲甲甲甲"), make_firm("乙乙乙乙"), make_firm("丙丙丙丙")
    first = merged(officer, b, a)
    second = merged(officer, c, b)

    assert [link.text for link in officer.get("/firms?q=甲甲").all("tbody th a")] == ["丙丙丙丙"]
    undo_first, undo_second = (page.one("form[action$='/undoing']")["action"] for page in (first, second))
    assert "请先撤销那一次合并" in officer.post(undo_first, status=409)
    officer.post(undo_second)
    officer.post(undo_first)
    assert set(db.scalars(sa.select(Firm.merged_into_id))) == {None}
    officer.post(undo_first, status=409)


def test_what_is_written_to_a_firm_while_it_is_merged_is_refused(officer: Visitor, two: tuple[Firm, Firm]) -> None:
    kept, gone = two
    merged(officer, kept, gone)

    with pytest.raises(Conflict, match="刚刚并入另一家企业"):
        put(gone, "staff", "91", year=2022)

    assert {fact.year for fact in standing(Fact, gone) if fact.kind == "staff"} == {2024}


def test_an_import_is_not_taken_back_by_halves(officer: Visitor) -> None:
    kept, gone = make_firm("新疆甲甲甲公司"), make_firm("新疆乙乙乙公司", credit_code=make_code(1))
    batch = applied(
        officer,
        "annual.xlsx",
        saved(workbook([["统一社会信用代码", "年度", "营业收入（万元）", "职工总数"], [make_code(1), 2024, 100, 30]])),
        kind="annual",
    )
    merged(officer, kept, gone)

    undone(officer, batch)

    assert "企业已并入另一家企业，这一行保留" in officer.get(f"/imports/{batch}")
    assert len(standing(Fact, kept)) == len(standing(Fact, gone)) == 2


def test_a_merge_of_what_changed_since_is_refused(officer: Visitor, two: tuple[Firm, Firm], db: Session) -> None:
    kept, gone = two
    page = pair_page(officer, kept, gone)
    put(gone, "staff", "91", year=2024)

    seen = page.one("input[name=seen]")["value"]
    refused = officer.post(page.one("form[action$='/merging']")["action"], {"keep": "first", "seen": seen}, status=409)

    assert "请返回重新核对" in refused
    assert db.scalar(sa.select(sa.func.count(Merge.id))) == 0


def test_the_trail_tells_of_both_and_the_kept_firm_tells_the_others_history(
    officer: Visitor, two: tuple[Firm, Firm], db: Session
) -> None:
    kept, gone = two
    put(gone, "sales", "510", year=2022)
    page = merged(officer, kept, gone)

    assert f"把“{gone.name}（{gone.credit_code}）”并入了企业“{kept.name}”" in officer.get(f"/firms/{kept.id}/timeline")
    assert "登记了数据" in officer.get(f"/firms/{kept.id}/timeline")
    officer.post(page.one("form[action$='/undoing']")["action"])
    told = db.execute(sa.select(Event.kind, Event.firm_id).where(Event.kind.like("firm.%"))).all()
    assert Counter(map(tuple, told)) == Counter(
        {("firm.merged", kept.id): 1, ("firm.parted", kept.id): 1, ("firm.parted", gone.id): 1}
    )


def test_a_long_register_is_searched_by_a_job(
    officer: Visitor, two: tuple[Firm, Firm], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.firms.merge.searching.MOST_AT_ONCE", 1)
    assert "还没有查找过" in officer.get("/duplicates")

    job = officer.post("/duplicates/search").headers["location"]
    assert "正在查找" in officer.post("/duplicates/search", status=409)
    work_off()

    assert "待核对 1 对" in officer.get(job)
    page = officer.get("/duplicates")
    assert "新疆海鹏科技有限公司" in page
    assert "上次查找于" in page
    assert "可以重新查找" not in page
    make_firm("达坂城又一家公司")
    assert "此后有 1 家企业登记或变更，可以重新查找" in officer.get("/duplicates")


def test_the_search_finds_pairs_and_what_was_set_aside_stays_aside(officer: Visitor, two: tuple[Firm, Firm]) -> None:
    page = officer.follow(officer.post("/duplicates/search"))
    assert "名称读音相同；联系电话相同：138****1111" in page

    officer.post(page.one("form[action$='/dismissal']")["action"])
    officer.post("/duplicates/search")

    assert officer.get("/duplicates").all("tbody tr") == []
    aside = officer.get("/duplicates?state=dismissed")
    officer.post(aside.one("form[action$='/restoration']")["action"])
    assert len(officer.get("/duplicates").all("tbody tr")) == 1


def test_pairs_that_are_like_no_longer_go_and_merged_ones_are_not_listed(
    officer: Visitor, two: tuple[Firm, Firm], db: Session
) -> None:
    officer.post("/duplicates/search")
    merged(officer, *two)
    assert officer.get("/duplicates").all("tbody tr") == []

    officer.post("/duplicates/search")

    assert db.scalar(sa.select(sa.func.count(LikelyPair.id))) == 0
    assert len(officer.get("/duplicates?state=merged").all("tbody tr")) == 1


@pytest.mark.parametrize(("first", "second", "said"), [(0, 0, "同一家企业"), (0, None, "没有这个信用代码")])
def test_a_pair_named_by_hand_has_to_be_two_firms_on_file(
    first: int, second: int | None, said: str, officer: Visitor, two: tuple[Firm, Firm]
) -> None:
    other = two[second].credit_code if second is not None else "91650107MA0000999" + "X"
    page = officer.post("/duplicates", {"first": two[first].credit_code, "second": other}, status=422)

    assert said in page or "校验位" in page


def test_only_the_bureau_merges(visitor: Enter) -> None:
    for role in (Role.UNIT, Role.COMMISSIONER, Role.LEADER, Role.FIRM, Role.ADMIN):
        visitor(make_user(role)).get("/duplicates", status=403)


def test_every_table_that_refers_to_firms_goes_over_or_says_why_not() -> None:
    handed = {table.name for table, _ in rows.references()}
    refers = {
        table.name
        for table in Model.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "firm"
    }

    assert refers - handed - rows.STAYS == {"fact", "record", "title", "vouch"}
    assert handed <= rows.WORDS.keys(), "name what goes over"
