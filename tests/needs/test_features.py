"""Who could help with a need: every point has its sentence, and nothing that is not known speaks for anybody."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.needs.matching.features import Candidate, Wanted, is_spoken_of, months_in, suggest

ICE = Wanted("技术", "风机叶片冬季除冰时间过长，零下三十度", field="新能源与节能", region="达坂城区")
LOAN = Wanted("融资", "采购设备", form="信用贷款", term="24 个月", amount=Decimal(1_200_000), region="达坂城区")


def expert(number: int = 1, **details: str) -> Candidate:
    return Candidate(number, "expert", f"专家{number}", details)


def product(**details: str) -> Candidate:
    return Candidate(1, "bank", "贷款", details)


def test_every_point_for_an_expert_is_explained() -> None:
    found = suggest(ICE, [expert(words="叶片除冰、复合材料", field="新能源与节能", region="乌鲁木齐")])[0]

    assert found.score == 20 + 20
    assert found.reasons == ("关键词相同：叶片除冰", "技术领域同为新能源与节能")
    assert found.lacks == ("不在本区（乌鲁木齐）",)


def test_being_near_and_having_succeeded_are_no_reason_by_themselves() -> None:
    near = Candidate(1, "expert", "邻居", {"words": "驼乳", "region": "达坂城区"}, successes=9)

    assert suggest(ICE, [near]) == []


@pytest.mark.parametrize(
    ("details", "sentence", "fits"),
    [
        ({"low": "50 万元", "high": "500 万元"}, "额度合适：50.00 万元～500.00 万元", True),
        ({"high": "120 万元"}, "额度合适：不限～120.00 万元", True),
        ({"high": "100 万元"}, "额度最高 100.00 万元，还差 20.00 万元", False),
        ({"low": "200 万元"}, "额度最低 200.00 万元，需求只有 120.00 万元", False),
        ({}, "产品额度未填，不能比较", False),
    ],
)
def test_an_amount_is_compared_with_what_a_product_lends(details: dict[str, str], sentence: str, *, fits: bool) -> None:
    found = suggest(LOAN, [product(form="信用贷款", **details)])[0]

    assert sentence in (found.reasons if fits else found.lacks)


def test_a_term_that_is_too_short_is_said() -> None:
    found = suggest(LOAN, [product(form="信用贷款", term="1 年")])[0]

    assert "期限最长 12 个月，需要 24 个月" in found.lacks


def test_past_success_lifts_a_candidate_and_past_failure_is_told() -> None:
    plain, proven = expert(1, words="除冰"), Candidate(2, "expert", "专家2", {"words": "除冰"}, 2, 1)

    found = suggest(ICE, [plain, proven])

    assert [each.candidate.number for each in found] == [2, 1]
    assert "以往对接成功 2 次" in found[0].reasons
    assert "以往有 1 次未成" in found[0].lacks


@given(st.lists(st.sampled_from(["除冰", "驼乳", "叶片", ""]), max_size=8))
def test_the_order_does_not_depend_on_the_order_of_the_register(words: list[str]) -> None:
    candidates = [expert(number, words=text) for number, text in enumerate(words, start=1)]

    found = suggest(ICE, candidates)

    assert found == suggest(ICE, reversed(candidates))
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    assert all(each.reasons for each in found)


@pytest.mark.parametrize(
    ("term", "met"), [("叶片除冰", True), ("除冰", True), ("冰", True), ("叶轮", False), ("低温试验", False)]
)
def test_a_key_word_is_met_by_most_of_its_pairs(term: str, *, met: bool) -> None:
    assert is_spoken_of(term, ICE.words) is met


@pytest.mark.parametrize(("text", "months"), [("24 个月", 24), ("3年", 36), ("六个月", 0), ("", 0)])
def test_a_term_is_read_in_months(text: str, months: int) -> None:
    assert months_in(text) == months
