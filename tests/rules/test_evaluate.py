from datetime import date, datetime
from decimal import Decimal

import pytest

from app.rules import Anchors, Answer, FactSheet, KnownFact, evaluate, parse
from app.rules.answer import all_of, any_of, at_least
from app.rules.evaluate import answer_of
from app.rules.interval import ANYTHING, INFINITY, Interval, divide, multiply, point, root
from tests.rules.sample import ANCHORS, TODAY, VOCABULARY, a_rule, a_sheet, answer, judged

MET, UNMET, UNKNOWN = Answer.MET, Answer.UNMET, Answer.UNKNOWN
TIER = "合计(研发费用, 近3年) / 合计(销售收入, 近3年) >= 分档(销售收入, ≤5000万元: 5%, ≤2亿元: 4%, 其余: 3%)"
OLD = date(2010, 1, 1)


def test_a_missing_fact_never_decides() -> None:
    assert answer("研发费用 >= 1元") is UNKNOWN
    assert answer("研发费用 < 1元") is UNKNOWN
    assert answer("规上企业") is UNKNOWN
    assert answer("所属领域 = 新材料") is UNKNOWN


def test_a_declared_bound_decides_what_no_value_could_change() -> None:
    assert answer("研发费用 >= 0元") is MET
    assert answer("市场占有率 + 1 < 1") is UNMET
    assert answer("净利润 >= 0元") is UNKNOWN


@pytest.mark.parametrize(
    ("sales", "rate", "expected"),
    [
        (50_000_000, "0.05", MET),
        (50_000_000, "0.0499", UNMET),
        (50_000_001, "0.0499", MET),
        (50_000_001, "0.0399", UNMET),
        (200_000_000, "0.04", MET),
        (200_000_000, "0.0399", UNMET),
        (200_000_001, "0.0399", MET),
        (200_000_001, "0.0299", UNMET),
    ],
)
def test_the_research_ratio_follows_the_tier_of_sales_to_the_yuan(sales: int, rate: str, expected: Answer) -> None:
    rd = Decimal(sales) * 3 * Decimal(rate)
    years = {"sales": sales, "sales_2024": sales, "sales_2023": sales, "rd_2024": 0, "rd_2023": 0}

    assert answer(TIER, a_sheet(founded=OLD, rd=rd, **years)) is expected


def test_an_unknown_tier_takes_the_hull_of_the_bands_within_reach() -> None:
    finding = judged("5% >= 分档(销售收入, ≤5000万元: 5%, ≤2亿元: 4%, 其余: 3%)")

    assert finding.answer is MET
    assert finding.conditions[0].comparisons[0].value == Interval(
        parse("3%", VOCABULARY).value, parse("5%", VOCABULARY).value
    )  # type: ignore[attr-defined]


def test_kleene_tables_hold() -> None:
    assert [all_of(pair) for pair in ((MET, UNKNOWN), (UNMET, UNKNOWN), (MET, MET))] == [UNKNOWN, UNMET, MET]
    assert [any_of(pair) for pair in ((MET, UNKNOWN), (UNMET, UNKNOWN), (UNMET, UNMET))] == [MET, UNKNOWN, UNMET]
    assert [at_least(2, three) for three in ((MET, MET, UNKNOWN), (MET, UNKNOWN, UNMET), (UNMET, UNMET, UNKNOWN))] == [
        MET,
        UNKNOWN,
        UNMET,
    ]
    assert UNKNOWN.negated() is UNKNOWN
    assert [each.code for each in Answer] == ["met", "unmet", "unknown"]


def test_logic_in_a_test_is_kleenes() -> None:
    sheet = a_sheet(above=True)

    assert answer("规上企业 且 设辅助账", sheet) is UNKNOWN
    assert answer("规上企业 或 设辅助账", sheet) is MET
    assert answer("非 规上企业 且 设辅助账", sheet) is UNMET
    assert answer("至少(1, 规上企业, 设辅助账)", sheet) is MET


def test_division_by_nought_is_open_with_the_reason() -> None:
    finding = judged("研发费用 / 销售收入 >= 5%", a_sheet(rd=5, sales=0))

    assert finding.answer is UNKNOWN
    assert finding.conditions[0].reasons == ("除数为零",)


def test_growth_from_nothing_is_open_with_the_reason() -> None:
    finding = judged("增长率(净利润) > 5%", a_sheet(profit=10, profit_2024=-5))

    assert finding.answer is UNKNOWN
    assert "基期不是正数" in finding.conditions[0].reasons[0]


