"""帮扶和培育发展台账: measures, promises, visits and needs in one list, as far as somebody reads each of them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.needs.declared import declared
from app.needs.forms import few_words
from app.needs.service import raise_need
from app.plans.models import PlanState
from app.policies.book import load_book
from tests.browser import Answer, Visitor
from tests.exports.taken import above, table
from tests.factories import assign, make_firm, make_unit, make_user
from tests.plans.arrange import made_plan
from tests.visits.arrange import visit

Enter = Callable[..., Visitor]


@pytest.fixture
def firm(engine: sa.Engine) -> Firm:
    with database.writing() as session:
        load_book(session)
    return make_firm("戈壁光伏有限公司", unit_id=make_unit("柴窝堡街道").id)


@pytest.fixture
def commissioner(firm: Firm) -> User:
    user = make_user(Role.COMMISSIONER, name="周专员")
    assign(user, firm)
    return user


@pytest.fixture
def officer(firm: Firm, commissioner: User) -> User:
    """Who wrote the plan; with a measure, a promise that is late, a visit without one, and a need."""
    user, past = make_user(name="李科长"), (clock.today() - timedelta(days=9)).isoformat()
    made_plan(firm, PlanState.APPROVED)
    visit(commissioner, firm, topics="融资", problems="缺流动资金", promise_1="约银行上门", due_1=past)
    visit(user, firm, topics="政策宣讲", problems="不了解加计扣除")
    with database.writing() as session:
        kind = declared().kinds["financing"]
        raise_need(
            session, session.get_one(User, user.id), session.get_one(Firm, firm.id), kind, few_words(kind, "贷款")
        )
    return user


def kinds(page: Answer) -> list[str]:
    return [note.get_text().split("·")[0].strip()[:4] for note in page.all("tbody td a + .figure-note")]


def test_what_was_promised_found_planned_and_needed_stands_in_one_ledger(visitor: Enter, officer: User) -> None:
    desk = visitor(officer)

    every = desk.get("/ledger")

    assert kinds(every) == ["走访承诺", "方案措施", "企业需求", "走访记录"]
    assert "约银行上门" in every
    assert "不了解加计扣除" in every
    for tab in every.all(".tabs a"):
        count = int(tab.select_one(".count").get_text().strip("（）"))
        assert len(desk.get(tab["href"]).all("tbody tr")) == count, tab["href"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=promise", ["走访承诺"]),
        ("state=noted", ["走访记录"]),
        ("light=late", ["走访承诺"]),
        ("sort=融资", ["走访承诺", "企业需求"]),
        ("person=me", ["方案措施", "企业需求", "走访记录"]),
        ("until=2020-01-01", []),
        ("q=没有这家", []),
        ("state=bogus&since=yesterday&kind=x", ["走访承诺", "方案措施", "企业需求", "走访记录"]),
    ],
)
def test_the_ledger_is_narrowed(visitor: Enter, officer: User, query: str, found: list[str]) -> None:
    assert kinds(visitor(officer).get(f"/ledger?{query}")) == found


def test_the_file_and_the_paper_say_what_the_page_shows(visitor: Enter, officer: User) -> None:
    desk, query = visitor(officer), "?sort=融资"

    heading, *rows = table(file := desk.post(f"/exports/ledger{query}", {"format": "xlsx"}, status=200))
    paper = desk.get(f"/ledger/print{query}")

    assert [row[heading.index("来源")] for row in rows] == ["走访承诺", "企业需求"]
    assert rows[0][heading.index("责任")] == "周专员"
    assert rows[0][heading.index("期限状态")] == "逾期"
    assert "类别：融资" in above(file)
    assert "约银行上门" in paper
    assert len(paper.all("tbody tr")) == 2


def test_each_reads_as_far_as_their_firms_and_their_papers_go(
    visitor: Enter, firm: Firm, officer: User, commissioner: User
) -> None:
    other = make_user(Role.UNIT, unit_id=make_unit("东沟乡").id)
    own, auditor = make_user(Role.FIRM, firm_id=firm.id), make_user(Role.AUDIT)

    assert len(visitor(commissioner).get("/ledger").all("tbody tr")) == 4
    assert kinds(visitor(own).get("/ledger")) == ["走访承诺", "方案措施", "企业需求", "走访记录"]
    assert visitor(other).get("/ledger").all("tbody tr") == []
    assert kinds(visitor(auditor).get("/ledger")) == ["方案措施", "企业需求"]


def test_my_promises_wait_for_me_and_the_number_is_the_list(visitor: Enter, officer: User, commissioner: User) -> None:
    phone = visitor(commissioner)

    [link] = [each for each in phone.get("/todo").all("a[href*='/ledger']") if "1" in each.get_text()]

    assert kinds(phone.get(link["href"])) == ["走访承诺"]
    assert visitor(officer).get("/ledger?kind=promise&state=todo&person=me").all("tbody tr") == []
