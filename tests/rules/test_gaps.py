from datetime import date
from decimal import Decimal

from app.rules import Answer, Gap, evaluate, find_gaps, say_gap
from tests.rules.moves import after
from tests.rules.sample import ANCHORS, a_rule, a_sheet, record, vouch

OLD = date(2010, 1, 1)


def gaps(test: str, sheet: object = None, **version: object) -> tuple[Gap, ...]:
    return find_gaps(a_rule(test, **version), sheet or a_sheet(), ANCHORS)  # type: ignore[arg-type]


def test_the_smallest_step_over_the_threshold_is_proposed_as_an_amount() -> None:
    (gap,) = gaps("研发费用 / 销售收入 >= 5%", a_sheet(rd=420_000, sales=10_000_000))

    assert (gap.kind, gap.lead_months, gap.verified) == ("change", 12, True)
    assert (gap.moves[0].change, gap.moves[0].after, gap.moves[0].year) == (Decimal(80_000), Decimal(500_000), 2025)
    assert say_gap(gap) == "2025年度研发费用增加8万元（由42万元到50万元）（约需12个月）"


def test_a_threshold_that_moves_with_sales_is_met_by_the_search_itself() -> None:
    tier = "研发费用 / 销售收入 >= 分档(销售收入, ≤5000万元: 5%, 其余: 3%)"

    found = gaps(tier, a_sheet(rd=2_000_000, sales=50_000_000))

    assert {gap.moves[0].code: gap.moves[0].after for gap in found} == {
        "rd": Decimal(2_500_000),
        "sales": Decimal(50_100_000),
    }


def test_what_has_no_lever_is_never_moved() -> None:
    assert gaps("净利润 >= 1元", a_sheet(profit=0)) == ()


def test_a_firm_too_young_is_told_the_day() -> None:
    (gap,) = gaps("申报日 - 成立日期 >= 365天", a_sheet(founded=date(2025, 7, 1)))

    assert (gap.kind, gap.on, gap.moves) == ("wait", date(2026, 7, 1), ())
    assert say_gap(gap) == "最早于2026年7月1日满足"


def test_two_levers_are_moved_together_where_one_is_not_enough() -> None:
    (gap,) = gaps("研发费用 >= 5万元 且 科技人员 >= 10人", a_sheet(rd=20_000, tech=8))

    assert [(move.code, move.change) for move in gap.moves] == [("rd", Decimal(30_000)), ("tech", Decimal(2))]
    assert gap.lead_months == 12


def test_scores_are_climbed_step_by_step() -> None:
    found = gaps(
        "",
        a_sheet(rd=30_000, tech=2),
        scores=[
            {"name": "甲", "value": "分档(研发费用, ≥10万元: 50, ≥5万元: 30, 其余: 0)"},
            {"name": "乙", "value": "分档(科技人员, ≥5人: 30, ≥3人: 10, 其余: 0)"},
        ],
        conditions=[{"id": "C", "test": "总分 >= 60"}],
    )

    assert {tuple((move.code, move.after) for move in gap.moves) for gap in found} == {
        (("rd", Decimal(50_000)), ("tech", Decimal(5))),
    }


def test_a_new_record_counts_as_a_measure() -> None:
    (gap, *_) = gaps(
        "数量(知识产权, 类别 = Ⅰ类, 有效) >= 2",
        a_sheet([record("ip", date(2024, 1, 1), sort="发明专利")], [vouch("ip")]),
    )

    assert (gap.kind, gap.moves[0].collection, gap.moves[0].change) == ("change", "ip", Decimal(1))
    assert dict(gap.moves[0].attributes) == {"sort": "发明专利"}


def test_a_flag_is_switched() -> None:
    (gap,) = gaps("设辅助账", a_sheet(accounts=False))

    assert say_gap(gap) == "设辅助账改为是（约需3个月）"


def test_an_unknown_figure_is_to_be_confirmed_at_the_threshold() -> None:
    (least,) = gaps("职工总数 >= 20人")
    (most,) = gaps("职工总数 <= 500人")
    (flag,) = gaps("规上企业")

    assert say_gap(least) == "确认2025年度职工总数至少20人"
    assert say_gap(most) == "确认2025年度职工总数至多500人"
    assert say_gap(flag) == "确认规上企业为是"
    assert {least.kind, most.kind, flag.kind} == {"supply"}


def test_an_open_collection_is_to_be_vouched_for() -> None:
    (gap,) = gaps("无(事故, 近365天)")

    assert say_gap(gap) == "确认事故除台账所列外没有其他"


def test_a_move_is_proposed_together_with_what_has_to_be_confirmed() -> None:
    (gap,) = gaps("研发费用 >= 5万元 且 无(事故)", a_sheet(rd=40_000))

    assert [(move.code, move.confirm) for move in gap.moves] == [("rd", False), ("incident", True)]
    changed, anchors = after(a_sheet(rd=40_000), ANCHORS, gap)
    assert evaluate(a_rule("研发费用 >= 5万元 且 无(事故)"), changed, anchors).answer.code == "met"


def test_sooner_comes_first_and_no_more_than_asked_for() -> None:
    found = gaps("设辅助账 或 科技人员 >= 5人 或 研发费用 >= 5万元", a_sheet(accounts=False, tech=1, rd=0))

    assert [gap.lead_months for gap in found] == [3, 6, 12]
    rule = a_rule("设辅助账 或 科技人员 >= 5人")
    assert len(find_gaps(rule, a_sheet(accounts=False, tech=1), ANCHORS, limit=1)) == 1


def test_where_only_a_person_can_judge_there_is_nothing_to_propose() -> None:
    assert gaps("人工核定(“由专家评定”)") == ()


def test_what_can_be_done_is_proposed_although_a_person_must_judge_the_rest() -> None:
    conditions = [{"id": "A", "test": "研发费用 >= 5万元"}, {"id": "B", "test": "69~71 > 70"}]

    (gap,) = gaps("", a_sheet(rd=40_000), conditions=conditions)

    assert gap.open == ("B",)
    assert say_gap(gap) == "2025年度研发费用增加1万元（由4万元到5万元）；另须评审核定B（约需12个月）"


def test_two_unknown_figures_share_the_room_a_limit_leaves_them() -> None:
    rule = a_rule("非 合计(研发费用, 近2年) >= 2万元")

    (gap,) = find_gaps(rule, a_sheet(), ANCHORS)

    assert [(move.relation, move.after) for move in gap.moves] == [("down", Decimal(0)), ("down", Decimal(10_000))]
    assert evaluate(rule, after(a_sheet(), ANCHORS, gap)[0], ANCHORS).answer is Answer.MET
