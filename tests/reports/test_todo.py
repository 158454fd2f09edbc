"""What waits for a person, in the top bar's number and on its page."""

from collections.abc import Callable

from app.accounts.permissions import Role
from tests.browser import Visitor
from tests.factories import make_firm, make_user
from tests.visits.arrange import visit


def test_an_answer_given_on_a_visit_waits_for_its_firm_and_for_nobody_elses(visitor: Callable[..., Visitor]) -> None:
    firm, other = make_firm("甲公司"), make_firm("乙公司")
    visit(make_user(), firm, **{"answer-staff-2025": "86"})

    own = visitor(make_user(Role.FIRM, firm_id=firm.id)).get("/todo")
    foreign = visitor(make_user(Role.FIRM, firm_id=other.id)).get("/todo")

    assert "待确认的走访回答 1" in own
    assert "待确认的走访回答 0" in foreign
    assert own.one('main a[href*="/replies"]')["href"].endswith("state=waiting")
