"""The matrix and the tasks: names become units by a person's word, and each unit sees its own tasks only."""

import io
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from app.accounts.models import Unit, UnitKind
from app.accounts.permissions import Role
from app.core import db as database
from app.demo.plans import OWN_PLAN
from app.duties.models import Duty, DutyClause, DutyName, DutyPart, DutyState, Feedback
from app.duties.seeding import load_duties
from app.duties.service import make_clause, settle_name
from app.library.models import ProvisionKind
from app.policies.book import load_book
from app.policies.models import Policy
from app.policies.queries import rule_book
from app.targets.seeding import plan_files
from tests.browser import Visitor
from tests.factories import make_unit, make_user
from tests.library.plan import address_of
from tests.library.test_library import filled, provisions_in

Enter = Callable[..., Visitor]
SAID = {"version": "1", "state": "doing", "words": "走访 6 家，入库 3 家。"}


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    return visitor(make_user(Role.BUREAU))


def named(*names: str, part: DutyPart = DutyPart.RESPONSIBLE) -> list[dict[str, str]]:
    return [{"name": name, "part": part.code} for name in names]


def make_plan(names: Sequence[dict[str, str]], *, own: bool = True) -> DutyClause:
    with database.writing() as session:
        policy = Policy(code=f"plan-{secrets.token_hex(4)}", title="云岭区培育方案", status="草案", body={"own": own})
        session.add(policy)
        values = {"path": "二/(一)", "task": "壮大科技型企业", "named": list(names)}
        return make_clause(session, policy, values)


def settle(clause: DutyClause, name: str, *units: Unit) -> None:
    with database.writing() as session:
        actor = session.merge(make_user(Role.BUREAU))
        mine = DutyName.policy_id == clause.policy_id, DutyName.name == name
        held = session.scalars(sa.select(DutyName).where(*mine)).one()
        settle_name(session, actor, held, [unit.id for unit in units], version=held.version)


def a_task(unit: Unit, **names: Any) -> int:
    clause = make_plan(named("各乡镇"))
    settle(clause, "各乡镇", unit)
    with database.reading() as session:
        return session.scalars(sa.select(Duty.id).where(Duty.clause_id == clause.id)).one()


def parts_of(db: Session, clause: DutyClause) -> dict[str, str]:
    db.rollback()
    duties = db.scalars(sa.select(Duty).where(Duty.clause_id == clause.id, Duty.withdrawn_at.is_(None)))
    return {duty.unit.name if duty.unit else duty.name: duty.part.label for duty in duties}


