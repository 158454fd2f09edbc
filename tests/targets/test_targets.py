"""Targets: from confirmed provisions, with values that are never overwritten, and counts that are lists."""

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.accounts.permissions import Role
from app.core import db as database
from app.library.models import Provision
from app.policies.book import load_book
from app.policies.models import Policy
from app.targets.models import Actual, Target
from app.targets.queries import targets as all_targets
from app.targets.seeding import load_targets, plan_files
from app.targets.shown import sums
from app.titles.forms import TitleFields
from app.titles.service import record_title
from tests.browser import Visitor
from tests.factories import make_firm, make_user
from tests.facts.arrange import ENTERED
from tests.library.plan import address_of
from tests.library.test_library import filled, provisions_in
from tests.targets.arrange import make_target

Enter = Callable[..., Visitor]
REPORTED = {"day": "2025-12-31", "value": "5", "source": "区统计局", "given": "level"}


@pytest.fixture
def officer(visitor: Enter) -> Visitor:
    return visitor(make_user(Role.BUREAU))


def certify(name: str, issued_on: date, kind: str = "hnte") -> None:
    firm = make_firm(name)
    with database.writing() as session:
        fields = TitleFields(kind=kind, number=f"GR{firm.id:012d}", issued_on=issued_on)
        record_title(session, None, session.merge(firm), fields, origin=ENTERED)


def decide(officer: Visitor, address: str, provision: Provision, **changes: object) -> None:
    officer.post(f"{address}/provisions/{provision.id}/decision", filled(provision, **changes))


