"""遴选: from 推荐 to 聘任 one state at a time, within the places, after the public notice."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.commissioners.models import Commissioner
from app.commissioners.selection.models import Candidate, CandidateState
from app.core import clock
from app.core import db as database
from app.notices.models import SpecialDay
from tests.browser import Visitor
from tests.commissioners.arrange import commissioner
from tests.factories import make_user

THURSDAY, OVER, LATER = date(2026, 12, 10), date(2026, 12, 17), date(2026, 12, 18)
TERM = {"starts_on": "2027-01-01", "ends_on": "2028-12-31"}
OBJECTION = {"raised_on": "2026-12-10", "raised_by": "匿名", "words": "与某企业有合作"}

Desk = Callable[[date], Visitor]


@pytest.fixture
def desk(visitor: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An officer who signs in on a day."""
    user = make_user(name="李科长")

    def on(day: date) -> Visitor:
        monkeypatch.setattr(clock, "now", lambda: datetime(day.year, day.month, day.day, 9, tzinfo=clock.BEIJING))
        return visitor(user)

    return on


@pytest.fixture
def officer(desk: Desk) -> Visitor:
    return desk(THURSDAY)


def opened(officer: Visitor, places: int = 3) -> str:
    typed = {"name": "2026 年度遴选", "places": places, "notice_days": 5}
    return str(officer.post("/selections", typed).headers["location"])


def recommended(officer: Visitor, address: str, name: str = "何教授") -> str:
    typed = {"name": name, "institution": "某大学", "fields": ["新材料"], "phone": "0991-7654321"}
    return str(officer.post(f"{address}/candidates", typed).headers["location"])


def moved(officer: Visitor, address: str, *states: str, version: int = 1, status: int = 303) -> None:
    for place, state in enumerate(states):
        typed = {"state": state, "remark": "同意", "version": version + place}
        officer.post(f"{address}/steps", typed, status=status)


def test_a_notice_counts_working_days_and_only_then_an_entry_is_made(desk: Desk, db: Session) -> None:
    with database.writing() as session:
        session.add(SpecialDay(day=date(2026, 12, 12), worked=True, note="周六调休上班"))
        session.add(SpecialDay(day=date(2026, 12, 14), worked=False, note="停电放假"))
    officer = desk(THURSDAY)
    candidate = recommended(officer, opened(officer))
    moved(officer, candidate, "chosen", "public")

    assert db.scalars(sa.select(Candidate.notice_ends_on)).one() == OVER
    officer = desk(OVER)
    assert "次日起才能聘任" in officer.get(candidate)
    assert "公示今天才期满" in officer.post(f"{candidate}/appointment", {**TERM, "version": 3}, status=409)
    officer = desk(LATER)
    entry = officer.follow(officer.post(f"{candidate}/appointment", {**TERM, "version": 3}))

    assert "2027年1月1日至2028年12月31日" in entry
    db.rollback()
    person = db.scalars(sa.select(Commissioner)).one()
    assert (person.name, person.fields, person.phone) == ("何教授", "新材料", "0991-7654321")


@pytest.mark.parametrize(
    ("reached", "state", "sentence"),
    [
        ((), "public", "“公示”只能从“遴选”转来"),
        ((), "appointed", "聘任要填聘期"),
        (("chosen",), "recommended", "不能退回“推荐”"),
        (("chosen", "dropped"), "public", "候选人已经“落选”，不能再变"),
    ],
)
def test_a_state_is_only_reached_from_the_one_before(
    officer: Visitor, db: Session, reached: tuple[str, ...], state: str, sentence: str
) -> None:
    candidate = recommended(officer, opened(officer))
    moved(officer, candidate, *reached)
    typed = {"state": state, "remark": "已写的意见", "version": len(reached) + 1}

    answer = officer.post(f"{candidate}/steps", typed, status=422)

    assert sentence in answer
    last = CandidateState.of(reached[-1]) if reached else CandidateState.RECOMMENDED
    assert db.scalars(sa.select(Candidate.state)).one() is last


def test_no_more_are_put_up_than_there_are_places(officer: Visitor) -> None:
    address = opened(officer, places=1)
    first, second = (recommended(officer, address, name) for name in ("甲", "乙"))
    moved(officer, first, "chosen", "public")
    moved(officer, second, "chosen")

    refused = officer.post(f"{second}/steps", {"state": "public", "version": 2}, status=422)

    assert "本批名额 1 人，已有 1 人公示或聘任" in refused
    moved(officer, first, "dropped", version=3)
    moved(officer, second, "public", version=2)


def test_an_objection_holds_the_appointment_until_it_is_settled_and_for_good_where_it_is_right(desk: Desk) -> None:
    officer = desk(THURSDAY)
    address = opened(officer)
    candidates = [recommended(officer, address, name) for name in ("甲", "乙")]
    for each in candidates:
        moved(officer, each, "chosen", "public")
        officer.post(f"{each}/objections", OBJECTION)
    officer = desk(LATER)

    for number, (each, upheld) in enumerate(zip(candidates, ("no", "yes"), strict=True), start=1):
        held = officer.post(f"{each}/appointment", {**TERM, "version": 3}, status=409)
        assert "还有异议没有处理" in held
        finding = {"upheld": upheld, "finding": "已向单位核实"}
        officer.post(f"{each}/objections/{number}/finding", finding)

    officer.post(f"{candidates[0]}/appointment", {**TERM, "version": 3})
    assert "异议成立，不能聘任" in officer.post(f"{candidates[1]}/appointment", {**TERM, "version": 3}, status=409)
    assert "只有公示中的候选人" in officer.post(f"{candidates[0]}/objections", OBJECTION, status=409)


def test_somebody_of_the_register_is_appointed_again_and_keeps_what_it_knows(desk: Desk, db: Session) -> None:
    _, account = commissioner(name="何教授", ends_on="2026-12-31", note="住在本区")
    officer = desk(THURSDAY)
    candidate = recommended(officer, opened(officer))
    moved(officer, candidate, "chosen", "public")
    officer = desk(LATER)

    assert "名册里已有何教授" in officer.get(candidate)
    officer.post(f"{candidate}/appointment", {**TERM, "version": 3})

    person = db.scalars(sa.select(Commissioner)).one()
    assert (person.user_id, person.note, person.ends_on) == (account.id, "住在本区", date(2028, 12, 31))


def test_whoever_is_second_to_move_a_candidate_is_told(officer: Visitor) -> None:
    candidate = recommended(officer, opened(officer))
    moved(officer, candidate, "chosen")

    answer = officer.post(f"{candidate}/steps", {"state": "dropped", "remark": "超龄", "version": 1}, status=409)

    assert "已被他人办理，目前是“遴选”" in answer