def test_a_confirmed_duty_enters_the_matrix_with_its_names_as_written(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    provision = provisions_in(db, ProvisionKind.DUTY)[0]

    officer.post(f"{address}/provisions/{provision.id}/decision", filled(provision))

    db.rollback()
    clause = db.scalars(sa.select(DutyClause)).one()
    assert parts_of(db, clause) == {"区科技局": "牵头", "区工信局": "责任", "各乡镇": "责任"}
    db.rollback()
    provision = provisions_in(db, ProvisionKind.DUTY)[0]
    officer.post(f"{address}/provisions/{provision.id}/rejection", {"version": provision.version})
    assert parts_of(db, clause) == {}


def test_a_name_becomes_units_only_when_a_person_says_so(officer: Visitor, db: Session) -> None:
    towns = [make_unit(name) for name in ("东镇", "西镇")]
    make_unit("北街道", kind=UnitKind.STREET)
    clause = make_plan(named("各乡镇"))
    name = db.scalars(sa.select(DutyName)).one()

    proposed = officer.get(f"/duty-names?policy={clause.policy_id}")
    before = parts_of(db, clause)
    hidden = [each["value"] for each in proposed.all('input[name="unit_ids"]')]
    officer.post(f"/duty-names/{name.id}", {"version": name.version, "unit_ids": hidden})

    assert hidden == [str(town.id) for town in towns]
    assert before == {"各乡镇": "责任"}
    assert parts_of(db, clause) == {"东镇": "责任", "西镇": "责任"}


def test_a_name_that_stands_for_no_unit_is_said(officer: Visitor) -> None:
    clause = make_plan(named("能源学院"))
    settle(clause, "能源学院")

    page = officer.get("/duty-matrix")

    assert "本区没有对应单位，按原文列出，不派任务：能源学院" in page
    assert not page.all("tbody td a")


def test_a_unit_named_twice_has_its_weightier_part_once(db: Session) -> None:
    bureau = make_unit("区科技局", kind=UnitKind.DEPARTMENT)
    clause = make_plan([*named("科技局"), *named("区科技局", part=DutyPart.LEAD)])

    settle(clause, "科技局", bureau)
    settle(clause, "区科技局", bureau)

    assert parts_of(db, clause) == {"区科技局": "牵头"}


def test_what_a_unit_has_begun_is_not_lost_when_a_name_is_settled_anew(officer: Visitor, db: Session) -> None:
    first, second = make_unit("东镇"), make_unit("西镇")
    clause = make_plan(named("各乡镇"))
    settle(clause, "各乡镇", first)
    begun = db.scalars(sa.select(Duty.id)).one()
    officer.post(f"/duties/{begun}/feedbacks", SAID)

    settle(clause, "各乡镇", second)

    assert parts_of(db, clause) == {"西镇": "责任"}
    assert "已不在责任矩阵中" in officer.get(f"/duties/{begun}")


def test_a_unit_sees_its_own_tasks_and_those_it_helps_with(visitor: Enter, officer: Visitor, db: Session) -> None:
    mine, other = make_unit("东镇"), make_unit("西镇")
    unit = visitor(make_user(Role.UNIT, unit_id=mine.id))
    own, foreign, helped = a_task(mine), a_task(other), a_task(other)
    officer.post(f"/duties/{helped}", {"version": "1", "helper_ids": [str(mine.id)]})

    listed = {link["href"] for link in unit.get("/duties").all("tbody th a")}

    assert listed == {f"/duties/{own}", f"/duties/{helped}"}
    unit.get(f"/duties/{foreign}", status=404)
    unit.post(f"/duties/{foreign}/feedbacks", SAID, status=404)
    assert "西镇" not in unit.get("/duty-matrix").page.select_one("thead").get_text()


def test_feedback_moves_a_task_and_a_return_moves_it_back_with_its_remark(
    visitor: Enter, officer: Visitor, db: Session
) -> None:
    town = make_unit("东镇")
    unit, task = visitor(make_user(Role.UNIT, unit_id=town.id)), a_task(town)

    unit.post(f"/duties/{task}/feedbacks", {**SAID, "state": "done"})
    version = db.scalars(sa.select(Duty.version)).one()
    officer.post(f"/duties/{task}/returns", {"version": version, "remark": "请补充企业名单"})

    db.rollback()
    states = [each.state for each in db.scalars(sa.select(Feedback).order_by(Feedback.id))]
    page = unit.get(f"/duties/{task}")
    assert states == [DutyState.DONE, DutyState.DOING]
    assert "退回：进行中" in page
    assert "请补充企业名单" in page


def test_whoever_answers_second_is_told_and_keeps_the_words(officer: Visitor) -> None:
    task = a_task(make_unit("东镇"))
    officer.post(f"/duties/{task}/feedbacks", SAID)

    page = officer.post(f"/duties/{task}/feedbacks", {**SAID, "words": "另外走访 2 家。"}, status=409)

    assert "刚被他人更新过" in page
    assert page.one("#words").text.strip() == "另外走访 2 家。"


def test_what_is_overdue_is_counted_there_only(officer: Visitor) -> None:
    town = make_unit("东镇")
    late, open_ = a_task(town), a_task(town)
    officer.post(f"/duties/{late}", {"version": "1", "due_on": "2020-01-01"})

    tabs = [each.text for each in officer.get("/duties").all(".tabs a")]

    assert tabs == ["全部（2）", "未开始（1）", "进行中（0）", "已逾期（1）", "已完成（0）"]
    assert [each["href"] for each in officer.get("/duties?state=overdue").all("tbody th a")] == [f"/duties/{late}"]
    assert open_ != late


def test_the_matrix_is_a_workbook_with_a_column_for_each_unit(officer: Visitor) -> None:
    clause = make_plan(named("各乡镇", "能源学院"))
    settle(clause, "各乡镇", make_unit("东镇"))

    answer = officer.post("/exports/duty-matrix", {"format": "xlsx"}, status=200)

    sheet = load_workbook(io.BytesIO(answer.response.content)).worksheets[0]
    cells = [[cell for cell in row if cell] for row in sheet.iter_rows(values_only=True)]
    assert any(row[-2:] == ["东镇", "能源学院"] for row in cells)
    assert any(row[:2] == ["二/(一)", "壮大科技型企业"] for row in cells)


def test_the_plans_of_others_are_for_reference_and_come_once(officer: Visitor, db: Session) -> None:
    with database.writing() as session:
        load_book(session)
    added = []
    for own in (False, False, True, True):
        with database.writing() as session:
            added.append(load_duties(session, own=own))

    page = officer.get("/duty-matrix?whose=other")

    assert added == [30, 0, 11, 0]
    assert "只作参考" in page
    assert not db.scalar(sa.select(sa.func.count()).where(Duty.unit_id.is_not(None)))
    assert len(page.all("tbody tr")) == 13


def test_every_incentive_of_the_plans_leads_to_a_rule_that_cites_its_clause(db: Session) -> None:
    with database.writing() as session:
        load_book(session)

    book = {entry.rule.code: entry for entry in rule_book(db).entries}

    named_rules = [
        (plan.policy, each.path, code) for plan in plan_files() for each in plan.incentives for code in each.rules
    ]
    assert len(named_rules) == 17
    assert all(
        (book[code].policy["code"], book[code].body["clause"]) == (policy, path) for policy, path, code in named_rules
    )
    assert OWN_PLAN in {policy for policy, _, _ in named_rules}


def test_no_award_of_the_five_plans_has_an_amount(db: Session) -> None:
    with database.writing() as session:
        load_book(session)

    book = {entry.rule.code: entry for entry in rule_book(db).entries}

    codes = [code for plan in plan_files() for each in plan.incentives for code in each.rules]
    amounts = [version.amount for code in codes for version in book[code].rule.versions]
    assert all(amount is not None and amount.value is None for amount in amounts)
