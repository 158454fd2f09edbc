"""体检 as an officer uses it: verdicts that cite, move with the facts, and can be opened as of another day."""

from datetime import date, timedelta
from decimal import Decimal

import sqlalchemy as sa
import time_machine
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.checks import service
from app.checks.models import Checked, KeptFinding, Standing
from app.core import clock
from app.core import db as database
from app.firms.models import Firm
from app.rules import Anchors, Answer
from tests.browser import Visitor
from tests.checks.conftest import LAST, give, vouch_for

TODAY = Anchors(clock.today(), clock.today())


def answer(firm: Firm, code: str, condition: str, anchors: Anchors = TODAY) -> Answer:
    with database.reading() as session:
        stored = session.get_one(Firm, firm.id)
        finding, _ = service.finding_again(session, stored, code, anchors)
        return finding.condition(condition).answer


def test_every_rung_and_award_of_the_district_is_answered(officer: Visitor, firm: Firm) -> None:
    page = officer.get(f"/firms/{firm.id}/check")

    for name in ("科技型中小企业", "创新型中小企业", "高新技术企业", "科技领军企业", "首次认定高企奖补"):
        assert name in page
    assert "服务机构" not in page


def test_a_condition_shows_value_threshold_clause_and_source(officer: Visitor, firm: Firm) -> None:
    page = officer.get(f"/firms/{firm.id}/check/tsme")

    assert "国科发政〔2017〕115号" in page
    assert "第六条（二）" in page
    assert "4000万元" in page
    assert "税务" in page


def test_the_verdict_moves_when_a_figure_changes(officer: Visitor, firm: Firm) -> None:
    before = answer(firm, "tsme", "A2")

    give(firm, "staff", Decimal(501), year=LAST)

    assert (before, answer(firm, "tsme", "A2")) == (Answer.MET, Answer.UNMET)


def test_no_incident_on_file_is_not_yet_no_incident(officer: Visitor, firm: Firm) -> None:
    before = answer(firm, "hnte", "B8a")

    vouch_for(firm, "incidents")

    assert (before, answer(firm, "hnte", "B8a")) == (Answer.UNKNOWN, Answer.MET)


def test_as_of_last_year_the_years_before_that_count(officer: Visitor, firm: Firm) -> None:
    last_year = date(LAST, 6, 30)

    page = officer.get(f"/firms/{firm.id}/check/tsme?facts_on={last_year}")

    assert f"{LAST - 1}年度" in page
    assert answer(firm, "tsme", "A2", Anchors(last_year, last_year)) is Answer.UNKNOWN


def test_what_was_recorded_later_does_not_count_as_known_then(officer: Visitor, firm: Firm) -> None:
    with time_machine.travel(clock.now() + timedelta(days=40)):
        give(firm, "staff", Decimal(600), year=LAST)

    then = Anchors(TODAY.facts_on, TODAY.policy_on, clock.now())

    assert answer(firm, "tsme", "A2", then) is Answer.MET
    assert answer(firm, "tsme", "A2") is Answer.UNMET


def test_policy_of_another_day_is_judged_by_the_version_then_in_force(officer: Visitor, firm: Firm) -> None:
    new = officer.get(f"/firms/{firm.id}/check/srdi?policy_on=2026-04-01")
    old = officer.get(f"/firms/{firm.id}/check/srdi?policy_on=2026-03-31")

    assert "2026年4月1日起施行的版本" in new
    assert "2026年4月1日起施行的版本" not in old


def test_a_rule_not_yet_in_force_says_so(officer: Visitor, firm: Firm) -> None:
    page = officer.get(f"/firms/{firm.id}/check/tsme?policy_on=2010-01-01")

    assert "没有施行中的版本" in page


def test_a_date_that_is_none_is_explained_beside_its_field(officer: Visitor, firm: Firm) -> None:
    beyond = officer.get(f"/firms/{firm.id}/check?facts_on=9999-12-31")
    page = officer.get(f"/firms/{firm.id}/check?facts_on=someday")

    assert "请输入日期" in page
    assert "1949 年至 2099 年" in beyond


def test_proposals_lead_to_met(officer: Visitor, firm: Firm) -> None:
    give(firm, "tech_staff", Decimal(9), year=LAST)

    page = officer.get(f"/firms/{firm.id}/check/tsme/gaps")

    assert "怎样才能符合" in page


def test_a_kept_finding_stays_and_replays_whatever_happens_later(officer: Visitor, firm: Firm, db: Session) -> None:
    posted = officer.post(f"/firms/{firm.id}/findings", {"rule": "tsme", "reason": "2026年入库推荐"})
    first = officer.follow(posted).words()
    give(firm, "staff", Decimal(900), year=LAST)

    later = officer.get(posted.headers["location"])

    assert "结果与存档逐字相同" in later
    assert "100人" in first
    assert "900人" not in later
    assert db.scalar(sa.select(sa.func.count()).where(Event.kind == "finding.kept")) == 1


def test_a_kept_finding_that_was_tampered_with_is_noticed(officer: Visitor, firm: Firm) -> None:
    posted = officer.post(f"/firms/{firm.id}/findings", {"rule": "tsme", "reason": "存档"})
    with database.writing() as session:
        kept = session.scalars(sa.select(KeptFinding)).one()
        kept.body = kept.body.replace('"staff"', '"sales"')

    page = officer.get(posted.headers["location"])

    assert "与存档不同" in page


def test_keeping_asks_for_a_reason_and_keeps_the_page(officer: Visitor, firm: Firm) -> None:
    page = officer.post(f"/firms/{firm.id}/findings", {"rule": "tsme", "reason": ""}, status=422)

    assert "此项必填" in page
    assert "科技型中小企业" in page


def test_other_districts_rules_are_shown_as_what_they_are(officer: Visitor, firm: Firm) -> None:
    page = officer.get(f"/firms/{firm.id}/check/examples")

    assert "不作判断依据" in page.words().replace("不对本企业作判断依据", "不作判断依据")
    assert "内蒙古" in page


def test_the_paper_form_has_every_rule_and_boxes_to_sign(officer: Visitor, firm: Firm) -> None:
    page = officer.get(f"/firms/{firm.id}/check/print")

    assert "经办人" in page
    assert "高新技术企业" in page


def test_standings_follow_a_firm_that_changed(officer: Visitor, firm: Firm, db: Session) -> None:
    assert service.refresh_all() == 1
    assert service.refresh_all() == 0

    give(firm, "staff", Decimal(501), year=LAST)

    assert service.refresh_all() == 1
    row = db.scalars(sa.select(Standing).where(Standing.rule_code == "tsme")).one()
    assert row.answer == "unmet"
    assert db.scalar(sa.select(sa.func.count(Checked.id))) == 1


def test_standings_are_made_anew_on_a_new_day(officer: Visitor, firm: Firm) -> None:
    service.refresh_all()

    with time_machine.travel(clock.now() + timedelta(days=1)):
        again = service.refresh_all()

    assert again == 1
