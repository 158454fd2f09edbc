"""The test bench: cases judged by the real evaluator, edges found, and every small change of a rule caught or shown."""

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event
from app.core import db as database
from app.workbench.models import Measurement, RuleCase
from tests.browser import Answer, Visitor
from tests.workbench.test_drafts import HUNDRED, started, step, version_of

Enter = Callable[..., Visitor]
RULE = {**HUNDRED, "conditions-0-test": "职工总数 >= 100人 且 注册在本区域", "amount_value": "职工总数 / 1人 * 1000元"}
MET = {
    "name": "基准企业",
    "day": "2026-06-30",
    "facts": "职工总数：400人\n注册在本区域：是",
    "answer": "符合",
    "amount": "40万元",
}


@pytest.fixture
def address(officer: Visitor) -> str:
    """A draft with one case, which is met."""
    made = started(officer)
    officer.post(made, {**RULE, "version": version_of(made)})
    officer.post(f"{made}/cases", MET)
    return made


def measured(officer: Visitor, address: str) -> Answer:
    return officer.follow(officer.post(f"{address}/measurement"))


def test_a_case_that_the_rule_does_not_meet_is_shown_with_both_answers(officer: Visitor, address: str) -> None:
    officer.post(f"{address}/cases", {**MET, "name": "九十九人", "facts": "职工总数：99人", "amount": ""})

    page = officer.get(f"{address}/cases")

    assert "2 个用例中有 1 个不符" in page
    assert "结论应为符合，得不符合" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"facts": "职工总人数：400人"}, "没有数据项“职工总人数”"),
        ({"facts": "四百人"}, "请写成“职工总数：400人”"),
        ({"records": "专利：种类=发明专利"}, "没有“专利”这类记录"),
        ({"amount": "很多"}, "请写成“20万元”"),
        ({"fails": "P9"}, "没有编号为“P9”的条件"),
    ],
)
def test_a_case_in_words_nobody_declared_is_refused_and_kept_in_the_form(
    officer: Visitor, address: str, typed: dict[str, str], said: str
) -> None:
    page = officer.post(f"{address}/cases", {**MET, "name": "另一个", **typed}, status=422)

    assert said in page
    assert page.one("#name")["value"] == "另一个"


def test_measuring_finds_both_sides_of_the_threshold_and_what_no_case_catches(
    officer: Visitor, address: str, db: Session
) -> None:
    page = measured(officer, address)

    made = db.scalars(sa.select(Measurement)).one()
    edges = {each["name"]: each["body"]["expect"]["answer"] for each in made.body["edges"]}
    assert edges["职工总数为99人"] == "不符合"
    assert edges["职工总数为100人"] == "符合"
    assert edges["缺职工总数"] == "待核"
    assert edges["注册在本区域为否"] == "不符合"
    assert f"抓住 {made.caught} / 共 {made.changes}" in page
    survivors = {each["after"]: each["by"] for each in made.body["survivors"]}
    assert survivors["职工总数 > 100人 且 注册在本区域"] == "职工总数为100人"
    assert 0 < made.caught < made.changes


def test_a_case_the_rule_does_not_meet_catches_nothing(officer: Visitor, address: str, db: Session) -> None:
    measured(officer, address)
    officer.post(f"{address}/cases", {**MET, "name": "写错的", "answer": "不符合", "amount": ""})

    measured(officer, address)

    one, two = db.scalars(sa.select(Measurement).order_by(Measurement.id))
    assert (two.caught, two.changes) == (one.caught, one.changes)


def test_where_no_case_is_judged_right_there_is_nothing_to_measure(officer: Visitor) -> None:
    address = started(officer)
    officer.post(address, {**RULE, "version": version_of(address)})
    officer.post(f"{address}/cases", {**MET, "answer": "不符合", "amount": ""})

    page = officer.get(f"{address}/cases")
    refused = officer.post(f"{address}/measurement", status=409)

    assert "检验用例" not in page
    assert "没有一个用例判得对" in refused


def test_a_new_case_offers_what_the_rule_asks_about_and_takes_what_is_left_open(officer: Visitor, address: str) -> None:
    form = officer.get(f"{address}/cases/new")
    offered = form.one("#facts").text
    officer.post(f"{address}/cases", {**MET, "name": "都未知", "facts": offered, "answer": "待核", "amount": ""})

    assert offered.split() == ["职工总数：", "注册在本区域："]
    assert form.one("#day")["value"] == RULE["starts"]
    assert "2 个用例全部符合" in officer.get(f"{address}/cases")


def test_accepted_edges_catch_what_went_through(officer: Visitor, address: str, db: Session) -> None:
    page = measured(officer, address)
    before = db.scalars(sa.select(Measurement)).one()
    every = [box["value"] for box in page.all("#edges input[name=place]")]

    officer.post(f"{address}/cases/accepted", {"measurement": before.id, "place": every})
    again = measured(officer, address)

    assert len(every) == len(before.body["edges"])
    found = re.search(r"抓住 (\d+) / 共 (\d+)", again.words())
    assert found is not None
    assert found[1] == found[2]
    assert "没有用例发现" not in again


def test_publishing_asks_for_cases_that_hold_or_for_a_reason(
    officer: Visitor, reviewer: Visitor, address: str, db: Session
) -> None:
    officer.post(f"{address}/cases", {**MET, "name": "写错的", "answer": "不符合", "amount": ""})
    step(officer, address, "submission")

    refused = reviewer.post(f"{address}/publication", {"version": version_of(address)}, status=422)
    reviewer.post(f"{address}/publication", {"version": version_of(address), "unproven": "用例写错，已知会起草人"})

    assert "2 个用例中有 1 个不符" in refused
    said = db.scalars(sa.select(Event.body).where(Event.kind == "rule_draft.published")).one()
    assert "用例写错" in said


def test_the_next_version_begins_with_the_cases_of_the_one_it_follows(officer: Visitor, db: Session) -> None:
    made = started(officer, "?rule=plan_dabancheng_hnte_first&purpose=next")

    page = officer.get(f"{made}/cases")

    assert len(db.scalars(sa.select(RuleCase)).all()) == 7
    assert "7 个用例全部符合" in page


def test_cases_rest_once_the_draft_was_sent_in(officer: Visitor, address: str) -> None:
    step(officer, address, "submission")
    with database.reading() as session:
        case = session.scalars(sa.select(RuleCase.id)).one()

    officer.post(f"{address}/cases", {**MET, "name": "来晚了"}, status=409)
    officer.post(f"{address}/cases/{case}/removal", status=409)