def test_a_confirmed_target_is_followed_and_a_rejected_one_no_longer(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    first, second = provisions_in(db)[:2]

    decide(officer, address, first)
    decide(officer, address, second)
    db.rollback()
    officer.post(f"{address}/provisions/{second.id}/rejection", {"version": second.version})

    db.rollback()
    (followed,) = all_targets(db)
    assert (followed.path, int(followed.low), followed.counts) == ("一", 40, "hnte")
    assert "target.withdrawn" in set(db.scalars(sa.select(Event.kind)))


def test_a_mended_target_stays_the_same_target(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    first = provisions_in(db)[0]
    decide(officer, address, first)
    db.rollback()

    decide(officer, address, db.get_one(Provision, first.id, populate_existing=True), low="45")

    db.rollback()
    assert [int(target.low) for target in all_targets(db)] == [45]


def test_the_same_indicator_of_another_scope_is_another_target(officer: Visitor, db: Session) -> None:
    address = address_of(officer)
    first, second = provisions_in(db)[:2]
    same = {name: value for name, value in first.body.items() if value not in (None, False)}

    decide(officer, address, first)
    decide(officer, address, second, **{**same, "scope": "产业园区"})

    db.rollback()
    assert sorted(target.scope for target in all_targets(db)) == ["产业园区", "全区"]


def test_a_value_is_corrected_and_the_first_stays_to_be_seen(officer: Visitor, db: Session) -> None:
    target = make_target()
    officer.post(f"/targets/{target.id}/actuals", REPORTED)
    first = db.scalars(sa.select(Actual)).one()

    again = officer.post(f"/targets/{target.id}/actuals", {**REPORTED, "value": "7"}, status=422)
    form = officer.get(f"/targets/{target.id}/actuals/{first.id}/edit")
    officer.post(f"/targets/{target.id}/actuals/{first.id}", {**REPORTED, "value": "6", "note": "漏计一家"})

    db.rollback()
    page = officer.get(f"/targets/{target.id}")
    assert "请在下面的表里点“更正”" in again
    assert again.one("#value")["value"] == "7"
    assert form.one("#value")["value"] == "5"
    assert [each.text for each in page.all("del")] == ["5"]
    assert "已达到" in page
    assert "漏计一家" in page


def test_a_target_of_another_district_takes_no_values(officer: Visitor, db: Session) -> None:
    target = make_target(own=False)

    refused = officer.post(f"/targets/{target.id}/actuals", REPORTED, status=409)

    assert "不是本区的方案" in refused
    assert f"/targets/{target.id}" not in officer.get("/targets")
    assert "只作参考" in officer.get("/targets?whose=other")


def test_a_counted_target_is_exactly_its_list_on_its_day(officer: Visitor, db: Session) -> None:
    target = make_target(counts="hnte")
    certify("早已到期有限公司", date(2020, 1, 1))
    certify("当日有效有限公司", date(2024, 5, 1))
    certify("次年才有有限公司", date(2026, 1, 5))

    page = officer.get(f"/targets/{target.id}")
    listed = officer.get(f"/targets/{target.id}/firms?on=2025-12-31")

    assert [each.text for each in listed.all("tbody th")] == ["当日有效有限公司"]
    assert page.one(f'.stat a[href="/targets/{target.id}/firms?on=2025-12-31"]').text == "1"


def test_newcomers_are_those_without_an_earlier_certificate(officer: Visitor, db: Session) -> None:
    target = make_target(counts="hnte", measure="新增", starts_on=date(2025, 1, 1))
    certify("续办的有限公司", date(2021, 6, 1))
    with database.writing() as session:
        firm = session.merge(make_firm("首次的有限公司"))
        for number, day in (("GR1", date(2025, 3, 1)), ("GR2", date(2025, 9, 1))):
            record_title(session, None, firm, TitleFields(kind="hnte", number=number, issued_on=day), origin=ENTERED)

    listed = officer.get(f"/targets/{target.id}/firms?on=2025-12-31")

    assert [each.text for each in listed.all("tbody th")] == ["首次的有限公司"]


def test_whoever_saves_the_settings_second_sees_both(officer: Visitor) -> None:
    target = make_target()
    officer.post(f"/targets/{target.id}", {"version": "1", "base_year": "2021"})

    page = officer.post(f"/targets/{target.id}", {"version": "1", "base_year": "2020"}, status=409)

    assert page.one("#base_year")["value"] == "2020"
    assert "2021" in page.one(".conflict").text


def test_the_list_is_exported_as_it_is_filtered(officer: Visitor) -> None:
    make_target()
    make_target(indicator="孵化载体面积", unit="万平方米")

    file = officer.post("/exports/targets?q=孵化", {"format": "csv"}, status=200)

    assert "孵化载体面积" in file.text
    assert "高新技术企业" not in file.text


def load(own: bool) -> int:  # noqa: FBT001
    with database.writing() as session:
        load_book(session)
        return load_targets(session, own=own)


def test_the_plans_hold_the_84_targets_and_loading_twice_changes_nothing(db: Session) -> None:
    added = [load(own=False), load(own=False), load(own=True), load(own=True)]

    assert added == [69, 0, 15, 0]
    per_plan = dict(db.execute(sa.select(Policy.code, sa.func.count()).join(Target).group_by(Policy.code)).all())
    assert per_plan == {"dabancheng-2023": 15, "qijiang-2023": 11, "xilingol-2021": 16, "wuchangshi-2021": 42}


def test_parts_that_do_not_add_up_are_said_and_not_forced(officer: Visitor, db: Session) -> None:
    load(own=False)
    held = {target.code: target for target in all_targets(db) if target.code}

    platforms = [held[f"wuchangshi-2021/t0{number}"] for number in (5, 6, 7)]
    talent = [held[f"wuchangshi-2021/t{number}"] for number in (15, 16)]

    found = sums(held["wuchangshi-2021/t04"], platforms)
    assert [(int(each.parts), int(each.whole)) for each in found] == [(158, 148), (116, 97)]
    assert not any(each.differs for each in sums(held["wuchangshi-2021/t14"], talent))
    assert "分项合计 158，总数 148" in officer.get(f"/targets/{held['wuchangshi-2021/t04'].id}")


def test_what_repeats_another_place_has_no_values_of_its_own(db: Session) -> None:
    load(own=False)

    repeating = db.scalars(sa.select(Target).where(Target.repeats_id.is_not(None))).all()

    assert len(repeating) == 16
    assert all(each.repeats is not None and each.repeats.scope == each.scope for each in repeating)


def test_a_draft_and_a_repost_say_what_they_are(db: Session) -> None:
    load(own=False)

    status = dict(db.execute(sa.select(Policy.code, Policy.status)).all())

    plans = {plan.policy: status[plan.policy] for plan in plan_files()}
    assert (plans["dabancheng-2023"], plans["urban-hightech-opinion"]) == ("草案", "转载")
    assert len(plans) == 5
