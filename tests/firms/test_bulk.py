"""Batches: previewed row by row, guarded row by row, told row by row, and taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.firms.bulk import service
from app.firms.bulk.models import Bulk
from app.firms.models import Assignment, Firm, FirmState, Inquiry, Pool, PoolEntry, Tag
from tests.browser import Answer, Visitor
from tests.factories import assign, make_firm, make_unit, make_user
from tests.facts.arrange import statements

Enter = Callable[..., Visitor]
TAG = {"kind": "tag", "tag": "重点走访"}


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    return visitor(make_user(name="王五"))


def previewed(person: Visitor, data: dict[str, Any], query: str = "") -> Answer:
    return person.post(f"/bulk/preview?{query}", data, status=200)


def carried_out(person: Visitor, data: dict[str, Any], query: str = "") -> Answer:
    """From the preview to the result, as a person would go."""
    seen = previewed(person, data, query).one("input[name=seen]")["value"]
    return person.follow(person.post(f"/bulk?{query}", {**data, "seen": seen}))


def result(page: Answer) -> dict[str, tuple[str, str]]:
    """Firm → what became of it, and why."""
    rows = [row.select("th, td") for row in page.all("tbody tr")]
    return {row[0].text.strip(): (row[1].text.strip(), row[2].text.strip()) for row in rows}


def test_a_preview_says_what_will_become_of_each_firm_and_writes_nothing(officer: Visitor, db: Session) -> None:
    fresh, marked = make_firm("甲"), make_firm("乙")
    carried_out(officer, {**TAG, "firm": marked.id})

    page = previewed(officer, {**TAG, "firm": [fresh.id, marked.id]})

    assert "将办 1 家，跳过 1 家" in page
    assert "已有这个标签。" in page
    assert db.scalars(sa.select(Tag.firm_id)).all() == [marked.id]


def test_a_batch_does_what_its_preview_said(officer: Visitor, db: Session) -> None:
    firms = [make_firm(name) for name in "甲乙丙"]

    page = carried_out(officer, {**TAG, "firm": [firms[0].id, firms[2].id]})

    assert set(db.scalars(sa.select(Tag.firm_id))) == {firms[0].id, firms[2].id}
    assert {name: said for name, (said, _) in result(page).items()} == {"甲": "已办", "丙": "已办"}
    told = db.scalars(sa.select(Event.kind).where(Event.kind.in_(["firm.tagged", "bulk.done"]))).all()
    assert sorted(told) == ["bulk.done", "firm.tagged", "firm.tagged"]


def test_the_whole_list_of_a_filter_is_changed_not_the_page_of_it(officer: Visitor, db: Session) -> None:
    for _ in range(25):
        make_firm(industry="清洁能源")
    other = make_firm(industry="装备制造")

    officer.post("/bulk/new?industry=清洁能源", {"kind": "tag", "whole": "on"}, status=200)
    carried_out(officer, {**TAG, "whole": "on"}, "industry=清洁能源")

    tagged = set(db.scalars(sa.select(Tag.firm_id)))
    assert len(tagged) == 25
    assert other.id not in tagged
    assert len(officer.get("/firms?tag=重点走访&size=100").all("tbody tr")) == 25


def test_commissioners_are_assigned_but_not_to_closed_firms_nor_twice(officer: Visitor, db: Session) -> None:
    user = make_user(Role.COMMISSIONER, name="张专员")
    fresh, closed, had = make_firm("新"), make_firm("销", state=FirmState.CLOSED), make_firm("有")
    assign(user, had)

    page = carried_out(officer, {"kind": "assign", "user_id": user.id, "firm": [fresh.id, closed.id, had.id]})

    assert result(page) == {
        "新": ("已办", "—"),
        "销": ("跳过", "企业已注销或吊销，不再派驻。"),
        "有": ("跳过", "张专员已经派驻该企业。"),
    }
    made = db.scalars(sa.select(Assignment).where(Assignment.firm_id == fresh.id)).one()
    assert (made.user_id, made.starts_on) == (user.id, clock.today())


def test_firms_enter_a_new_pool_and_are_found_by_it(officer: Visitor, db: Session) -> None:
    firm = make_firm("甲")

    carried_out(officer, {"kind": "pool", "pool": "高企培育库", "firm": firm.id})

    entry = db.scalars(sa.select(PoolEntry)).one()
    assert [link.text for link in officer.get(f"/firms?pool={entry.pool_id}").all("tbody th a")] == ["甲"]
    assert "培育库：高企培育库" in officer.get(f"/firms/{firm.id}")


def test_an_inquiry_waits_on_the_firm_until_it_is_answered(officer: Visitor, visitor: Enter) -> None:
    user, firm = make_user(Role.COMMISSIONER), make_firm("甲")
    assign(user, firm)
    commissioner = visitor(user)

    carried_out(officer, {"kind": "ask", "question": "研发费用何时归集？", "firm": firm.id})

    assert len(officer.get("/firms?asked=open").all("tbody tr")) == 1
    form = commissioner.get(f"/firms/{firm.id}").one("#inquiries form")
    refused = commissioner.post(form["action"], {"answer": ""}, status=422)
    assert refused.one("#inquiries textarea")["aria-invalid"] == "true"
    commissioner.post(form["action"], {"answer": "十二月"})
    assert "十二月" in officer.get(f"/firms/{firm.id}")
    assert officer.get("/firms?asked=open").all("tbody tr") == []
    commissioner.post(form["action"], {"answer": "再答"}, status=409)


def test_what_changed_after_the_preview_is_previewed_again(officer: Visitor, db: Session) -> None:
    firm, other = make_firm("甲"), make_firm("乙")
    data = {**TAG, "firm": [firm.id, other.id]}
    seen = previewed(officer, data).one("input[name=seen]")["value"]
    with database.writing() as session:
        session.add(Tag(firm_id=firm.id, label="重点走访", made_at=clock.now()))

    again = officer.post("/bulk", {**data, "seen": seen}, status=409)

    assert "您预览之后企业有变动" in again
    assert "将办 1 家，跳过 1 家" in again
    assert db.scalar(sa.select(sa.func.count(Bulk.id))) == 0


def test_undoing_takes_back_what_nobody_went_on_from(officer: Visitor, db: Session) -> None:
    firms = [make_firm(name) for name in "甲乙"]
    ask = {"kind": "ask", "question": "何时上规？", "firm": [firm.id for firm in firms]}
    page = carried_out(officer, ask)
    inquiry = db.scalars(sa.select(Inquiry).where(Inquiry.firm_id == firms[0].id)).one()
    officer.post(f"/firms/{firms[0].id}/inquiries/{inquiry.id}/answer", {"answer": "明年"})
    undo = page.one("form[action$='/undoing']")["action"]

    after = officer.follow(officer.post(undo))

    assert result(after) == {"甲": ("已办", "已有答复，保留。"), "乙": ("已撤销", "—")}
    db.rollback()
    assert db.scalars(sa.select(Inquiry.firm_id)).all() == [firms[0].id]
    officer.post(undo, status=409)


def test_undoing_restores_the_tables_row_for_row(officer: Visitor, engine: sa.Engine) -> None:
    user = make_user(Role.COMMISSIONER)
    firms = [make_firm() for _ in range(3)]
    ids = [firm.id for firm in firms]
    batches: list[dict[str, Any]] = [
        TAG, {"kind": "assign", "user_id": user.id}, {"kind": "pool", "pool": "库"}, {"kind": "ask", "question": "问"},
    ]  # fmt: skip

    def marks() -> list[int]:
        with database.reading() as session:
            return [session.scalar(sa.select(sa.func.count(t.id))) or 0 for t in (Tag, Assignment, PoolEntry, Inquiry)]

    for batch in batches:
        before = marks()
        page = carried_out(officer, {**batch, "firm": ids})
        assert sum(marks()) == sum(before) + 3
        officer.post(page.one("form[action$='/undoing']")["action"])
        assert marks() == before


def test_each_role_is_offered_what_it_may_do_and_no_more(visitor: Enter) -> None:
    unit = make_unit()
    firm = make_firm("本镇", unit_id=unit.id)
    person = visitor(make_user(Role.UNIT, unit_id=unit.id))

    offered = [option["value"] for option in person.get("/firms").all("#bulk-kind option")]

    assert offered == ["tag", "ask"]
    person.post("/bulk/preview", {"kind": "pool", "pool": "库", "firm": firm.id}, status=403)
    assert visitor(make_user(Role.LEADER)).get("/firms").all("#bulk-kind") == []


def test_firms_out_of_reach_are_not_even_named(visitor: Enter, db: Session) -> None:
    unit = make_unit()
    own, other = make_firm("本镇", unit_id=unit.id), make_firm("彼镇秘密")
    person = visitor(make_user(Role.UNIT, unit_id=unit.id))

    page = carried_out(person, {**TAG, "firm": [own.id, other.id]})

    assert set(result(page)) == {"本镇"}
    assert "彼镇秘密" not in page
    assert db.scalars(sa.select(Tag.firm_id)).all() == [own.id]


def test_a_batch_is_its_makers_alone(officer: Visitor, visitor: Enter) -> None:
    firm = make_firm()
    page = carried_out(officer, {**TAG, "firm": firm.id})

    visitor(make_user()).post(page.one("form[action$='/undoing']")["action"], status=404)


def test_what_has_left_ones_reach_is_not_taken_back(visitor: Enter, db: Session) -> None:
    user, firm, lost = make_user(Role.COMMISSIONER), make_firm("甲"), make_firm("乙")
    assign(user, firm)
    ending = assign(user, lost)
    person = visitor(user)
    page = carried_out(person, {**TAG, "firm": [firm.id, lost.id]})
    with database.writing() as session:
        session.get_one(Assignment, ending.id).ends_on = clock.today() - timedelta(days=1)

    after = person.follow(person.post(page.one("form[action$='/undoing']")["action"]))

    assert result(after) == {"甲": ("已撤销", "—"), "乙": ("已办", "企业已不在您的管理范围内，保留。")}
    assert [link.text for link in after.all("tbody th a")] == ["甲"]
    assert db.scalars(sa.select(Tag.firm_id)).all() == [lost.id]


def test_undoing_never_takes_what_another_batch_made(officer: Visitor, db: Session) -> None:
    firm = make_firm("甲")
    page = carried_out(officer, {**TAG, "firm": firm.id})
    officer.post(officer.get(f"/firms/{firm.id}").one("form[action*='/tags/']")["action"])
    carried_out(officer, {**TAG, "firm": firm.id})

    after = officer.follow(officer.post(page.one("form[action$='/undoing']")["action"]))

    assert result(after) == {"甲": ("已办", "已经不在，不需要撤销。")}
    assert db.scalars(sa.select(Tag.firm_id)).all() == [firm.id]


def test_a_pool_that_nothing_entered_goes_with_its_batch(officer: Visitor, db: Session) -> None:
    firm = make_firm("甲")
    carried_out(officer, {"kind": "pool", "pool": "高企培育库", "firm": firm.id})
    page = carried_out(officer, {"kind": "pool", "pool": "高起培育库", "firm": firm.id})

    officer.post(page.one("form[action$='/undoing']")["action"])

    assert db.scalars(sa.select(Pool.name)).all() == ["高企培育库"]


def test_the_firm_itself_does_not_read_what_staff_note_about_it(officer: Visitor, visitor: Enter) -> None:
    firm = make_firm("甲")
    own = visitor(make_user(Role.FIRM, firm_id=firm.id))
    carried_out(officer, {**TAG, "firm": firm.id})
    carried_out(officer, {"kind": "pool", "pool": "高企培育库", "firm": firm.id})
    carried_out(officer, {"kind": "ask", "question": "何时" * 250, "firm": firm.id})

    pages = [f"/firms/{firm.id}", f"/firms/{firm.id}/timeline"]

    for address in pages:
        seen, told = officer.get(address), own.get(address)
        for word in ("重点走访", "高企培育库", "何时" * 20):
            assert word in seen
            assert word not in told


@pytest.mark.parametrize("batch", [
    TAG, {"kind": "assign"}, {"kind": "pool", "pool": "库"}, {"kind": "ask", "question": "问"},
], ids=lambda batch: batch["kind"])  # fmt: skip
def test_a_batch_costs_the_same_statements_however_many(
    batch: dict[str, Any], officer: Visitor, engine: sa.Engine
) -> None:
    user = make_user(Role.COMMISSIONER)
    given = {**batch, "user_id": user.id} if batch["kind"] == "assign" else batch

    def costs(count: int) -> list[int]:
        ids = [make_firm(unit_id=make_unit().id).id for _ in range(count)]
        sent = []
        for step in (
            lambda: previewed(officer, {**given, "firm": ids}),
            lambda: carried_out(officer, {**given, "firm": ids}),
            lambda: officer.post(officer.get("/bulk").all("tbody th a")[0]["href"] + "/undoing"),
        ):
            with statements(engine) as seen:
                step()
            # SQLite, in the same process, tells the numbers of new rows one by one.
            sent.append(len([each for each in seen if not each.startswith("INSERT")]))
        return sent

    assert costs(2) == costs(30)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "tag", "tag": ""}, "请写标签"),
        ({"kind": "assign"}, "请选择一名科技专员"),
        ({"kind": "assign", "user_id": "1"}, "请从列表中选择一名在岗的科技专员"),
        ({"kind": "pool"}, "培育库的名称"),
        ({"kind": "ask"}, "请写要问的事"),
    ],
)
def test_what_is_lacking_is_asked_for_and_the_selection_stays(
    data: dict[str, Any], said: str, officer: Visitor
) -> None:
    firm = make_firm()

    page = officer.post("/bulk/preview?state=open", {**data, "firm": firm.id}, status=422)

    assert said in page
    assert page.one("input[name=firm]")["value"] == str(firm.id)
    assert "选中 1 家企业" in page


def test_nothing_selected_is_said_so(officer: Visitor) -> None:
    page = officer.post("/bulk/new", {"kind": "tag"}, status=400)

    assert "还没有选择企业" in page


def test_too_many_at_once_are_refused(officer: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST", 2)
    for _ in range(3):
        make_firm()

    page = officer.post("/bulk/preview", {**TAG, "whole": "on"}, status=400)

    assert "一次最多处理 2 家企业" in page


def test_taking_a_tag_off_and_leaving_a_pool(officer: Visitor, db: Session) -> None:
    firm: Firm = make_firm("甲")
    carried_out(officer, {**TAG, "firm": firm.id})
    carried_out(officer, {"kind": "pool", "pool": "库", "firm": firm.id})

    for form in officer.get(f"/firms/{firm.id}").all("form[action*='/tags/'], form[action*='/pools/']"):
        officer.post(form["action"])

    assert db.scalars(sa.select(Tag)).all() == []
    assert db.scalars(sa.select(PoolEntry)).one().left_on == clock.today()
    assert officer.get("/firms?tag=重点走访").all("tbody tr") == []
