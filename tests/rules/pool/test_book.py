from collections import defaultdict

import pytest

from app.rules import Anchors
from app.rules.bench import Case
from app.rules.pool import compile_book
from tests.rulebook.casebook import all_cases as every_case
from tests.rulebook.casebook import judges_firms, rule, vocabulary
from tests.rulebook.casebook import rule_files as every_file
from tests.rules.pool.compared import alone, differences, judged

# The cases sit on thresholds on purpose; even so hardly any has to be judged one by one.
LARGEST_SHARE = 0.01


def all_cases() -> list[Case]:
    """The cases of rules that judge firms: a pool holds nobody else."""
    return [case for case in every_case() if judges_firms(case.rule)]


def rule_files() -> list[str]:
    return [code for code in every_file() if judges_firms(code)]


def cases_by_day() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in all_cases():
        found[case.on.isoformat()].append(case)
    return found


@pytest.mark.parametrize("day", sorted(cases_by_day()))
def test_every_case_of_the_book_is_answered_alike_in_a_pool(day: str) -> None:
    cases = cases_by_day()[day]
    sheets = {place: case.sheet for place, case in enumerate(cases)}
    anchors = Anchors(cases[0].on, cases[0].on)
    rules = {code: rule(code) for code in sorted({case.rule for case in cases})}

    result = judged(list(rules.values()), sheets, anchors, vocabulary())

    answers = {code: result.answers(code).to_list() for code in rules}
    amounts = {code: result.amounts(code).rows() for code in rules}
    wrong = [
        f"{case.rule} {case.name}"
        for place, case in enumerate(cases)
        if alone(rules[case.rule], case.sheet, anchors) != (answers[case.rule][place], amounts[case.rule][place])
    ]
    assert wrong == []


def test_a_firm_of_every_case_is_judged_alike_by_every_rule() -> None:
    day = max(cases_by_day().values(), key=len)[0].on
    cases = [case for case in all_cases() if case.on == day][::12]
    sheets = {place: case.sheet for place, case in enumerate(cases)}
    rules = [rule(code) for code in rule_files()]

    result = judged(rules, sheets, Anchors(day, day), vocabulary())

    assert list(differences(result, rules, sheets, Anchors(day, day))) == []
    assert result.one_by_one() <= LARGEST_SHARE * len(rules) * len(sheets)


def test_the_whole_book_is_put_into_columns() -> None:
    day = all_cases()[0].on

    book = compile_book([rule(code) for code in rule_files()], Anchors(day, day))

    assert {code: each.left_out for code, each in book.rules.items() if each.left_out} == {}
    assert [code for code, each in book.rules.items() if each.kind == "value" and each.paid is None] == []
