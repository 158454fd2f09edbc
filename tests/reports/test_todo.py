"""What waits for a person, in the top bar's number and on its page."""

from collections.abc import Callable

from app.accounts.permissions import Role
from app.commissioners.deeds.models import Appraisal, AppraisalState, Grade
from app.commissioners.models import Commissioner
from app.core import clock
from app.core import db as database
from app.workbench.models import DraftPurpose, DraftState, RuleDraft
from tests.browser import Visitor
from tests.commissioners.arrange import commissioner
from tests.factories import assign, make_firm, make_user
from tests.visits.arrange import visit


def test_an_answer_given_on_a_visit_waits_for_its_firm_and_for_nobody_elses(visitor: Callable[..., Visitor]) -> None:
    firm, other = make_firm("甲公司"), make_firm("乙公司")
    visit(make_user(), firm, **{"answer-staff-2025": "86"})

    own = visitor(make_user(Role.FIRM, firm_id=firm.id)).get("/todo")
    foreign = visitor(make_user(Role.FIRM, firm_id=other.id)).get("/todo")

    assert "待确认的走访回答 1" in own
    assert "待确认的走访回答 0" in foreign
    assert own.one('main a[href*="/replies"]')["href"].endswith("state=waiting")


def test_what_a_commissioner_entered_and_a_grade_proposed_wait_for_the_bureau(visitor: Callable[..., Visitor]) -> None:
    person, account = commissioner(name="王专员")
    firm = make_firm("甲公司")
    assign(account, firm)
    helped = {"firm_id": firm.id, "kind": "problem", "done_on": clock.today().isoformat(), "words": "解决试验难题"}
    visitor(account).post(f"/commissioners/{person.id}/deeds", helped)
    proposed(person, clock.today().year - 1)

    officer = visitor(make_user())
    todo = officer.get("/todo")

    assert "待确认的服务事项 1" in todo
    assert "解决试验难题" in officer.get(todo.one('main a[href^="/deeds"]')["href"])
    assert "待核定的专员考核 1" in todo
    assert "王专员" in officer.get(todo.one('main a[href^="/appraisals"]')["href"])
    assert "服务事项" not in visitor(account).get("/todo")


def test_a_rule_sent_in_waits_for_who_did_not_write_it(visitor: Callable[..., Visitor]) -> None:
    author, colleague = make_user(Role.BUREAU, name="李科长"), make_user(Role.BUREAU, name="王科长")
    waits = {"rule_code": "own_1", "purpose": DraftPurpose.NEW, "state": DraftState.SUBMITTED, "name": "研发补助"}
    with database.writing() as session:
        told = {"author_id": author.id, "submitted_by_id": author.id, "created_at": clock.now()}
        session.add(RuleDraft(**waits, **told, changed_at=clock.now(), submitted_at=clock.now()))

    todo = visitor(colleague).get("/todo")
    own = visitor(author).get("/todo")

    assert "待复核的规则草稿 1" in todo
    assert "研发补助" in visitor(colleague).get(todo.one('main a[href^="/workbench/drafts"]')["href"])
    assert "待复核的规则草稿 0" in own
    assert "研发补助" in visitor(author).get("/workbench/drafts?state=submitted")


def proposed(person: Commissioner, year: int) -> None:
    with database.writing() as session:
        told = {"state": AppraisalState.PROPOSED, "grade": Grade.QUALIFIED, "proposed_at": clock.now()}
        session.add(Appraisal(commissioner_id=person.id, year=year, **told))
