from decimal import Decimal

import pytest

from app.rules import LanguageError, Type, check, parse, render
from app.rules.language import All, Compare, Number
from tests.rules.sample import VOCABULARY

READABLE = [
    "科技人员 / 职工总数 >= 10%",
    "合计(研发费用, 近3年) / 合计(销售收入, 近3年) >= 分档(销售收入, ≤5000万元: 5%, ≤2亿元: 4%, 其余: 3%)",
    "申报日 - 成立日期 >= 365天",
    "数量(知识产权, 类别 = Ⅰ类, 有效, 近3年) >= 1",
    "首次(高新技术企业) 且 有效(高新技术企业, 申报日)",
    "至少(2, 规上企业, 设辅助账, 非 规上企业)",
    "(规上企业 或 设辅助账) 且 非 (规上企业 且 设辅助账)",
    "往年(研发费用, 2) - (研发费用 - 当年(研发费用)) > 0",
    "分段累计(研发费用, ≤1000万元: 3.5%, 其余: 1.75%) > 0",
    "所属领域 属于 (新材料, “其他 类”)",
    "所在园区 = “乌鲁木齐”",
    "存疑(0~1, “n<1 时文本未规定”) > 0",
    "总额(股权融资, 金额, 近3年, 金额 >= 500万元) >= 0.5亿元",
    "有(知识产权, 有效(2024-03-31), 上年及当年, 种类 不属于 (实用新型, 软件著作权))",
    "每年(近2年, 增长率(销售收入) > 20%)",
    "最近(股权融资, 到账日期) >= 成立日期 + 6个月",
    "复合增长率(销售收入, 3年) > 平均增长率(研发费用, 3年)",
    "如果(满年(成立日期) >= 3年, 较大(研发费用, 0元), -研发费用) > 0",
    "人工核定(“由专家评定”) 或 已有(往年(研发费用, 2))",
]


@pytest.mark.parametrize("text", READABLE)
def test_what_is_parsed_is_rendered_back_without_loss(text: str) -> None:
    expression = parse(text, VOCABULARY)

    assert render(expression) == text
    assert parse(render(expression), VOCABULARY) == expression
    assert check(expression, VOCABULARY) == Type("test")


def test_full_width_signs_and_codes_mean_the_same() -> None:
    plain = parse("tech / staff >= 10% 且 合计(rd, 近3年) > 0", VOCABULARY)
    wide = parse("科技人员／职工总数≥１０％且合计（研发费用，近3年）＞０", VOCABULARY)

    assert plain == wide


def test_and_binds_closer_than_or_and_brackets_are_kept() -> None:
    loose = parse("规上企业 或 设辅助账 且 非 规上企业", VOCABULARY)
    nested = parse("规上企业 且 (设辅助账 且 规上企业)", VOCABULARY)

    assert render(loose) == "规上企业 或 设辅助账 且 非 规上企业"
    assert isinstance(nested, All)
    assert isinstance(nested.parts[1], All)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5000万元", "50000000"),
        ("2亿元", "200000000"),
        ("0.5%", "0.005"),
        ("5‰", "0.005"),
        ("500人", "500"),
        ("3个百分点", "0.03"),
    ],
)
def test_a_number_is_worth_its_scale_and_unit(text: str, value: str) -> None:
    number = parse(text, VOCABULARY)

    assert isinstance(number, Number)
    assert number.value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "position", "meant"),
    [
        ("职工总 >= 5人", 0, "职工总数"),
        ("职工总数且规上企业", 0, "职工总数 且 规上企业"),
        ("非规上企业", 0, "非 规上企业"),
        ("有效(高新企业)", 3, "高新技术企业"),
        ("知识产权 > 1", 0, "数量(知识产权)"),
        ("高新技术企业", 0, "有效(高新技术企业)"),
        ("数量(知识产权, 类 = Ⅰ类) > 1", 9, "类别"),
        ("所属领域 = 新材", 7, "新材料"),
        ("市场占有率 >= 30", 9, "30%"),
        ("合计(研发费用, 3) > 1元", 9, "近3年"),
    ],
)
def test_a_refusal_says_where_and_what_was_probably_meant(text: str, position: int, meant: str) -> None:
    with pytest.raises(LanguageError) as refused:
        check(parse(text, VOCABULARY), VOCABULARY)

    assert refused.value.position == position
    assert refused.value.suggestion == meant
    assert meant in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("科技人员 >= 500万元", "人"),
        ("研发费用 > 100", "请写明元或万元"),
        ("规上企业 >= 1", "是或否"),
        ("科技人员 >= 5项", "项"),
        ("职工总数 + 销售收入 > 1元", "不能相加减"),
        ("销售收入 * 研发费用 > 1元", "相乘"),
        ("成立日期 > 3年", "不能比较"),
        ("所属领域 > “新材料”", "比大小"),
        ("销售收入 且 规上企业", "需要一个条件"),
        ("往年(规上企业, 2)", "不分年度"),
        ("合计(市场占有率, 近3年) > 1%", "不分年度"),
        ("分段累计(研发费用, ≤2万元: 1%, ≤1万元: 2%, 其余: 0) > 0", "从小到大"),
        ("分档(研发费用, ≤2万元: 1%, 其余: 1元) > 0", "同类"),
        ("总额(知识产权, 种类) > 1", "不能求总额"),
        ("数量(知识产权, 种类 > 发明专利) > 1", "比大小"),
    ],
)
def test_units_and_kinds_are_never_mixed(text: str, words: str) -> None:
    with pytest.raises(LanguageError, match=words):
        check(parse(text, VOCABULARY), VOCABULARY)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "空的"),
        ("1 +", "没有写完"),
        ("(规上企业", "左括号"),
        ("规上企业)", "右括号"),
        ("“规上", "引号"),
        ("5% <= 市场占有率 <= 9%", "且"),
        ("科技 人员 > 1人", "空格"),
        ("往年(研发费用, 0) > 0", "当年"),
        ("至少(3, 规上企业, 设辅助账)", "个数"),
        ("分档(研发费用, ≤5元: 1)", "应写成"),
        ("分档(研发费用, ≤5元: 1, 6)", "其余"),
        ("8~7", "从小写到大"),
        ("2023-02-30", "没有"),
    ],
)
def test_a_slip_is_explained(text: str, words: str) -> None:
    with pytest.raises(LanguageError, match=words):
        parse(text, VOCABULARY)


def test_a_test_is_asked_for_where_a_condition_stands() -> None:
    with pytest.raises(LanguageError, match="需要一个条件"):
        check(parse("研发费用", VOCABULARY), VOCABULARY)


def test_an_amount_must_be_money() -> None:
    assert check(parse("研发费用 * 2%", VOCABULARY), VOCABULARY, "money").kind == "money"
    assert check(parse("数量(知识产权) * 5000元", VOCABULARY), VOCABULARY, "money").kind == "money"
    with pytest.raises(LanguageError, match="金额"):
        check(parse("研发费用 / 销售收入", VOCABULARY), VOCABULARY, "money")


def test_names_of_terms_are_known_to_parse_and_check() -> None:
    expression = parse("占比 >= 10%", VOCABULARY, names={"占比": Type("ratio", "%")})

    assert isinstance(expression, Compare)
    assert check(expression, VOCABULARY, names={"占比": Type("ratio", "%")}) == Type("test")
