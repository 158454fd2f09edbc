from datetime import date
from decimal import Decimal

import pytest

from app.facts.vocabulary import vocabulary
from app.policytext.incentives.draft import DraftRule, draft_rule
from app.policytext.incentives.incentive import AmountKind, AwardAmount, Incentive, TermKind
from app.policytext.reading import read_policy
from app.policytext.text.files import read_text
from app.rules import load_rule

K = AmountKind
TEN_THOUSAND = Decimal(10_000)


def found(text: str) -> tuple[Incentive, ...]:
    return read_policy(read_text(f"一、支持政策\n{text}")).incentives


def only(text: str) -> Incentive:
    (incentive,) = found(text)
    return incentive


def drafted(text: str) -> DraftRule:
    return draft_rule(found(text)[-1], vocabulary(), code="draft", starts=date(2026, 1, 1))


def judged_by(draft: DraftRule) -> list[str]:
    return [condition["test"] for condition in draft.data["versions"][0]["conditions"]]


def amount_of(draft: DraftRule) -> dict[str, object]:
    return dict(draft.data["versions"][0]["amount"])


@pytest.mark.parametrize("apart", [";", "。", "，"])
@pytest.mark.parametrize("ceiling", ["单个企业每年最高50万元", "每家企业补助最高不超过50万元", "年度上限为50万元"])
def test_a_ceiling_in_the_part_that_follows_is_the_ceiling_of_the_share(apart: str, ceiling: str) -> None:
    amount = only(f"对规上企业，按照研发费用的5%给予补助{apart}{ceiling}。").amount

    assert (amount.kind, amount.rate, amount.cap) == (K.PERCENT, Decimal("0.05"), 50 * TEN_THOUSAND)


def test_a_promise_of_its_own_is_no_ceiling_of_the_one_before() -> None:
    text = "对规上企业，按照研发费用的5%给予补助；对成功上市的企业给予最高500万元奖励。"

    assert [each.amount.cap for each in found(text)] == [None, 500 * TEN_THOUSAND]


@pytest.mark.parametrize(
    ("text", "kind", "value", "rate", "cap"),
    [
        ("对首次认定的高新技术企业，给予一次性奖励20万元。", K.FIXED, 20, None, None),
        ("首次认定为高新技术企业的，奖励15万元。", K.FIXED, 15, None, None),
        ("首次认定高新技术企业奖30万元。", K.FIXED, 30, None, None),
        ("新入库科技型中小企业每家给2万元。", K.FIXED, 2, None, None),
        ("对规上企业，按照研发费用的5%给予补助，最高不超过100万元。", K.PERCENT, None, "0.05", 100),
        ("对技术转移机构按促成交易额的1‰给予补助。", K.PERCENT, None, "0.001", None),
        ("对获得省级奖励的企业，按省级奖励资金的50%给予配套，最高50万元。", K.MATCHING, None, "0.5", 50),
        ("对承担国家项目的企业，按照上级补助资金1:1给予配套。", K.MATCHING, None, "1", None),
        ("对成功上市的企业给予最高500万元奖励。", K.CEILING, None, None, 500),
        ("对首次认定的高新技术企业按照相关政策给予奖励。", K.UNSPECIFIED, None, None, None),
        ("对整体迁入的企业，参照首次认定标准执行。", K.REFERENCE, None, None, None),
    ],
)
def test_an_amount_is_read_as_far_as_the_plan_goes(
    text: str, kind: AmountKind, value: int | None, rate: str | None, cap: int | None
) -> None:
    amount = only(text).amount

    assert amount.kind is kind
    assert amount.value == (value * TEN_THOUSAND if value else None)
    assert amount.rate == (Decimal(rate) if rate else None)
    assert amount.cap == (cap * TEN_THOUSAND if cap else None)


def test_tiers_take_their_names_from_the_list_before_them() -> None:
    amount = only("对新获批的国家级、省级、市级重点实验室，分别给予200万元、80万元、30万元奖励。").amount

    assert [(tier.words, int(tier.value)) for tier in amount.tiers] == [
        ("国家级", 2_000_000),
        ("省级", 800_000),
        ("市级", 300_000),
    ]


def test_sums_before_the_promise_are_conditions() -> None:
    incentive = only("对年营业收入达到2000万元的企业，奖励5万元。")

    assert incentive.amount == AwardAmount(K.FIXED, value=5 * TEN_THOUSAND)
    assert incentive.conditions == ("年营业收入达到2000万元的企业",)


def test_each_promise_of_a_sentence_is_read_apart() -> None:
    three = found("对首次认定的高企奖励20万元，对重新认定的奖励10万元；对整体迁入的高企奖励30万元。")

    assert [int(each.amount.value or 0) for each in three] == [200_000, 100_000, 300_000]


