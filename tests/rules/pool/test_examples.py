from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.rules import FactSheet, Vouch, load_rule
from app.rules.vocabulary import Vocabulary
from tests.rules.pool.compared import differences, judged
from tests.rules.sample import ANCHORS, FACTS, RECORDS, TITLES, TODAY, VOCABULARY, a_rule, a_sheet, known, record, vouch

CODE = {"code": "sample", "name": "样例", "kind": "standard"}


def agree(
    test: str, *sheets: FactSheet, one_by_one: int = 0, vocabulary: Vocabulary = VOCABULARY, **version: Any
) -> None:
    """The pool of these firms is judged as each alone, so many of them one by one."""
    pool = dict(enumerate(sheets))
    rule = a_rule(test, **version)

    result = judged([rule], pool, ANCHORS, vocabulary)

    assert list(differences(result, [rule], pool, ANCHORS)) == []
    assert result.one_by_one() == one_by_one


def around(name: str, *values: object, **more: Any) -> list[FactSheet]:
    return [a_sheet(**{name: value}, **more) for value in values] + [a_sheet(**more)]


@pytest.mark.parametrize("operator", [">=", ">", "<=", "<", "=", "!="])
def test_values_on_a_threshold_are_decided_in_columns(operator: str) -> None:
    agree(f"研发费用 {operator} 5万元", *around("rd", Decimal("49999.99"), 50_000, Decimal("50000.01")))
    agree(f"职工总数 {operator} 2.5", *around("staff", 2, 3))
    agree(f"科技人员 / 职工总数 {operator} 10%", *around("tech", 4, 5, 6, staff=50), *around("staff", 0, 50, tech=0))
    agree(f"市场占有率 {operator} 33.3333%", *around("share", Decimal("0.333333"), Decimal("0.333334")))
    agree(f"研发费用 / 3 {operator} 净利润", *around("rd", 3, 4, Decimal("3.01"), profit=1))
    agree(f"净利润 {operator} -净利润", *around("profit", -1, 0, 1))
    agree(f"增长率(研发费用) {operator} 15%", *around("rd", 115, Decimal("115.01"), Decimal("114.99"), rd_2024=100))


def test_a_figure_may_be_on_both_sides_and_twice_on_one() -> None:
    for test in ("研发费用 + 研发费用 >= 净利润", "净利润 >= 研发费用 + 研发费用", "研发费用 - 研发费用 < 净利润"):
        agree(test, *around("rd", 1, 2, 3, profit=4), *around("profit", 1, 4, 9, rd=3))


def test_floats_too_close_to_a_threshold_are_judged_one_by_one() -> None:
    exact = {"rd_2023": 100, "rd_2024": 110}

    agree("平均增长率(研发费用, 3年) >= 10%", *around("rd", 121, **exact), one_by_one=1)
    agree("平均增长率(研发费用, 3年) >= 10%", *around("rd", 120, 122, **exact))
    agree("研发费用 / (平均增长率(研发费用, 3年) - 10%) > 0元", *around("rd", 121, 122, **exact), one_by_one=1)
    agree("复合增长率(研发费用, 3年) = 10%", *around("rd", 121, **exact), one_by_one=1)
    agree(
        "规上企业",
        a_sheet(above=True, rd=Decimal("0.04"), profit=3),
        amount={"value": "研发费用 * (净利润 / 净利润) / 8"},
        one_by_one=1,
    )


@pytest.mark.parametrize(
    "value",
    [Decimal("0.001"), Decimal(10) ** 14, Decimal("0.12345678"), Decimal(10) ** 30, Decimal(-5), Decimal("NaN")],
)
def test_values_outside_the_scheme_are_judged_one_by_one(value: Decimal) -> None:
    sheet = FactSheet([replace(known(rd=1)[0], value=value)])

    agree("研发费用 >= 0元", sheet, a_sheet(rd=1), one_by_one=0 if value.is_nan() else 1)


def test_values_of_another_type_count_as_unknown() -> None:
    fact = known(rd=1)[0]

    agree(
        "研发费用 >= 0元 或 已有(研发费用)", *(FactSheet([replace(fact, value=each)]) for each in (True, TODAY, "五"))
    )


