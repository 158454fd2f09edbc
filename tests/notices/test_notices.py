"""Notices: who is told what, once; out of sight with the firm; read when opened."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.firms.models import Firm, FormerName
from app.notices import service
from app.notices.models import Notice, NoticeKind
from tests.browser import Visitor
from tests.factories import assign, make_firm, make_user
from tests.facts.arrange import at
from tests.firms.test_listing import give_title

Enter = Callable[..., Visitor]
pytestmark = pytest.mark.usefixtures("engine")


def sweep() -> int | None:
    with database.writing() as session:
        return service.sweep_once(session, clock.today())


def told(user: Any) -> list[Notice]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Notice).where(Notice.user_id == user.id).order_by(Notice.id)))


def hold(firm: Firm, kind: str, *, days: int) -> None:
    give_title(firm, kind, issued_on=clock.today() - timedelta(300), valid_until=clock.today() + timedelta(days))


def test_the_firm_and_its_commissioner_are_told_of_an_end_and_nobody_else() -> None:
    firm = make_firm("戈壁光伏有限公司")
    own, commissioner = make_user(Role.FIRM, firm_id=firm.id), make_user(Role.COMMISSIONER)
    former, other = make_user(Role.COMMISSIONER), make_user(Role.FIRM, firm_id=make_firm().id)
    assign(commissioner, firm)
    assign(former, firm, ends_on=clock.today() - timedelta(1))
    hold(firm, "hnte", days=25)

    sweep()

    assert [each.kind for each in told(own)] == [NoticeKind.EXPIRY]
    assert "戈壁光伏有限公司的高新技术企业" in told(own)[0].text
    assert "还有25天" in told(commissioner)[0].text
    assert told(former) == told(other) == []


def test_each_lane_is_told_once_however_often_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 9, 1, 4)
    firm = make_firm()
    own = make_user(Role.FIRM, firm_id=firm.id)
    hold(firm, "isme", days=100)

    counts = [sweep(), sweep()]
    at(monkeypatch, 2026, 9, 2, 4)
    counts.append(sweep())
    at(monkeypatch, 2026, 9, 20, 4)
    counts.append(sweep())

    assert counts == [1, None, 0, 1]
    assert [each.key.rsplit("/", 1)[1] for each in told(own)] == ["180", "90"]


def test_a_renewed_title_is_not_told_of() -> None:
    firm = make_firm()
    own = make_user(Role.FIRM, firm_id=firm.id)
    hold(firm, "hnte", days=25)
    give_title(firm, "hnte", issued_on=clock.today(), valid_until=clock.today() + timedelta(1000), number="新")

    sweep()

    assert told(own) == []


def test_a_yearly_duty_names_the_working_day_before_a_free_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 5, 20, 4)
    firm = make_firm()
    own = make_user(Role.FIRM, firm_id=firm.id)
    give_title(firm, "hnte", issued_on=date(2025, 11, 1), valid_until=date(2028, 10, 31))

    sweep()

    (notice,) = told(own)
    assert notice.kind is NoticeKind.YEARLY
    assert notice.due_on == date(2026, 5, 31)  # a Sunday
    assert "最后一个工作日是2026年5月29日" in notice.text


def test_a_new_name_asks_for_a_report_within_three_months(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, 2026, 8, 10, 4)
    firm = make_firm("新名称有限公司")
    own = make_user(Role.FIRM, firm_id=firm.id)
    give_title(firm, "hnte", issued_on=date(2025, 11, 1), valid_until=date(2028, 10, 31))
    with database.writing() as session:
        session.add(FormerName(firm_id=firm.id, name="旧名称有限公司", until=date(2026, 7, 1)))

    sweep()

    (notice,) = told(own)
    assert (notice.kind, notice.due_on) == (NoticeKind.RENAMING, date(2026, 10, 1))


def test_a_notice_goes_out_of_sight_with_the_firm(visitor: Enter) -> None:
    firm, commissioner = make_firm(), make_user(Role.COMMISSIONER)
    assignment = assign(commissioner, firm)
    hold(firm, "hnte", days=25)
    sweep()
    reader = visitor(commissioner)
    assert len(reader.get("/notices").all("tbody tr")) == 1

    with database.writing() as session:
        session.merge(assignment).ends_on = clock.today() - timedelta(1)

    assert reader.get("/notices").all("tbody tr") == []
    reader.post(f"/notices/{told(commissioner)[0].id}/opening", status=404)


def test_opening_a_notice_reads_it_and_leads_to_what_it_is_about(visitor: Enter) -> None:
    firm = make_firm()
    own = make_user(Role.FIRM, firm_id=firm.id)
    hold(firm, "hnte", days=25)
    sweep()
    reader = visitor(own)

    answer = reader.post(f"/notices/{told(own)[0].id}/opening")

    assert answer.headers["location"] == f"/firms/{firm.id}/titles"
    assert told(own)[0].read_at is not None
    assert reader.get("/notices").all("tbody tr") == []
    assert len(reader.get("/notices?state=all").all("tbody tr")) == 1


def test_all_can_be_marked_as_read_at_once(visitor: Enter) -> None:
    firm = make_firm()
    own = make_user(Role.FIRM, firm_id=firm.id)
    hold(firm, "hnte", days=25)
    hold(firm, "isme", days=25)
    sweep()
    reader = visitor(own)
    assert int(reader.get("/todo").one("a.todo").b.text) == 2

    reader.post("/notices/readings")

    assert int(reader.get("/todo").one("a.todo").b.text) == 0


def test_staff_say_that_a_day_is_free(visitor: Enter) -> None:
    officer = visitor(make_user(Role.BUREAU))

    officer.post("/workdays", {"day": "2027-02-08", "worked": "no", "note": "春节"})

    assert "2027年2月8日" in officer.get("/workdays?year=2027")
    refused = officer.post("/workdays", {"day": "2027-02-30", "worked": "no", "note": "春节"}, status=422)
    assert refused.one("#note")["value"] == "春节"
