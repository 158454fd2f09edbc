from decimal import Decimal

import pytest

from app.policytext.reading import Reading, read_policy
from app.policytext.targets.target import Baseline, Comparator, Target, TargetKind
from app.policytext.text.files import read_text


def read(text: str) -> Reading:
    return read_policy(read_text(text))


def goals(sentence: str) -> tuple[Target, ...]:
    return read(f"某区行动方案(2026—2028年)\n一、主要目标\n{sentence}").targets


def tasks(sentence: str) -> tuple[Target, ...]:
    return read(f"某区行动方案(2026—2028年)\n一、重点任务\n{sentence}").targets


def said(target: Target) -> tuple[str, int | None, str, str]:
    value = f"{target.low.normalize():f}" + (f"~{target.high.normalize():f}" if target.high != target.low else "")
    return target.indicator, target.year, target.comparator.value + value, target.unit


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("到2028年，全区高企达到60家以上。", ("高企", 2028, ">=60", "家")),
        ("到2028年，研发投入强度突破2.5%。", ("研发投入强度", 2028, ">2.5", "%")),
        ("到2028年，培育3—5家领军企业。", ("领军企业", 2028, "range3~5", "家")),
        ("到2028年，平台总量不少于二十五个。", ("平台", 2028, ">=25", "个")),
        ("到2028年，技术合同成交额达到1,200万元左右。", ("技术合同成交额", 2028, "~1200", "万元")),
        ("到“十五五”末，高企占比达到百分之五。", ("高企占比", 2030, "=5", "%")),
        ("三年内新增孵化器４家。", ("孵化器", 2028, "=4", "家")),
        ("到2028年，研发机构由12家增加到30家。", ("研发机构", 2028, "=30", "家")),
    ],
)
def test_a_goal_is_read_with_indicator_year_comparator_and_unit(
    sentence: str, expected: tuple[str, int, str, str]
) -> None:
    assert [said(target) for target in goals(sentence)] == [expected]


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("到2028年，高企达到60家。", TargetKind.STOCK),
        ("2026年，高企新增8家。", TargetKind.INCREMENT),
        ("2026年，研发经费增长5%。", TargetKind.GROWTH),
        ("研发经费年均增长12%以上。", TargetKind.AVERAGE_GROWTH),
        ("到2028年，新产品收入占营业收入的比重达到30%。", TargetKind.SHARE),
        ("到2028年，高企数量较2025年翻一番。", TargetKind.MULTIPLE),
    ],
)
def test_the_kind_of_a_figure_is_told(sentence: str, kind: TargetKind) -> None:
    assert [target.kind for target in goals(sentence)] == [kind]


def test_a_multiple_and_a_rise_name_their_baseline() -> None:
    double, rise = goals("到2028年，高企数量较2025年翻一番，平台由2025年的12家增加到30家。")

    assert double.baseline == Baseline(2025, None, "较2025年")
    assert rise.baseline == Baseline(2025, Decimal(12), "由2025年的12家增加到")


def test_lists_share_what_they_share() -> None:
    each = goals("到2028年，建设市级以上孵化器、众创空间各5家；高企、科小分别达到60家、150家。")

    assert [said(target) for target in each] == [
        ("市级以上孵化器", 2028, "=5", "家"),
        ("市级以上众创空间", 2028, "=5", "家"),
        ("高企", 2028, "=60", "家"),
        ("科小", 2028, "=150", "家"),
    ]


def test_a_level_without_a_noun_takes_its_neighbours() -> None:
    each = goals("到2028年，全区省级孵化器达到15家、国家级3家；力争打造3个千亿级、5个百亿级产业集群。")

    assert [target.indicator for target in each] == ["省级孵化器", "国家级孵化器", "千亿级产业集群", "百亿级产业集群"]


def test_a_heading_that_names_a_thing_is_what_its_total_counts() -> None:
    (target,) = read("一、主要目标\n(一)高新技术企业：到2028年，总数达到500家。").targets

    assert said(target) == ("高新技术企业", 2028, "=500", "家")


def test_years_named_one_after_the_other_take_their_figures_in_turn() -> None:
    each = goals("2026年、2027年高企分别达到30家、45家以上。")

    assert [(target.year, int(target.low)) for target in each] == [(2026, 30), (2027, 45)]


def test_a_yearly_figure_has_no_year_of_its_own() -> None:
    (target,) = tasks("每年组织对接活动不少于4场次。")

    assert (target.every_year, target.year, target.comparator) == (True, None, Comparator.AT_LEAST)


def test_a_year_said_before_is_marked_as_implied() -> None:
    said_here, implied = goals("到2028年，高企达到60家。科技型中小企业达到150家。")

    assert (said_here.year, said_here.year_implied) == (2028, False)
    assert (implied.year, implied.year_implied) == (2028, True)


def test_a_figure_without_a_date_outside_the_goals_is_for_a_person_to_judge() -> None:
    (target,) = tasks("选派科技副总30名。")

    assert not target.certain


@pytest.mark.parametrize(
    "sentence",
    [
        "截至2025年底，全区有高企41家。",
        "对年营业收入5000万元以上的企业优先支持。",
        "区财政每年安排专项资金3000万元。",
        "对新认定的5家企业给予奖励。",
        "在10个工作日内完成审核。",
        "围绕三大产业、两个基地，落实“四个一批”。",
        "与深圳等20家示范区开展合作。",
        "设立规模5亿元的引导基金。",
        "力争实现三个突破。",
        "按照《2026年100家企业培育名单》执行。",
    ],
)
def test_what_binds_nobody_is_no_target(sentence: str) -> None:
    assert tasks(sentence) == ()


def test_a_list_of_criteria_holds_no_targets() -> None:
    assert read("一、入库\n企业应当具备下列条件：\n(一)拥有1项以上知识产权；\n(二)研发占比不低于2%。").targets == ()


def test_sections_about_the_past_hold_no_targets() -> None:
    assert read("一、发展基础\n高企达到41家，建成孵化器2家。\n二、任务\n稳步推进。").targets == ()


@pytest.mark.parametrize("line", ["{}\t{}\t{}\t{}\n", "| {} | {} | {} | {} |\n", "{} |\n{} |\n{} |\n{} |\n"])
def test_a_table_is_read_however_it_arrives(line: str) -> None:
    rows = [("指标", "单位", "2025年", "2028年"), ("高企", "家", "41", "≥60"), ("平台", "个", "3", "8")]

    targets = read("一、主要目标\n表1 指标\n" + "".join(line.format(*row) for row in rows)).targets

    assert [said(target) for target in targets] == [("高企", 2028, ">=60", "家"), ("平台", 2028, "=8", "个")]
    assert [target.baseline.value for target in targets if target.baseline] == [41, 3]
    assert {target.path for target in targets} == {"一/表1"}


def test_a_target_quotes_the_original() -> None:
    reading = read("一、目標\n到２０２８年，高新技術企業達到60家。")

    assert reading.original.quote(reading.targets[0].piece.span) == "高新技術企業達到60家"
