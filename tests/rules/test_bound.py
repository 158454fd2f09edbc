from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules import Answer, FactSheet, evaluate, find_gaps
from app.rules.gaps import is_ruled_out
from tests.rules.moves import after
from tests.rules.sample import ANCHORS, TODAY, a_rule, a_sheet, record, vouch

LATER = TODAY + timedelta(days=400)
TESTS = [
    "研发费用 / 销售收入 >= 5% 且 科技人员 >= 10人",
    "科技人员 / 职工总数 >= 30% 且 净利润 >= 1元",
    "数量(知识产权, 类别 = Ⅰ类, 有效) >= 1 且 设辅助账",
    "至少(2, 科技人员 >= 5人, 净利润 >= 1元, 设辅助账)",
    "申报日 - 成立日期 >= 365天 且 科技人员 >= 5人",
    "有效(高新技术企业, 申报日) 或 研发费用 >= 10万元",
]
amounts = st.integers(-3, 12)
sheets = st.builds(
    lambda rd, tech, profit, accounts, age, closed: a_sheet(
        [record("ip", date(2024, 1, 1), sort="软件著作权")],
        [vouch("ip"), vouch("titles")] if closed else [],
        rd=max(rd, 0) * 10_000,
        sales=1_000_000,
        tech=max(tech, 0),
        staff=20,
        profit=profit,
        accounts=accounts,
        founded=TODAY - timedelta(days=age),
    ),
    amounts,
    amounts,
    amounts,
    st.booleans(),
    st.sampled_from([200, 360, 900]),
    st.booleans(),
)


@given(st.sampled_from(TESTS), sheets, st.sampled_from([0, 3, 6, 10, 12, 18]))
def test_no_proposal_that_can_be_made_in_time_exists_for_a_firm_ruled_out(
    test: str, sheet: FactSheet, months: int
) -> None:
    rule = a_rule(test)

    ruled_out = is_ruled_out(rule, sheet, ANCHORS, months=months, until=LATER)

    in_time = [
        gap
        for gap in find_gaps(rule, sheet, ANCHORS)
        if gap.lead_months <= months and (gap.on is None or gap.on <= LATER)
    ]
    met = evaluate(rule, sheet, ANCHORS).answer is Answer.MET
    assert not (ruled_out and (met or in_time))
    for gap in in_time:
        then, anchors = after(sheet, ANCHORS, gap)
        assert not is_ruled_out(rule, then, replace(anchors), months=0, until=anchors.facts_on)


@pytest.mark.parametrize(
    ("months", "ruled_out"),
    [(5, True), (6, False)],
)
def test_a_lever_counts_only_when_it_works_in_time(months: int, ruled_out: bool) -> None:  # noqa: FBT001
    sheet = a_sheet(tech=2)

    assert is_ruled_out(a_rule("科技人员 >= 5人"), sheet, ANCHORS, months=months, until=TODAY) is ruled_out


def test_what_has_no_lever_rules_out_whatever_else_can_move() -> None:
    sheet = a_sheet(profit=-1, tech=2)

    assert is_ruled_out(a_rule("净利润 >= 1元 且 科技人员 >= 5人"), sheet, ANCHORS, months=60, until=TODAY)
    assert not is_ruled_out(a_rule("净利润 >= 1元 或 科技人员 >= 5人"), sheet, ANCHORS, months=60, until=TODAY)


def test_a_figure_of_the_coming_year_is_not_known_yet() -> None:
    assert not is_ruled_out(a_rule("净利润 >= 1元"), a_sheet(profit=-1), ANCHORS, months=0, until=date(2027, 3, 1))


def test_what_is_not_known_rules_nothing_out() -> None:
    assert not is_ruled_out(a_rule("净利润 >= 1元"), a_sheet(), ANCHORS, months=0, until=TODAY)


def test_a_firm_too_young_is_ruled_out_until_the_day_it_is_old_enough() -> None:
    rule, sheet = a_rule("申报日 - 成立日期 >= 365天"), a_sheet(founded=date(2025, 7, 1))

    assert is_ruled_out(rule, sheet, ANCHORS, months=60, until=date(2026, 6, 30))
    assert not is_ruled_out(rule, sheet, ANCHORS, months=0, until=date(2026, 7, 1))
