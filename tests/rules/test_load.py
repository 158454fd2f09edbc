from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.facts.vocabulary import vocabulary_of
from app.rules import Rule, RuleError, Vocabulary, VocabularyError, load_rule, parse, render
from app.rules.rule import Window
from tests.rules.sample import FACTS, RECORDS, TITLES, VOCABULARY, a_rule, fact_kind

SEEDS = Path(__file__).parents[2] / "seeds"


def refused(data: Any) -> str:
    with pytest.raises(RuleError) as caught:
        load_rule(data, VOCABULARY)
    return str(caught.value)


def version(**more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"from": "2020-01-01", "conditions": [{"id": "C1", "test": "规上企业"}]}
    return {"code": "x", "name": "甲", "kind": "standard", "versions": [base | more]}


def test_every_problem_is_named_with_rule_version_and_condition() -> None:
    problems = refused(
        version(
            conditions=[
                {"id": "C1", "test": "职工总 > 1人"},
                {"id": "C2", "test": "研发费用 > 5"},
                {"id": "C2", "test": "规上企业"},
            ]
        )
    )

    assert problems.count("\n") == 2
    assert "规则“甲” 2020-01-01 起的版本 条件[1]“C1”：test：第1个字处：没有“职工总”" in problems
    assert "是否指“职工总数”" in problems
    assert "“C2”：test" in problems
    assert "条件编号重复" in problems


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"needs": ["C9"]}, "“C9”不是这个版本的条件编号"),
        ({"vetoes": ["C9"]}, "vetoes 里的“C9”"),
        ({"paths": [{"name": "一"}]}, "needs 或 any"),
        ({"needs": []}, "没有用在"),
        ({"conditons": []}, "不认识的键“conditons”"),
        ({"until": "2019-01-01"}, "until 须晚于 from"),
        ({"from": "2020-02-30"}, "没有“2020-02-30”这一天"),
        ({"terms": [{"name": "研发费用", "value": "1"}]}, "请换一个"),
        ({"terms": [{"name": "甲", "value": "乙 + 1"}, {"name": "乙", "value": "1"}]}, "没有“乙”"),
        ({"scores": [{"name": "甲"}]}, "须有能读懂的 value"),
        ({"scores": [{"name": "甲", "value": "乙", "part_of": "乙"}, {"name": "乙"}]}, "没有“乙”"),
        ({"amount": {"value": "1元"}}, "只有奖补"),
        ({"window": {"opens": "13-01"}}, "没有“13-01”这一天"),
        ({"stacking": {"group": "甲", "mode": "年度封顶"}}, "须写明 cap"),
        ({"stacking": {"group": "甲", "mode": "随便"}}, "之一"),
        ({"obligations": [{"within": "5年"}]}, "缺少 what"),
        ({"conditions": "C1"}, "须写成列表"),
        ({"conditions": ["C1"]}, "键: 值"),
    ],
)
def test_a_slip_in_a_version_is_explained(more: dict[str, Any], words: str) -> None:
    assert words in refused(version(**more))


def test_amounts_are_checked() -> None:
    def amount(**more: Any) -> str:
        return refused(version(amount=more) | {"kind": "incentive"})

    assert "value 与 hole" in amount()
    assert "value 与 hole" in amount(value="1元", hole={"reason": "另定"})
    assert "金额" in amount(value="5%")
    assert "100%" in amount(value="1元", shares=[{"payer": "市", "part": "50%"}])


@pytest.mark.parametrize("data", [None, [], "规则", {}, {"versions": 1}, {"versions": [None]}])
def test_anything_but_a_rule_is_refused_with_reasons(data: Any) -> None:
    assert refused(data)


def test_versions_may_not_overlap() -> None:
    data = version()
    data["versions"].append({"from": "2022-01-01", "conditions": [{"id": "C1", "test": "规上企业"}]})

    assert "重叠" in refused(data)
    data["versions"][0]["until"] = "2022-01-01"
    rule = load_rule(data, VOCABULARY)
    assert rule.version_on(date(2021, 12, 31)) is rule.versions[0]
    assert rule.version_on(date(2022, 1, 1)) is rule.versions[1]
    assert rule.version_on(date(2019, 12, 31)) is None


def test_everything_not_in_a_path_or_a_veto_is_needed() -> None:
    rule = a_rule(
        conditions=[{"id": each, "test": "规上企业"} for each in "ABC"],
        paths=[{"name": "一", "any": ["B"]}],
        vetoes=["C"],
    )

    assert rule.versions[0].needs == ("A",)