def test_growth_is_the_mean_of_the_ratios_or_compound() -> None:
    sheet = a_sheet(sales=144, sales_2024=120, sales_2023=100)

    assert answer("增长率(销售收入) = 20%", sheet) is MET
    assert answer("平均增长率(销售收入, 3年) = 20%", sheet) is MET
    assert answer("复合增长率(销售收入, 3年) >= 20%", sheet) is MET
    assert answer("复合增长率(销售收入, 3年) > 20%", sheet) is UNMET


def test_three_years_are_cut_to_the_years_the_firm_has_existed() -> None:
    young = a_sheet(founded=date(2024, 5, 1), rd=6, rd_2024=4)

    assert answer("合计(研发费用, 近3年) = 10元", young) is MET
    assert answer("平均(研发费用, 近3年) = 5元", young) is MET
    assert answer("每年(近3年, 研发费用 >= 4元)", young) is MET


def test_an_unknown_founding_date_leaves_the_cut_open() -> None:
    sheet = a_sheet(rd=6, rd_2024=4, rd_2023=2)

    assert judged("合计(研发费用, 近3年) > 0元", sheet).conditions[0].comparisons[0].value == Interval(6, 12)
    assert answer("合计(研发费用, 近3年) >= 6元", sheet) is MET
    assert answer("任一年(近3年, 研发费用 <= 2元)", sheet) is UNKNOWN


def test_years_are_read_where_they_are_pointed_at() -> None:
    sheet = a_sheet(rd_2026=1, rd=2, rd_2024=3)

    assert answer("当年(研发费用) = 1元 且 研发费用 = 2元 且 往年(研发费用, 2) = 3元", sheet) is MET
    assert answer("往年(增长率(研发费用), 2) > 0", sheet) is UNKNOWN


@pytest.mark.parametrize(
    ("founded", "test", "expected"),
    [
        (date(2025, 6, 15), "申报日 - 成立日期 >= 365天", MET),
        (date(2025, 6, 16), "申报日 - 成立日期 >= 365天", UNMET),
        (date(2023, 6, 15), "申报日 - 成立日期 >= 3年", MET),
        (date(2023, 6, 16), "申报日 - 成立日期 >= 3年", UNMET),
        (date(2023, 6, 16), "36个月 <= 申报日 - 成立日期", UNMET),
        (date(2023, 6, 15), "满年(成立日期) >= 3年", MET),
        (date(2023, 6, 16), "满年(成立日期) < 3", MET),
        (date(2025, 12, 15), "成立日期 + 6个月 <= 申报日", MET),
        (date(2023, 6, 15), "年份(申报日) - 年份(成立日期) = 3", MET),
    ],
)
def test_time_runs_by_the_calendar(founded: date, test: str, expected: Answer) -> None:
    assert answer(test, a_sheet(founded=founded)) is expected


def test_a_leap_day_has_its_anniversary_on_the_last_of_february() -> None:
    anchors = Anchors(date(2025, 2, 28), TODAY)

    assert answer("满年(成立日期) = 1", a_sheet(founded=date(2024, 2, 29)), anchors) is MET


def test_marginal_rates_are_taken_slice_by_slice() -> None:
    test = "分段累计(研发费用, ≤1000万元: 3.5%, 其余: 1.75%) = 52.5万元"

    assert answer(test, a_sheet(rd=20_000_000)) is MET


def test_known_is_open_until_the_fact_is_there() -> None:
    assert answer("已有(研发费用)") is UNKNOWN
    assert answer("已有(研发费用)", a_sheet(rd=0)) is MET
    assert answer("已有(往年(研发费用, 2))", a_sheet(rd=0)) is UNKNOWN


def test_a_range_decides_only_where_all_of_it_does() -> None:
    assert answer("7~8 >= 7") is MET
    assert answer("7~8 > 7") is UNKNOWN
    finding = judged("存疑(0~1, “文本未规定”) > 2")
    assert finding.answer is UNMET
    assert finding.conditions[0].reasons == ("文本未规定",)


def test_a_persons_judgement_is_always_open() -> None:
    finding = judged("人工核定(“由专家评定”)")

    assert finding.answer is UNKNOWN
    assert "由专家评定" in finding.conditions[0].reasons[0]


def test_a_test_that_takes_too_many_steps_is_open_with_the_reason() -> None:
    finding = judged("每年(近60年, 合计(研发费用, 近60年) >= 0元)", a_sheet(founded=date(1900, 1, 1)))

    assert finding.answer is UNKNOWN
    assert any("步" in reason for reason in finding.conditions[0].reasons)


@pytest.mark.parametrize(
    "value", ["文字", True, date(2020, 1, 1), Decimal("NaN"), Decimal("Infinity"), Decimal("1E+999999")]
)
def test_a_value_of_the_wrong_kind_counts_as_missing(value: object) -> None:
    fact = KnownFact("rd", 2025, value, "导入", TODAY, "x")  # type: ignore[arg-type]

    finding = judged("研发费用 >= 1元", FactSheet([fact]))

    assert finding.answer is UNKNOWN
    assert finding.missing[0].what == "研发费用"