def test_words_nobody_declared_are_still_words() -> None:
    for test in ("所属领域 属于 (新材料)", "所属领域 != 电子信息", "所在园区 = “甲”", "所在园区 不属于 (“甲”, “乙”)"):
        agree(test, *around("field", "新材料", "电子信息", "纺织", place="甲"), *around("place", "乙", "丙"))
    agree("所属领域 属于 (新材料, 电子信息, “其他 类”)", a_sheet())


def test_days_long_gone_are_judged_one_by_one() -> None:
    agree("申报日 - 成立日期 >= 2年", *around("founded", date(3, 1, 1)), one_by_one=1)


@pytest.mark.parametrize("back", [0, 1, 364, 365, 366, 729, 730, 731, 1095, 1096])
def test_stretches_of_time_follow_the_calendar(back: int) -> None:
    founded = around("founded", TODAY - timedelta(back), date(2024, 2, 29), date(2025, 5, 31), date(2026, 6, 16))

    for operator in (">=", "<", "="):
        agree(f"申报日 - 成立日期 {operator} 2年", *founded)
        agree(f"申报日 - 成立日期 {operator} 365天", *founded)
        agree(f"满年(成立日期) {operator} 1 且 满月(成立日期) {operator} 12", *founded)
        agree(f"年份(申报日) - 年份(成立日期) {operator} 1", *founded)
        agree(f"成立日期 + 2年 {operator} 申报日 - 1个月", *founded)
        agree(f"合计(研发费用, 近3年) {operator} 3元", *(each.with_facts(*known(rd=1, rd_2024=1)) for each in founded))
    agree("每年(近3年, 研发费用 >= 1元) 或 任一年(近2年, 研发费用 >= 2元)", *founded)
    agree("满月(成立日期, 成立日期 + 3年) = 36 且 满年(成立日期, 2026-02-28) >= 2", *founded)


