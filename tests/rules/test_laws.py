import random
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.rules import Answer, Finding, LanguageError, Rule, check, evaluate, explain, find_gaps, parse, render
from app.rules.evaluate import answer_of
from app.rules.gaps.gap import Gap
from app.rules.language import Expr
from app.rules.sheet import FactSheet
from tests.rules.moves import after
from tests.rules.sample import ANCHORS, VOCABULARY, a_rule
from tests.rules.strategies import CASES, LAWS, families, partial_and_complete, tests

Sheets = tuple[FactSheet, FactSheet]


def a_rule_of(test: Expr) -> Rule:
    """A rule of a generated test; what the check refuses is no rule."""
    try:
        check(test, VOCABULARY)
        return a_rule(render(test))
    except LanguageError:
        assume(condition=False)
        raise


@LAWS
@given(tests)
def test_rendering_and_parsing_are_inverse(test: Expr) -> None:
    try:
        again = parse(render(test), VOCABULARY)
    except LanguageError as refused:
        assert "复杂" in refused.message or "太深" in refused.message  # noqa: PT017 - the only refusals allowed
        return

    assert again == test
    assert render(again) == render(test)


@pytest.mark.parametrize("family", families)
@settings(LAWS, max_examples=max(CASES // len(families) + 1, 60))
@given(st.data(), partial_and_complete())
def test_a_definite_answer_survives_every_completion(family: str, data: st.DataObject, sheets: Sheets) -> None:
    partial, complete = sheets
    test = data.draw(families[family])
    rule = a_rule_of(test)

    before = evaluate(rule, partial, ANCHORS).answer
    after = evaluate(rule, complete, ANCHORS).answer

    if before is not Answer.UNKNOWN:
        assert after is before, render(test)


@LAWS
@given(tests, partial_and_complete(), st.integers(0, 2**32))
def test_the_order_of_facts_and_records_makes_no_difference(test: Expr, sheets: Sheets, seed: int) -> None:
    sheet = sheets[0]
    facts, records, vouches = list(sheet.facts), list(sheet.records), list(sheet.vouches)
    for each in (facts, records, vouches):
        random.Random(seed).shuffle(each)  # noqa: S311 - the examples are hypothesis's

    rule = a_rule_of(test)

    assert (
        evaluate(rule, sheet, ANCHORS).to_json()
        == evaluate(rule, FactSheet(facts, records, vouches), ANCHORS).to_json()
    )


@LAWS
@given(st.lists(tests, min_size=2, max_size=4), partial_and_complete())
def test_the_order_of_conditions_makes_no_difference_to_the_answer(several: list[Expr], sheets: Sheets) -> None:
    for test in several:
        a_rule_of(test)
    conditions = [{"id": f"C{place}", "test": render(test)} for place, test in enumerate(several)]

    forwards = evaluate(a_rule(conditions=conditions), sheets[0], ANCHORS)
    backwards = evaluate(a_rule(conditions=conditions[::-1]), sheets[0], ANCHORS)

    assert forwards.answer is backwards.answer
    assert {each.id: each.answer for each in forwards.conditions} == {
        each.id: each.answer for each in backwards.conditions
    }


@LAWS
@given(tests, partial_and_complete())
def test_a_finding_survives_storage_and_can_be_explained(test: Expr, sheets: Sheets) -> None:
    finding = evaluate(a_rule_of(test), sheets[0], ANCHORS)

    assert Finding.from_json(finding.to_json()) == finding
    assert Finding.from_json(finding.to_json()).to_json() == finding.to_json()
    assert finding.answer.value in explain(finding).verdict


@LAWS
@given(tests, partial_and_complete())
def test_every_gap_turns_the_rule_and_no_move_can_be_left_out(test: Expr, sheets: Sheets) -> None:
    rule = a_rule_of(test)
    before = evaluate(rule, sheets[0], ANCHORS).answer

    gaps = find_gaps(rule, sheets[0], ANCHORS)

    if before is Answer.MET:
        assert gaps == ()
    for gap in gaps:
        assert met_after(rule, sheets[0], gap)
        for left_out in gap.moves:
            smaller = replace(gap, moves=tuple(each for each in gap.moves if each is not left_out))
            assert not met_after(rule, sheets[0], smaller), (render(test), gap)


def met_after(rule: Rule, sheet: FactSheet, gap: Gap) -> bool:
    changed, anchors = after(sheet, ANCHORS, gap)
    # A sheet that remembers nothing of the search.
    changed = FactSheet(changed.facts, changed.records, changed.vouches)
    if gap.open:
        return answer_of(rule, changed, anchors, assume=gap.open) is Answer.MET
    return evaluate(rule, changed, anchors).answer is Answer.MET
