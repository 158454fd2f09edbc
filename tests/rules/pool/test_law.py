from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.rules import FactSheet, LanguageError, Rule, check, render
from app.rules.language import Expr
from tests.rules.pool.compared import differences, judged
from tests.rules.sample import ANCHORS, VOCABULARY, a_rule
from tests.rules.strategies import (
    LAWS,
    families,
    money,
    partial_and_complete,
    ratios,
    tests,
)

Sheets = list[tuple[FactSheet, FactSheet]]


def checked(test: Expr, expected: str = "test") -> str:
    """The text of a generated expression; what the check refuses is no rule."""
    try:
        check(test, VOCABULARY, expected)
    except LanguageError:
        assume(condition=False)
    return render(test)


def agree(rules: list[Rule], pool: Sheets) -> None:
    sheets = {
        f"{place}{side}": sheet for place, pair in enumerate(pool) for side, sheet in zip("ab", pair, strict=True)
    }

    result = judged(rules, sheets, ANCHORS, VOCABULARY)

    assert list(differences(result, rules, sheets, ANCHORS)) == []


def load(make: Callable[[], Rule]) -> Rule:
    """A rule of generated parts; one that is too deep or too long is none."""
    try:
        return make()
    except Exception as refused:
        assume(condition="复杂" not in str(refused) and "太深" not in str(refused))
        raise


pools = st.lists(partial_and_complete(), min_size=1, max_size=4)


@pytest.mark.parametrize("family", families)
@LAWS
@given(st.data(), pools)
def test_the_pool_answers_as_each_firm_alone(family: str, data: st.DataObject, pool: Sheets) -> None:
    text = checked(data.draw(families[family]))

    agree([load(lambda: a_rule(text))], pool)


@LAWS
@given(st.lists(tests, min_size=2, max_size=3), pools)
def test_conditions_paths_and_vetoes_are_put_together_alike(several: list[Expr], pool: Sheets) -> None:
    texts = [checked(test) for test in several]
    conditions = [{"id": f"C{place}", "test": text} for place, text in enumerate(texts)]
    names = [each["id"] for each in conditions]

    shapes = [
        {},
        {"vetoes": names[:1], "needs": names[1:]},
        {"needs": [], "paths": [{"name": "甲", "needs": names[:1]}, {"name": "乙", "any": names[1:]}]},
    ]
    for shape in shapes:
        agree([load(lambda shape=shape: a_rule(conditions=conditions, **shape))], pool)


amounts = st.fixed_dictionaries(
    {"value": money.map(lambda node: checked(node, "amount"))},
    optional={
        "cap": st.sampled_from(["20万元", "研发费用 * 50%"]),
        "floor": st.sampled_from(["3万元", "0.05元"]),
        "discretionary": st.booleans(),
    },
)


@LAWS
@given(tests, amounts, pools)
def test_amounts_come_out_to_the_same_cent(test: Expr, amount: dict[str, object], pool: Sheets) -> None:
    text = checked(test)

    agree([load(lambda: a_rule(text, amount=amount))], pool)


@LAWS
@given(ratios, st.integers(1, 150), pools)
def test_terms_scores_and_parameters_are_read_alike(ratio: Expr, limit: int, pool: Sheets) -> None:
    text = checked(ratio, "ratio")
    scores = [
        {"name": "甲分", "value": "分档(比率, ≥界限: 3, 其余: 0~1)", "max": "2"},
        {"name": "乙分", "value": "如果(规上企业, 5, 0)"},
    ]
    conditions = [{"id": "C1", "test": "总分 >= 5"}, {"id": "C2", "test": "比率 >= 界限 或 甲分 = 乙分"}]

    agree(
        [
            load(
                lambda: a_rule(
                    parameters=[{"name": "界限", "value": f"{limit}%"}],
                    terms=[{"name": "比率", "value": text}],
                    scores=scores,
                    conditions=conditions,
                )
            )
        ],
        pool,
    )
