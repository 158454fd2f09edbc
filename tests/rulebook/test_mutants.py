"""No number of the book can be changed without a case noticing."""

import pytest

from app.rules.bench import Case, Mutant
from tests.rulebook.casebook import all_cases, rule_files
from tests.rulebook.check import complaints, finding_of
from tests.rulebook.mutants import mutants

# Changes no firm can tell from the book: how the changed text ends or what it contains, and why.
EQUIVALENT = {
    "科技人员得分 > 1": "the score moves in steps of four",
    " > 1元": "an amount above nought and up to one yuan does not occur",
    "较大(-1元, ": "a negative base is cut at nought by the amount or the marginal rates as well",
    "其余: -1)": "the better of two bands is never below nought",
    "1.1万元": "the smallest payable sum stands beside an amount that is open",
    "0.9万元": "the smallest payable sum stands beside an amount that is open",
    "存疑(1%~100%, ": "the answer is open there, and an open answer may pay nothing",
}


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(rule_files()))
def test_every_changed_number_is_noticed(code: str) -> None:
    cases = [case for case in all_cases() if case.rule == code]

    unnoticed = [each for each in mutants(code) if not noticed(each, cases)]

    assert not [f"{each.where}：{each.after}" for each in unnoticed if not equivalent(each)]


def noticed(mutant: Mutant, cases: list[Case]) -> bool:
    """Whether some case fails under the changed rule; the one that does is tried first on the next."""
    for place, case in enumerate(cases):
        if any(True for _ in complaints(case, finding_of(case, mutant.rule))):
            cases.insert(0, cases.pop(place))
            return True
    return False


def equivalent(mutant: Mutant) -> bool:
    return any(mutant.after.endswith(text) or (text.endswith(", ") and text in mutant.after) for text in EQUIVALENT)
