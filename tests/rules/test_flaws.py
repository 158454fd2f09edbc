"""Flaws of rules: what is reported is certain, and what people get wrong is reported."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.rules import Answer, Finding, LanguageError, Rule, check, evaluate, render
from app.rules.flaws import Flaw, clashes, flaws_of
from app.rules.language import All, AnyOf, Compare, Expr, Fact, Member, Not, Within
from tests.rules.sample import ANCHORS, VOCABULARY, a_rule, a_sheet
from tests.rules.strategies import LAWS, bare, operators

STAFF, FIELD, ABOVE = (Fact(VOCABULARY.facts[code]) for code in ("staff", "field", "above"))
comparisons = st.one_of(
    st.builds(Compare, operators, st.just(STAFF), bare),
    st.builds(Compare, operators, bare, st.just(STAFF)),
    st.builds(Within, st.just(FIELD), st.just((Member("新材料"),)), st.booleans()),
    st.just(ABOVE),
)
composed = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.tuples(inner, inner)),
        st.builds(AnyOf, st.tuples(inner, inner)),
    ),
    max_leaves=3,
)


# Every firm there can be, as far as these comparisons can tell firms apart.
SHEETS = [
    a_sheet(staff=staff, field=field, above=above)
    for staff in range(7)
    for field in ("新材料", "电子信息")
    for above in (True, False)
]


def rule_of(*written: str, **version: Any) -> Rule:
    conditions = [
        {"id": f"C{number}", "clause": "第一条", "wording": "要求", "test": test}
        for number, test in enumerate(written, 1)
    ]
    return a_rule(conditions=conditions, **version)


def said(*written: str, **version: Any) -> list[tuple[tuple[str, ...], bool]]:
    rule = rule_of(*written, **version)
    return [(each.conditions, each.fatal) for each in flaws_of(rule.versions[0])]


def text_of(test: Expr) -> str:
    try:
        check(test, VOCABULARY)
    except LanguageError:
        assume(condition=False)
    return render(test)


def holds(flaw: Flaw, finding: Finding, vetoes: list[str]) -> bool:
    """Whether what is reported is true of one firm."""
    answers = {each.id: each.answer.negated() if each.id in vetoes else each.answer for each in finding.conditions}
    concerned = [answers[name] for name in flaw.conditions]
    if flaw.fatal:
        return finding.answer is not Answer.MET and set(concerned) != {Answer.MET}
    if len(concerned) == 1:
        return concerned[0] is not Answer.UNMET
    loose, strict = concerned
    return strict is not Answer.MET or loose is not Answer.UNMET


@LAWS
@given(st.lists(composed, min_size=2, max_size=3), st.sets(st.integers(1, 3)))
def test_what_is_reported_is_true_of_every_firm(written: list[Expr], vetoed: set[int]) -> None:
    vetoes = [f"C{number}" for number in vetoed if number <= len(written)]
    rule = rule_of(*map(text_of, written), vetoes=vetoes)

    found = flaws_of(rule.versions[0])

    findings = [evaluate(rule, sheet, ANCHORS) for sheet in (SHEETS if found else ())]
    assert [(flaw, one.conditions) for flaw in found for one in findings if not holds(flaw, one, vetoes)] == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (["职工总数 < 0人"], [(("C1",), True)]),
        (["职工总数 >= 0人"], [(("C1",), False)]),
        (["职工总数 >= 5人 且 职工总数 < 5人"], [(("C1",), True)]),
        (["职工总数 <= 20人", "职工总数 >= 30人"], [(("C1", "C2"), True)]),
        (["职工总数 <= 20人", "30人 <= 职工总数 或 非(职工总数 <= 25人)"], [(("C1", "C2"), True)]),
        (["职工总数 >= 20人", "职工总数 >= 30人"], [(("C1", "C2"), False)]),
        (["职工总数 >= 20人", "往年(职工总数, 2) < 20人"], []),
        (["职工总数 >= 20人", "职工总数 <= 20人"], []),
        (["规上企业", "非(规上企业)"], [(("C1", "C2"), True)]),
        (["申报日 >= 2001-01-01"], []),
        (["申报日 - 成立日期 >= 1年", "申报日 - 成立日期 < 300天"], []),
    ],
)
def test_contradictions_and_idle_conditions_are_found(
    written: list[str], expected: list[tuple[tuple[str, ...], bool]]
) -> None:
    assert said(*written) == expected


def test_names_are_written_out_before_conditions_are_held_against_each_other() -> None:
    terms = [{"name": "人数", "clause": "第一条", "value": "职工总数"}]
    limit = [{"name": "上限", "clause": "第一条", "value": "300人"}]

    assert said("人数 <= 上限", "职工总数 > 400人", terms=terms, parameters=limit) == [(("C1", "C2"), True)]


def test_a_veto_counts_as_its_opposite() -> None:
    assert said("职工总数 >= 50人", "职工总数 > 10人", vetoes=["C2"]) == [(("C1", "C2"), True)]
    assert said("职工总数 >= 50人", "职工总数 < 0人", vetoes=["C2"]) == [(("C2",), False)]


def test_a_closed_path_is_fatal_only_where_no_other_is_open() -> None:
    written = ("职工总数 >= 50人", "职工总数 < 40人", "销售收入 >= 10万元")
    both = [{"name": "甲", "needs": ["C2"]}, {"name": "乙", "needs": ["C3"]}]

    assert said(*written, paths=both) == [(("C1", "C2"), False)]
    assert said(*written[:2], paths=both[:1]) == [(("C1", "C2"), True)]


def test_the_sentence_names_the_tests_and_the_declared_range() -> None:
    rule = rule_of("职工总数 < 0人")

    (flaw,) = flaws_of(rule.versions[0])

    assert flaw.sentence == "“C1”（职工总数 < 0人）永远不会符合：“职工总数”的取值范围是0人以上。"


def test_two_rules_that_demand_otherwise_of_a_figure_are_named() -> None:
    own, other = rule_of("职工总数 >= 50人", "销售收入 >= 10万元"), rule_of("职工总数 < 40人", "销售收入 >= 10万元")

    (clash,) = clashes(own.versions[0], other.versions[0])

    assert (clash.own.id, clash.other.id, clash.subject, clash.apart) == ("C1", "C1", "职工总数", True)
