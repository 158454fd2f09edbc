"""服务记录: figures lead to their rows, deeds count once confirmed, ratings stay private, grades need two people."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.commissioners.deeds import service
from app.commissioners.deeds.forms import RatingFields
from app.commissioners.deeds.models import Appraisal, AppraisalState, Deed, Rating
from app.commissioners.models import Commissioner
from app.core import clock
from app.core import db as database
from app.core.errors import Conflict
from app.firms.models import Firm
from app.policies.book import load_book
from tests.browser import Visitor
from tests.commissioners.arrange import commissioner
from tests.exports.test_exports import exported, table
from tests.factories import assign, make_firm, make_user
from tests.visits.arrange import visit

Visitors = Callable[..., Visitor]
YEAR = clock.today().year
LAST = YEAR - 1
TODAY = clock.today().isoformat()


@pytest.fixture
def officer(visitor: Visitors) -> Visitor:
    return visitor(make_user(name="李科长"))


@pytest.fixture
def second(visitor: Visitors) -> Visitor:
    return visitor(make_user(name="周科长"))


def serving(*firms: Firm, **term: date) -> tuple[Commissioner, User]:
    person, account = commissioner(name="王专员")
    for firm in firms:
        assign(account, firm, **term)
    return person, account


def rated(firm: Firm, person: Commissioner, points: int, *, year: int = LAST) -> None:
    with database.writing() as session:
        fields = RatingFields(commissioner_id=person.id, year=year, points=points, words="评语甲")
        service.rate(session, None, session.get_one(Firm, firm.id), fields)


def graded(person: Commissioner, officer: Visitor, second: Visitor, db: Session, grade: str = "qualified") -> None:
    form = {"year": LAST, "grade": grade, "reason": "按全年情况"}
    officer.post(f"/commissioners/{person.id}/appraisals", form)
    db.rollback()
    number = db.scalars(sa.select(sa.func.max(Appraisal.id))).one()
    second.post(f"/appraisals/{number}/settlement", {})


def test_a_number_is_the_length_of_the_list_it_leads_to(officer: Visitor) -> None:
    firm, other = make_firm("甲公司"), make_firm("乙公司")
    person, account = serving(firm, other)
    visit(account, firm, needs="缺检测设备", need_kind="technology")
    visit(account, firm)

    page = officer.get(f"/commissioners/{person.id}/record")

    for code, number in (("firms", 2), ("visits", 2), ("visited", 1), ("needs", 1)):
        address = f"/commissioners/{person.id}/record/items?year={YEAR}&measure={code}"
        assert page.one(f'#figures a[href="{address}"]').get_text() == str(number)
        assert len(officer.get(address).all("tbody tr")) == number
    listed = officer.get(f"/service-records?year={YEAR}")
    assert listed.one("tbody th a").get_text() == "王专员"
    assert table(exported(officer, query=f"year={YEAR}", listing="service-records"))[1][:4] == (
        "王专员",
        person.institution,
        2,
        2,
    )


def test_only_oneself_and_the_bureau_read_a_record(visitor: Visitors) -> None:
    firm = make_firm()
    person, account = serving(firm)

    assert "我的服务记录" in visitor(account).get(f"/commissioners/{person.id}/record")
    _, stranger = commissioner(name="别专员")
    visitor(stranger).get(f"/commissioners/{person.id}/record", status=404)
    visitor(make_user(Role.FIRM, firm_id=firm.id)).get(f"/commissioners/{person.id}/record", status=403)


def test_a_deed_counts_once_an_officer_has_confirmed_it(visitor: Visitors, officer: Visitor, db: Session) -> None:
    firm = make_firm("甲公司")
    person, account = serving(firm)
    told = {"firm_id": firm.id, "kind": "problem", "done_on": TODAY, "words": "定下了试验条件"}

    visitor(account).post(f"/commissioners/{person.id}/deeds", told)

    record = f"/commissioners/{person.id}/record"
    rows = f"{record}/items?year={YEAR}&measure="
    assert officer.get(record).all(f'#figures a[href="{rows}deeds"]') == []
    assert officer.get(record).one(f'#figures a[href="{rows}unconfirmed"]').get_text() == "1"
    officer.post(f"/deeds/{db.scalars(sa.select(Deed.id)).one()}/confirmation", {})
    assert officer.get(record).one(f'#figures a[href="{rows}deeds"]').get_text() == "1"


def test_a_deed_outside_the_term_is_refused_and_what_was_typed_stays(visitor: Visitors, db: Session) -> None:
    firm = make_firm("甲公司")
    person, account = serving(firm, starts_on=clock.today())
    told = {"firm_id": firm.id, "kind": "problem", "done_on": f"{LAST}-03-01", "words": "定下了试验条件"}

    page = visitor(account).post(f"/commissioners/{person.id}/deeds", told, status=422)

    assert "不在您派驻这家企业的任期内" in page
    assert "定下了试验条件" in page
    assert db.scalars(sa.select(Deed)).all() == []


def test_a_deed_taken_back_counts_nowhere_and_is_entered_again_as_it_was(visitor: Visitors, officer: Visitor) -> None:
    firm = make_firm("甲公司")
    person, account = serving(firm)
    mine, record = visitor(account), f"/commissioners/{person.id}/record"
    told = {"firm_id": firm.id, "kind": "problem", "done_on": TODAY, "words": "定下了试验条件"}
    mine.post(f"/commissioners/{person.id}/deeds", told)
    back = mine.get(record).one('form[action$="/withdrawal"]')["action"]

    mine.post(back)
    page = mine.get(record)
    again = mine.get(page.one('a[href*="deeds/new?like="]')["href"])

    assert "已撤回" in page
    assert not page.all('#figures a[href$="measure=unconfirmed"]')
    assert again.one("#words").get_text().strip() == "定下了试验条件"
    assert again.one("#firm_id option[selected]")["value"] == str(firm.id)
    officer.post(back.replace("withdrawal", "confirmation"), {}, status=409)


def test_nobody_takes_back_what_another_entered_or_what_was_confirmed(visitor: Visitors, officer: Visitor) -> None:
    firm = make_firm("甲公司")
    person, account = serving(firm)
    _, other = commissioner(name="李专员")
    told = {"firm_id": firm.id, "kind": "problem", "done_on": TODAY, "words": "定下了试验条件"}
    visitor(account).post(f"/commissioners/{person.id}/deeds", told)
    form = visitor(account).get(f"/commissioners/{person.id}/record").one('form[action$="/withdrawal"]')
    own, foreign = form["action"], visitor(other)

    foreign.post(own, status=404)
    officer.post(own.replace("withdrawal", "confirmation"), {})

    assert "已经是“已确认”" in visitor(account).post(own, status=409)


def test_a_firm_rates_whoever_looked_after_it_and_may_think_again(visitor: Visitors, db: Session) -> None:
    firm = make_firm()
    person, _ = serving(firm, ends_on=date(LAST, 6, 30))
    eyes = visitor(make_user(Role.FIRM, firm_id=firm.id))

    for points in (2, 4):
        told = {"commissioner_id": person.id, "year": LAST, "points": points, "words": "来得少"}
        eyes.post(f"/firms/{firm.id}/ratings", told)

    assert db.scalars(sa.select(Rating.points)).all() == [4]
    this_year = {"commissioner_id": person.id, "year": YEAR, "points": 5}
    page = eyes.post(f"/firms/{firm.id}/ratings", this_year, status=422)
    assert "这一年没有派驻贵企业" in page


def test_the_person_rated_reads_a_mean_of_three_once_nothing_changes_any_more(
    visitor: Visitors, officer: Visitor, second: Visitor, db: Session
) -> None:
    firms = [make_firm(f"{name}公司") for name in "甲乙丙"]
    person, account = serving(*firms)
    for firm, points in zip(firms, (5, 4, 4), strict=True):
        rated(firm, person, points)
    address, own = f"/commissioners/{person.id}/record?year={LAST}", visitor(account)

    assert "4.3" not in own.get(address)
    graded(person, officer, second, db)

    assert "4.3" in own.get(address)
    assert "评语甲" not in own.get(address)
    assert "评语甲" in officer.get(address)
    with pytest.raises(Conflict):
        rated(firms[0], person, 1)


def test_too_few_ratings_give_no_mean(officer: Visitor) -> None:
    firms = [make_firm(), make_firm()]
    person, _ = serving(*firms)
    for firm in firms:
        rated(firm, person, 5)

    page = officer.get(f"/commissioners/{person.id}/record?year={LAST}")

    assert "不满 3 家，不计算平均分" in page


def test_a_grade_that_differs_from_the_measures_says_why(officer: Visitor) -> None:
    person, _ = serving(make_firm())

    page = officer.post(f"/commissioners/{person.id}/appraisals", {"year": LAST, "grade": "excellent"}, status=422)

    assert "请写明理由" in page


def test_whoever_proposed_a_grade_does_not_settle_it(officer: Visitor, second: Visitor, db: Session) -> None:
    person, _ = serving(make_firm())
    officer.post(f"/commissioners/{person.id}/appraisals", {"year": LAST, "grade": "failed"})
    number = db.scalars(sa.select(Appraisal.id)).one()

    officer.post(f"/appraisals/{number}/settlement", {}, status=403)
    second.post(f"/appraisals/{number}/settlement", {})
    second.post(f"/appraisals/{number}/settlement", {}, status=409)

    db.rollback()
    assert db.get_one(Appraisal, number).state is AppraisalState.SETTLED


def test_a_correction_keeps_the_grade_that_stood_before(officer: Visitor, second: Visitor, db: Session) -> None:
    person, _ = serving(make_firm())

    graded(person, officer, second, db, "qualified")
    graded(person, officer, second, db, "excellent")

    db.rollback()
    states = db.execute(sa.select(Appraisal.grade, Appraisal.state).order_by(Appraisal.id)).all()
    told = [(grade.code, state.code) for grade, state in states]
    assert told == [("qualified", "replaced"), ("excellent", "settled")]


def test_the_allowance_is_judged_by_its_clause_and_its_amount_stays_open(
    officer: Visitor, second: Visitor, db: Session
) -> None:
    with database.writing() as session:
        load_book(session)
    person, _ = serving(make_firm())
    address = f"/allowances?year={LAST}"

    before = officer.get(address)
    graded(person, officer, second, db, "qualified")
    after = officer.get(address)
    graded(person, officer, second, db, "failed")

    assert [page.one("tbody .answer").get_text() for page in (before, after)] == ["待核", "符合"]
    assert "缺年度考核" in before
    assert "金额待定" in after
    assert "二/(三)" in after
    rows = table(exported(officer, query=f"year={LAST}", listing="allowances"))
    assert rows[1][2:5] == ("不合格", "二/(三)", "不符合")
    assert officer.get(f"/allowances/print?year={LAST}").one("tbody .answer").get_text() == "不符合"


def test_the_page_of_a_firm_leads_to_the_register(officer: Visitor) -> None:
    firm = make_firm()
    person, account = serving(firm)

    address = officer.get(f"/firms/{firm.id}").one(f'a[href="/commissioners?account={account.id}"]')["href"]

    assert officer.get(str(address), status=303).headers["location"] == f"/commissioners/{person.id}"
