from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.rules import LanguageError, Rule, evaluate
from app.rules.vary import Place, leaves_amount_open, places, vary, vary_rule
from tests.rules.pool.compared import differences, judged
from tests.rules.sample import ANCHORS, TODAY, VOCABULARY, a_rule, a_sheet

PARTS: dict[str, Any] = {
    "parameters": [{"name": "下限", "value": "5%"}],
    "terms": [{"name": "强度", "value": "研发费用 / 销售收入"}],
    "scores": [{"name": "甲分", "value": "分档(强度, ≥10%: 5, 其余: 1~2)", "max": "4"}],
    "conditions": [
        {"id": "C1", "test": "强度 >= 下限 且 职工总数 <= 300人"},
        {"id": "C2", "test": "成立日期 < 2024-01-01"},
        {"id": "C3", "test": "甲分 >= 1"},
    ],
    "amount": {"value": "研发费用 * 10%", "cap": "2万元", "floor": "1000元"},
}
RULE = a_rule(**PARTS)
SHEETS = {
    size: a_sheet(sales=1_000_000, rd=size * 10_000, staff=size * 10, founded=date(2023, 1, size))
    for size in range(1, 30)
}


def changed(place: Place, value: Any) -> Rule:
    return vary_rule(RULE, TODAY, {place: value})


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (Place("parameter", "下限"), Decimal("0.08")),
        (Place("condition", "C1"), Decimal(150)),
        (Place("condition", "C2"), date(2023, 1, 15)),
        (Place("score", "甲分", 2), Decimal(0)),
        (Place("max", "甲分"), Decimal("0.5")),
        (Place("value"), Decimal("0.02")),
        (Place("cap"), Decimal(5_000)),
        (Place("floor"), Decimal(9_000)),
        (Place("from"), date(2027, 1, 1)),
        (Place("until"), date(2025, 1, 1)),
    ],
)
def test_a_varied_rule_is_judged_like_one_written_so(place: Place, value: Any) -> None:
    before = judged([RULE], SHEETS, ANCHORS, VOCABULARY)

    after = before.with_rule(changed(place, value))

    assert list(differences(after, [changed(place, value)], SHEETS, ANCHORS)) == []
    assert (before.answers("sample").to_list(), before.amounts("sample").rows()) != (
        after.answers("sample").to_list(),
        after.amounts("sample").rows(),
    )
    assert list(differences(before, [RULE], SHEETS, ANCHORS)) == []


def test_every_place_is_listed_with_what_stands_there() -> None:
    found = {each.place: each.value for each in places(RULE.versions[0])}

    assert found[Place("parameter", "下限")] == Decimal("0.05")
    assert found[Place("condition", "C1")] == 300
    assert found[Place("condition", "C2")] == date(2024, 1, 1)
    assert found[Place("cap")] == 20_000
    assert found[Place("from")] == date(2020, 1, 1)


def test_putting_back_what_stood_there_changes_nothing() -> None:
    version = RULE.versions[0]

    assert all(vary(version, {each.place: each.value}) == version for each in places(version))


@pytest.mark.parametrize(
    ("place", "value", "complaint"),
    [
        (Place("parameter", "上限"), Decimal(1), "没有“上限”"),
        (Place("condition", "C1", 7), Decimal(1), "没有第8个数"),
        (Place("condition", "C1"), date(2024, 1, 1), "数要换成数"),
        (Place("condition", "C1"), None, "写明新的数值"),
        (Place("from"), Decimal(1), "须是日期"),
        (Place("until"), date(2019, 1, 1), "须晚于"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused_in_words(place: Place, value: Any, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        changed(place, value)


def test_a_threshold_no_firm_can_reach_is_refused_as_in_a_rule_file() -> None:
    rule = a_rule("市场占有率 >= 10%")

    with pytest.raises(LanguageError, match="永远达不到"):
        vary_rule(rule, TODAY, {Place("condition", "C1"): Decimal(5)})


def test_a_rule_out_of_force_cannot_be_varied() -> None:
    with pytest.raises(ValueError, match="没有施行中的版本"):
        vary_rule(RULE, date(1999, 1, 1), {})


def test_conditions_and_shortfalls_are_told_by_firm() -> None:
    sheets = {
        "met": a_sheet(rd=10),
        "short": a_sheet(rd=4),
        "open": a_sheet(),
    }

    single = judged([a_rule("研发费用 >= 8元")], sheets, ANCHORS, VOCABULARY)

    assert single.conditions("sample")["C1"].to_list() == [True, False, None]
    assert single.shortfall("sample", "C1").to_list() == [None, -4, None]


def test_masks_and_counts_say_the_same_as_the_answers() -> None:
    rules = [replace(a_rule("规上企业"), code="one"), replace(a_rule("设辅助账"), code="two")]
    sheets = {0: a_sheet(above=True), 1: a_sheet(accounts=True, above=False), 2: a_sheet()}

    result = judged(rules, sheets, ANCHORS, VOCABULARY)

    assert result.masks().rows() == [(0b01, 0b10), (0b10, 0b00), (0b00, 0b11)]
    assert result.counts().rows() == [("one", 1, 1, 1, 0), ("two", 1, 0, 2, 0)]
    assert [evaluate(rules[0], sheet, ANCHORS).answer.value for sheet in sheets.values()] == ["符合", "不符合", "待核"]


@pytest.mark.parametrize("more", [{}, {"cap": "2万元"}])
def test_an_amount_that_is_left_open_can_be_supposed(more: dict[str, Any]) -> None:
    hole = {"reason": "按照相关政策", "waits_for": "上级文件"}
    rule = a_rule("职工总数 <= 150人", amount={"hole": hole, **more})
    supposed = vary_rule(rule, TODAY, {Place("value"): Decimal(30_000)})

    result = judged([rule], SHEETS, ANCHORS, VOCABULARY).with_rule(supposed)

    assert leaves_amount_open(rule.versions[0])
    assert not leaves_amount_open(supposed.versions[0])
    assert list(differences(result, [supposed], SHEETS, ANCHORS)) == []
    wanted = 2_000_000 if more else 3_000_000
    assert result.amounts("sample").rows()[0] == ("value", wanted, wanted)
