"""The first page of a firm: where it stands, what is missing, its own part."""

from collections.abc import Callable
from datetime import timedelta

from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.plans.models import PlanState
from app.policies.book import load_book
from tests.browser import Visitor
from tests.factories import assign, make_firm, make_user
from tests.facts.arrange import put
from tests.reports.test_numbers import hold

Enter = Callable[..., Visitor]
LAST = clock.today().year - 1


def test_a_firm_sees_its_rung_what_is_missing_and_when_what_it_holds_ends(visitor: Enter) -> None:
    with database.writing() as session:
        load_book(session)
    firm = make_firm("达坂城风能有限公司")
    hold(firm, "tsme", until=clock.today() + timedelta(days=20))
    put(firm, "staff", "80", year=LAST)
    owner = visitor(make_user(Role.FIRM, firm_id=firm.id))

    page = owner.follow(owner.get("/home", status=303))

    assert "科技型中小企业" in page.one("#rung").text
    assert "还剩 20 天" in page.one("#rung").text
    assert "科技型中小企业到期" in page.one("#deadlines").text
    assert "创新型中小企业" in page.one("#next-1 h2").text
    assert "待核实" in page.one("#next-1").text
    assert "缺" in page.one("#next-1").text
    assert "金额待定" in page.one("#awards").text


def test_who_looks_after_a_firm_sees_its_page_but_says_nothing_there(visitor: Enter) -> None:
    firm = make_firm()
    commissioner = make_user(Role.COMMISSIONER)
    assign(commissioner, firm)

    page = visitor(commissioner).get(f"/firms/{firm.id}/portal")
    visitor(make_user(Role.COMMISSIONER)).get(f"/firms/{firm.id}/portal", status=404)

    assert "您正在按企业的眼光看" in page
    assert not page.all("main form")
    assert PlanState.APPROVED.label not in page