def test_a_window_opens_every_year_or_once() -> None:
    yearly = Window((3, 1), (3, 31), "")
    winter = Window((12, 1), (1, 31), "")
    once = Window(date(2026, 6, 1), date(2026, 8, 31), "")

    assert yearly.on(date(2026, 3, 31)) == (date(2026, 3, 1), date(2026, 3, 31))
    assert yearly.on(date(2026, 4, 1)) == (date(2027, 3, 1), date(2027, 3, 31))
    assert winter.on(date(2026, 1, 15)) == (date(2025, 12, 1), date(2026, 1, 31))
    assert once.on(date(2026, 8, 31)) == (date(2026, 6, 1), date(2026, 8, 31))
    assert once.on(date(2026, 9, 1)) is None
    assert Window(None, None, "以通知为准").on(date(2026, 9, 1)) is None


def seeded() -> list[Rule]:
    """Every rule of the seeds, each in the words of those it judges."""
    rules = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SEEDS.glob("rules/*/*.yaml"))]
    return [load_rule(rule, vocabulary_of(rule)) for rule in rules]


def test_every_expression_of_the_rule_book_is_rendered_back_without_loss() -> None:
    rules = seeded()
    assert len(rules) > 80

    for rule in rules:
        for each in rule.versions:
            names = [*each.parameters, *each.terms, *each.scores, *each.totals]
            for expression in each.expressions():
                assert parse(render(expression), each.vocabulary, names=names) == expression


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("rd", "１２３．４万", "1234000"),
        ("rd", "1,234.5 万元", "12345000"),
        ("rd", "2亿", "200000000"),
        ("staff", "５００人", "500"),
        ("share", "12.5%", "0.125"),
        ("share", "0.5", "0.5"),
        ("share", "５‰", "0.005"),
    ],
)
def test_a_typed_in_number_is_read_as_people_write_it(kind: str, text: str, value: str) -> None:
    assert str(VOCABULARY.facts[kind].read(text).normalize()) == str(Decimal(value).normalize())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("rd", "很多", "不是数"),
        ("rd", "-1", "不能小于0元"),
        ("rd", "5人", "单位应当是“元”"),
        ("rd", "9" * 20, "太大"),
        ("staff", "1.5", "整数"),
        ("share", "60", "百分数请带上“%”"),
        ("above", "也许", "“是”或“否”"),
        ("founded", "2024年2月30日", "没有"),
        ("founded", "去年", "2024-03-01"),
        ("field", "农业", "新材料"),
        ("rd", "  ", "还没有填写"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_a_sentence(kind: str, text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        VOCABULARY.facts[kind].read(text)


def test_values_are_shown_with_their_unit() -> None:
    facts = VOCABULARY.facts

    assert facts["rd"].show(facts["rd"].read("1234.5万")) == "1234.5万元"
    assert facts["rd"].show(facts["rd"].read("300")) == "300元"
    assert facts["share"].show(facts["share"].read("12.5%")) == "12.5%"
    assert facts["staff"].show(facts["staff"].read("50")) == "50人"
    assert facts["above"].show(facts["above"].read("是")) == "是"
    assert facts["founded"].show(facts["founded"].read("20240301")) == "2024年3月1日"
    assert facts["field"].show(facts["field"].read("其他类")) == "其他 类"


def test_a_vocabulary_that_contradicts_itself_is_refused_with_everything_wrong() -> None:
    bad = [
        fact_kind("rd", "研发费用", "money"),
        fact_kind("rd", "研发 投入", "money"),
        fact_kind("x", "申报日", "date"),
        fact_kind("y", "选择", "choice"),
        fact_kind("z", "数", "money", bounds=[5, 1], unit="人", levr={}),
    ]

    with pytest.raises(VocabularyError) as caught:
        Vocabulary.from_data(bad, [], [])

    for words in (
        "代码“rd”重复",
        "不含空格",
        "另有用途",
        "须列出 choices",
        "下限大于上限",
        "只能是“元”",
        "不认识的键“levr”",
    ):
        assert words in str(caught.value)


def test_everything_is_found_by_code_and_by_label() -> None:
    vocabulary = Vocabulary.from_data(FACTS, RECORDS, TITLES)

    assert vocabulary.fact("rd") is vocabulary.fact("研发费用") is not None
    assert vocabulary.collection("ip") is vocabulary.collection("知识产权") is not None
    assert vocabulary.title("hnte") is vocabulary.title("高新技术企业") is not None
    assert vocabulary.collection("资质") is vocabulary.collection("titles") is not None
    assert vocabulary.fact("无") is None