PATENT = record("ip", date(2024, 1, 1), sort="发明专利", owners=1, name="甲")
QUESTIONS = [
    "有(知识产权, 类别 = Ⅰ类)",
    "无(知识产权, 种类 = 实用新型, 有效)",
    "数量(知识产权, 权利人数 <= 1, 近3年) >= 2",
    "种数(知识产权, 名称, 有效) = 1",
    "数量(知识产权, 授权日期 >= 成立日期) < 2",
    "数量(知识产权, 有效(成立日期 + 1年)) >= 1",
    "最近(知识产权, 授权日期) >= 2024-01-01",
    "最近(知识产权, 名称) = “甲”",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_records_are_counted_alike(question: str) -> None:
    others = [
        record("ip", date(2024, 1, 1), sort="实用新型", owners=2, name="乙"),
        record("ip", None, sort="发明专利", name="甲"),
        record("ip", date(2020, 5, 1), date(2025, 1, 1), owners=1),
        record("ip", TODAY + timedelta(1), sort="发明专利"),
        record("ip", date(2023, 6, 15), **{"class": "Ⅰ类"}, sort="软件著作权"),
    ]
    pool = [
        a_sheet(found, vouches, **founded)
        for found in ([], [PATENT], others, [PATENT, *others], [others[0]], [others[1], others[4]])
        for vouches in ([], [vouch("ip")])
        for founded in ({}, {"founded": date(2023, 6, 1)})
    ]

    agree(question, *pool, one_by_one=len(pool) if "名称) =" in question else 0)


@pytest.mark.parametrize("how", ["有效", "曾有", "首次", "再次", "到期日", "认定日"])
def test_titles_are_read_alike(how: str) -> None:
    test = f"{how}(高新技术企业)" + (" >= 2026-06-15" if how.endswith("日") else "")
    spans: list[Any] = [
        record("titles", date(2023, 6, 15), kind="hnte"),
        record("titles", date(2023, 6, 16), kind="高新技术企业"),
        record("titles", date(2020, 6, 15), date(2026, 6, 15), kind="hnte"),
        record("titles", None, kind="hnte"),
        record("titles", date(2025, 1, 1), kind="tsme"),
        record("titles", date(2026, 1, 1), kind="tsme"),
        record("titles", date(2026, 1, 1)),
        record("titles", date(2024, 1, 1), kind="hnte", revoked_on=date(2026, 6, 15)),
        record("titles", date(2024, 1, 1), kind="hnte", revoked_on=date(2026, 6, 16)),
    ]
    pairs = [[one, two] for one in spans for two in spans if one is not two]
    pool = [a_sheet(each, by) for each in [[], *([one] for one in spans), *pairs] for by in ([], [vouch("titles")])]

    agree(test, *pool)
    agree(test.replace("高新技术企业", "科技型中小企业"), *pool)


@pytest.mark.parametrize("good_for", [0, 31])
def test_vouches_cover_alike(good_for: int) -> None:
    records = [{**each, "good_for": good_for} for each in RECORDS]
    vocabulary = Vocabulary.from_data(FACTS, records, TITLES)
    day, year = timedelta(1), timedelta(365)
    first, class_one, class_two = {"sort": "发明专利"}, {"class": "Ⅰ类"}, {"class": "Ⅱ类"}
    chains: list[list[Vouch]] = [
        [],
        [vouch("ip", until=TODAY - day)],
        [vouch("ip", until=TODAY - 32 * day)],
        [vouch("ip", since=TODAY - 4 * year)],
        [vouch("ip", since=TODAY - 4 * year, until=TODAY - year), vouch("ip", since=TODAY - year + day)],
        [vouch("ip", since=TODAY - 4 * year, until=TODAY - year), vouch("ip", since=TODAY - year + 2 * day)],
        [vouch("ip", since=TODAY - 4 * year), vouch("ip", until=TODAY - year)],
        [vouch("ip", scope=first), vouch("ip", scope={"sort": "实用新型"})],
        [vouch("ip", scope={"sort": word}) for word in ("发明专利", "实用新型", "软件著作权")],
        [vouch("ip", scope=class_one)],
        [vouch("ip", scope=class_one), vouch("ip", scope=class_two)],
    ]
    pool = [
        FactSheet(known(**founded), [PATENT], chain)
        for chain in chains
        for founded in ({}, {"founded": TODAY - 3 * year}, {"founded": TODAY - 4 * year})
    ]
    tests = ["无(知识产权, 种类 = 发明专利)", "数量(知识产权, 近3年) <= 1", "无(知识产权, 类别 属于 (Ⅱ类), 有效)"]
    tests += ["数量(知识产权, 种类 属于 (发明专利, 实用新型), 近1年) = 0", "数量(知识产权, 授权日期 >= 成立日期) = 1"]
    for test in tests:
        asked = dict(enumerate(pool))
        rule = load_rule(
            {**CODE, "versions": [{"from": "2020-01-01", "conditions": [{"id": "C", "test": test}]}]}, vocabulary
        )
        result = judged([rule], asked, ANCHORS, vocabulary)
        assert list(differences(result, [rule], asked, ANCHORS)) == [], test
        assert result.one_by_one() == 0


AMOUNTS: list[dict[str, Any]] = [
    {"value": "研发费用 * 0.5%"},
    {"value": "研发费用 * 33.33%", "cap": "1万元"},
    {"value": "分段累计(研发费用, ≤1万元: 3.5%, ≤3万元: 2%, 其余: 1.75%)", "floor": "300元"},
    {"value": "研发费用 / 3", "floor": "净利润"},
    {"value": "10万元", "discretionary": True},
    {"cap": "10万元", "discretionary": True},
    {"value": "如果(设辅助账, 20万元, 研发费用)"},
    {"value": "分档(研发费用, ≤1万元: 1万元, 其余: 2万元)"},
    {"value": "20万元~30万元"},
    {"value": "研发费用 - 净利润"},
    {"hole": {"reason": "待定", "waits_for": "文件"}},
]


@pytest.mark.parametrize("amount", AMOUNTS)
def test_amounts_are_equal_to_the_cent(amount: dict[str, Any]) -> None:
    values = (Decimal("0.01"), Decimal("0.99"), Decimal("9999.99"), 1, 3, 10_000, 10_001, 30_000, 40_000)
    known_base = [a_sheet(above=True, rd=value, profit=100, accounts=True) for value in values]

    agree("规上企业", *known_base, a_sheet(), a_sheet(above=True), a_sheet(above=False, rd=3), amount=amount)


def test_a_rule_out_of_force_answers_nothing() -> None:
    agree("规上企业", a_sheet(above=True), until="2021-01-01")


def test_a_test_beyond_the_step_budget_is_left_to_the_one_firm_evaluator() -> None:
    long = " 或 ".join(f"合计(研发费用, 近{50 + each}年) >= {each + 1}元" for each in range(45))

    agree(long, a_sheet(rd=1), a_sheet(), one_by_one=2)