@pytest.mark.parametrize(
    ("text", "beneficiary"),
    [
        ("按服务成效给予服务机构奖励10万元。", "服务机构"),
        ("对有突出贡献的科技人员给予奖励。", "有突出贡献的科技人员"),
        ("首次认定为高新技术企业的，奖励15万元。", "企业"),
    ],
)
def test_the_beneficiary_is_named_or_a_firm(text: str, beneficiary: str) -> None:
    assert only(text).beneficiary == beneficiary


def test_one_time_and_case_by_case_are_told() -> None:
    once = only("对首次认定的高企给予一次性奖励5万元。")
    case = only("对重大项目采取“一事一议”方式给予支持。")

    assert (once.one_time, once.case_by_case) == (True, False)
    assert (case.one_time, case.case_by_case) == (False, True)


def test_a_list_of_exclusions_gives_one_term_for_each_item() -> None:
    text = "对新认定的高企奖励5万元。\n二、有下列情形之一的，不予支持：\n(一)弄虚作假的；\n(二)发生重大事故的。"

    assert [(term.path, term.words) for term in only(text).terms] == [
        ("二/(一)", "弄虚作假的"),
        ("二/(二)", "发生重大事故的"),
    ]


def test_a_unit_price_is_no_fixed_sum() -> None:
    amount = only("服务机构每成功服务一家企业通过认定，给予1万元补助。").amount

    assert (amount.value, amount.per) == (TEN_THOUSAND, "每成功服务一家")


def test_terms_of_the_whole_document_hold_for_every_promise() -> None:
    text = "对新认定的高企奖励5万元。\n二、附则\n失信企业不予支持。同一事项就高不重复。获得支持的企业五年内不得迁出。"

    assert [term.kind for term in only(text).terms] == [TermKind.EXCLUSION, TermKind.STACKING, TermKind.OBLIGATION]


@pytest.mark.parametrize(
    "text",
    [
        "建立健全科技奖励制度，完善补助政策。",
        "积极争取上级补助资金，落实研发费用加计扣除政策。",
        "区财政设立5000万元专项资金，用于兑现奖励。",
        "截至去年底，累计发放奖补资金2000万元。",
        "对完成较好的单位，年终考核给予加分。",
    ],
)
def test_what_promises_no_money_is_no_incentive(text: str) -> None:
    assert found(text) == ()


def test_a_plain_promise_becomes_a_rule_without_questions() -> None:
    draft = drafted("对首次通过认定的高新技术企业，给予一次性奖励20万元。")

    assert judged_by(draft) == ["首次(高新技术企业) 且 有效(高新技术企业)"]
    assert amount_of(draft) == {"value": "20万元"}
    assert draft.questions == ()


def test_a_rate_becomes_an_expression_and_the_meaning_of_its_base_a_question() -> None:
    draft = drafted("对年度研发费用达到500万元以上的规上企业，按照研发费用的5%给予补助，最高不超过100万元。")

    assert judged_by(draft) == ["规上企业", "加计扣除口径研发费用 >= 500万元"]
    assert amount_of(draft) == {"value": "加计扣除口径研发费用 * 5%", "cap": "100万元"}
    assert any("口径" in question for question in draft.questions)


def test_an_open_amount_is_a_hole_that_names_what_it_waits_for() -> None:
    draft = drafted("对再次认定的高新技术企业，按照《市级奖补办法》给予奖励。")

    assert amount_of(draft) == {"hole": {"reason": "原文没有写金额", "waits_for": "《市级奖补办法》"}}


def test_a_condition_no_test_can_say_is_left_to_a_person() -> None:
    draft = drafted("对举办大型赛事的企业奖励5万元。")

    assert judged_by(draft) == ["人工核定(“举办大型赛事的企业”)"]
    assert draft.questions


def test_what_a_test_does_not_cover_of_a_condition_is_asked() -> None:
    draft = drafted("对主导制定国际标准的高新技术企业奖励5万元。")

    assert any("主导制定国际标准" in question for question in draft.questions)


@pytest.mark.parametrize(
    ("limit", "test"),
    [
        ("2000万元以下", "营业收入 <= 2000万元"),
        ("达到2000万元", "营业收入 >= 2000万元"),
        ("超过2000万元", "营业收入 > 2000万元"),
        ("不超过2000万元", "营业收入 <= 2000万元"),
        ("不低于2000万元", "营业收入 >= 2000万元"),
        ("低于2000万元", "营业收入 < 2000万元"),
    ],
)
def test_a_limit_keeps_its_side(limit: str, test: str) -> None:
    assert judged_by(drafted(f"对年营业收入{limit}的企业奖励5万元。")) == [test]