def test_the_latest_of_two_records_of_the_same_figure_counts() -> None:
    early = KnownFact("rd", 2025, Decimal(1), "甲", date(2026, 1, 1), "a")
    late = KnownFact("rd", 2025, Decimal(2), "乙", date(2026, 2, 1), "b")

    assert answer("研发费用 = 2元", FactSheet([late, early])) is MET


def test_the_policy_date_chooses_the_version_and_the_fact_date_the_year() -> None:
    rule = a_rule("研发费用 > 10元", **{"from": "2024-01-01", "until": "2026-01-01"})
    sheet = a_sheet(rd=20, rd_2024=5)

    assert evaluate(rule, sheet, Anchors(TODAY, date(2025, 12, 31))).answer is MET
    assert evaluate(rule, sheet, Anchors(date(2025, 6, 1), date(2025, 12, 31))).answer is UNMET
    outside = evaluate(rule, sheet, Anchors(TODAY, date(2026, 1, 1)))
    assert (outside.in_force, outside.answer, outside.conditions) == (False, UNKNOWN, ())
    assert answer_of(rule, sheet, Anchors(TODAY, date(2026, 1, 1))) is UNKNOWN


def test_known_at_is_carried_through() -> None:
    anchors = Anchors(TODAY, TODAY, datetime(2026, 6, 1, 8, 30))  # noqa: DTZ001 - carried, not computed with

    assert judged("规上企业", anchors=anchors).anchors.known_at == anchors.known_at


def test_only_the_answer_is_the_answer_of_the_finding() -> None:
    rule = a_rule(TIER)
    for sheet in (a_sheet(), a_sheet(founded=OLD, rd=1, sales=10), a_sheet(sales=1)):
        assert answer_of(rule, sheet, ANCHORS) is evaluate(rule, sheet, ANCHORS).answer


def test_scores_add_up_are_capped_and_open_where_a_part_is() -> None:
    rule = a_rule(
        scores=[
            {"name": "甲", "max": 10, "value": "分档(研发费用, ≥100元: 12, 其余: 0)"},
            {"name": "乙", "max": 8, "value": "7~8"},
            {"name": "丙一", "value": "分档(销售收入, ≥1元: 3, 其余: 1)", "part_of": "丙"},
            {"name": "丙", "max": 2},
        ],
        conditions=[{"id": "C", "test": "总分 >= 18"}, {"id": "D", "test": "丙 >= 2"}],
        needs=["C"],
        vetoes=["D"],
    )

    finding = evaluate(rule, a_sheet(rd=100), ANCHORS)

    assert finding.total == Interval(18, 20)
    assert [each.answer for each in finding.conditions] == [MET, UNKNOWN]
    assert finding.answer is UNKNOWN
    assert evaluate(rule, a_sheet(rd=100, sales=5), ANCHORS).answer is UNMET


def test_one_path_is_enough_and_a_veto_ends_it() -> None:
    rule = a_rule(
        conditions=[
            {"id": "A", "test": "规上企业"},
            {"id": "B", "test": "研发费用 >= 1元"},
            {"id": "C", "test": "销售收入 >= 1元"},
            {"id": "V", "test": "净利润 < 0元"},
        ],
        paths=[{"name": "一", "needs": ["B"]}, {"name": "二", "any": ["C"]}],
        vetoes=["V"],
    )

    assert evaluate(rule, a_sheet(above=True, sales=1, profit=0), ANCHORS).answer is MET
    assert evaluate(rule, a_sheet(above=True, sales=1), ANCHORS).answer is UNKNOWN
    assert evaluate(rule, a_sheet(above=True, sales=1, profit=-1), ANCHORS).answer is UNMET
    assert evaluate(rule, a_sheet(above=True, sales=0, rd=0, profit=0), ANCHORS).answer is UNMET


def test_intervals_follow_the_rules_of_arithmetic() -> None:
    assert multiply(Interval(-2, 3), Interval(-5, 4)) == Interval(-15, 12)
    assert multiply(point(0), ANYTHING) == point(0)
    assert multiply(Interval(0, INFINITY), Interval(-1, 2)) == ANYTHING
    assert divide(Interval(1, 2), Interval(2, 4)) == Interval(point(1).low / 4, 1)
    assert divide(point(1), Interval(0, 1)) == ANYTHING
    assert root(point(1331), 3) == point(11)
    low, high = root(point(2), 2)
    assert low**2 < 2 < high**2
