from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.accounts.permissions import Role
from app.checks import service as checks
from app.checks.models import Checked
from app.facts import queries
from app.facts.models import Vouch
from app.firms.models import Firm
from app.policies.book import load_book
from tests.browser import Visitor
from tests.factories import make_firm, make_user
from tests.facts.arrange import at, close

Visits = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 11, 23, 2)


@pytest.fixture
def officer(visitor: Visits) -> Visitor:
    return visitor(make_user(name="李科长"))


def a_list(**more: Any) -> dict[str, Any]:
    return {"collection": "incidents", "voucher": "区应急管理局", "source": "department", "until": "2026-10-31", **more}


def revisions(db: Session) -> list[int]:
    return list(db.scalars(sa.select(Firm.revision).order_by(Firm.id)))


def test_a_list_of_the_whole_district_is_recorded_and_every_firm_is_checked_anew(officer: Visitor, db: Session) -> None:
    make_firm()
    make_firm()

    page = officer.follow(officer.post("/lists", a_list(scope="sort=安全事故")))

    assert "由区应急管理局担保：自始至2026年10月31日齐全" in page
    assert "事项：安全事故" in page
    assert revisions(db) == [2, 2]


def test_a_withdrawn_list_counts_no_more_and_is_not_forgotten(officer: Visitor, db: Session) -> None:
    firm, made = make_firm(), close(None, "incidents")

    page = officer.follow(officer.post(f"/lists/{made.id}/retraction", {"reason": "名单漏了一家"}))

    kept = db.get_one(Vouch, made.id)
    assert queries.vouches_of(db, firm.id) == []
    assert kept.superseded_at is not None
    assert kept.withdrawn_for == "名单漏了一家"
    assert revisions(db) == [3]  # once for the list, once for taking it back
    assert "由李科长撤回：名单漏了一家" in page
    assert "名单漏了一家" in officer.get("/lists?state=withdrawn")
    assert officer.get("/lists").all("tbody th a") == []


def test_the_trail_tells_who_withdrew_what_and_why(officer: Visitor, visitor: Visits, db: Session) -> None:
    made = close(None, "incidents")

    officer.post(f"/lists/{made.id}/retraction", {"reason": "名单漏了一家"})

    assert db.scalar(sa.select(Event.kind).order_by(Event.id.desc()).limit(1)) == "collection.reopened"
    trail = visitor(make_user(Role.AUDIT)).get("/events")
    assert "撤回了担保齐全：事故与违法，原由区市场监督管理局担保（名单漏了一家）" in trail
    assert "适用 ： 全区企业" in trail or "全区企业" in trail


def test_findings_follow_when_a_list_is_withdrawn(officer: Visitor, engine: sa.Engine) -> None:
    from app.core import db as database  # noqa: PLC0415

    with database.writing() as session:
        load_book(session)
    make_firm()
    made = close(None, "incidents")
    checks.refresh_all()

    officer.post(f"/lists/{made.id}/retraction", {"reason": "名单漏了一家"})

    assert checks.refresh_all() == 1
    with database.reading() as session:
        assert session.scalar(sa.select(Checked.revision)) == session.scalar(sa.select(Firm.revision))


def test_a_list_is_withdrawn_once_and_with_a_reason(officer: Visitor) -> None:
    made = close(None, "incidents")
    url = f"/lists/{made.id}/retraction"

    officer.post(url, {"reason": ""}, status=422)
    officer.post(url, {"reason": "有误"})

    officer.post(url, {"reason": "又撤一次"}, status=409)
    assert officer.get(f"/lists/{made.id}").all("main form") == []


def test_a_firm_s_own_vouch_is_no_list_of_the_district(officer: Visitor) -> None:
    made = close(make_firm(), "incidents")

    officer.get(f"/lists/{made.id}", status=404)
    officer.post(f"/lists/{made.id}/retraction", {"reason": "有误"}, status=404)


def test_a_refused_list_keeps_what_was_typed(officer: Visitor, db: Session) -> None:
    page = officer.post("/lists", a_list(until="2027-01-01"), status=422)

    assert page.one("#voucher")["value"] == "区应急管理局"
    assert db.scalar(sa.select(sa.func.count()).select_from(Vouch)) == 0
    officer.get("/lists/new?collection=nothing", status=404)


def test_a_firm_s_page_leads_to_the_list_that_closes_its_records(officer: Visitor) -> None:
    firm, made = make_firm(), close(None, "incidents")

    page = officer.get(f"/firms/{firm.id}/vouches/{made.id}")

    assert page.one("main .muted a")["href"] == f"/lists/{made.id}"


@pytest.mark.parametrize("role", [Role.LEADER, Role.UNIT, Role.COMMISSIONER])
def test_others_of_the_district_read_and_do_not_write(visitor: Visits, engine: sa.Engine, role: Role) -> None:
    made, reader = close(None, "incidents"), visitor(make_user(role))

    assert reader.get("/lists").all("main form") == []
    assert reader.get(f"/lists/{made.id}").all("main form") == []
    reader.post("/lists", a_list(), status=403)
    reader.post(f"/lists/{made.id}/retraction", {"reason": "x"}, status=403)