def test_a_share_leans_on_the_spending_named_before_it() -> None:
    draft = drafted("对上年度研发费用不低于80万元且占销售收入比例达到4%以上的企业，按研发费用的5%给予补助。")

    assert set(judged_by(draft)) == {"加计扣除口径研发费用 >= 80万元", "加计扣除口径研发费用 / 销售收入 >= 4%"}
    assert not any("没有写进测试" in question for question in draft.questions)


def test_alternatives_are_joined_by_or_and_asked_about() -> None:
    draft = drafted("对获得高新技术企业认定、科技型中小企业入库的企业，奖励5万元。")

    assert judged_by(draft) == ["(有效(科技型中小企业)) 或 (有效(高新技术企业))"]
    assert any("任一" in question for question in draft.questions)


def test_a_promise_that_leans_on_the_one_before_says_so() -> None:
    draft = drafted("对首次认定的高新技术企业奖励20万元，对重新认定的奖励10万元。")

    assert judged_by(draft) == ["再次(高新技术企业) 且 有效(高新技术企业)"]
    assert any("承前" in question for question in draft.questions)


def test_the_judged_by_a_firm_do_not_judge_an_agency() -> None:
    draft = drafted("服务机构每辅导1家企业首次通过高新技术企业认定，奖励1万元。")

    assert all(test.startswith("人工核定") for test in judged_by(draft))
    assert draft.data["beneficiary"] == "服务机构"


def test_every_draft_is_a_rule_the_engine_accepts() -> None:
    text = (
        "对“专精特新”中小企业、“小巨人”企业，分别给予30万元、50万元奖励。企业研发费用较上年增长10%以上的，按增量的8%给予补助。"
        "对“\ufffd<>:｛｝(”企业奖励5万元；对乱七八糟)))企业给予奖励，最高0.5万元；对引进的团队按\\的3%给予补助；"
        "对租用厂房的企业每平方米补助5元。对上市企业分三年给予奖励。"
    )

    drafts = [draft_rule(each, vocabulary(), code="draft", starts=date(2026, 1, 1)) for each in found(text)]

    assert len(drafts) >= 6
    for draft in drafts:
        load_rule(draft.data, vocabulary())


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        (
            "对设备改造项目，按实际投资的5%—20%给予奖励。",
            {"hole": {"reason": "按“实际投资”的5%至20%计，原文没有写怎样在这之间确定", "waits_for": "未指明"}},
        ),
        ("对引进的科技企业，视前景给予10万元至100万元资金支持。", {"discretionary": True, "cap": "100万元"}),
        (
            "对新建种苗基地的企业，给予300元/亩奖励。",
            {"hole": {"reason": "每亩300元，须按数量计算", "waits_for": "未指明"}},
        ),
        ("对新纳统的规上企业，给予15万元奖励（第一年10万元，第二年5万元）。", {"value": "15万元"}),
        (
            "对规上企业，按研发费用的10%给予补助。",
            {"value": "加计扣除口径研发费用 * 10%"},
        ),
        (
            "对二次开发项目，按研发费用的10%给予补助。",
            {"hole": {"reason": "按“研发费用”的10%计，没有对应的数据项", "waits_for": "未指明"}},
        ),
    ],
)
def test_a_draft_pays_only_what_the_plan_fixes(text: str, amount: dict[str, object]) -> None:
    assert amount_of(drafted(text)) == amount


@pytest.mark.parametrize(
    "text",
    [
        "经审核批准后，2年内予以兑现奖励。",
        "奖励资金分三个阶段，分别按应奖励额的30%、30%和40%对企业进行奖励。",
        "符合条件的，优先推荐授予五一劳动奖章及突出贡献奖励。",
    ],
)
def test_how_money_is_handed_over_is_no_promise_of_its_own(text: str) -> None:
    assert found(text) == ()


def test_sums_that_say_for_whom_a_share_is_paid_are_not_paid() -> None:
    text = "对总部企业，营业收入1000万元以上至5000万元、5000万元以上的，分别按地方财政贡献的70%、80%给予奖励。"

    assert [tier.value for tier in only(text).amount.tiers] == [Decimal("0.7"), Decimal("0.8")]


def test_whoever_only_seeks_a_title_is_not_tested_for_having_it() -> None:
    assert judged_by(drafted("对提交高新技术企业认定材料的企业，给予2万元补助。")) == [
        "人工核定(“提交高新技术企业认定材料的企业”)"
    ]


def test_passing_the_review_is_being_recognised_again() -> None:
    assert judged_by(drafted("通过高新技术企业复审的，给予5万元奖励。")) == ["再次(高新技术企业) 且 有效(高新技术企业)"]
