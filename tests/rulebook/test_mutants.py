"""No number of the four rungs can be changed without a case noticing."""

import pytest

from tests.rulebook.casebook import Case, all_cases
from tests.rulebook.check import complaints, finding_of
from tests.rulebook.mutants import Mutant, mutants

RUNGS = ("tsme", "isme", "hnte", "leader")
# Changes that change nothing: the text after the change, and why no firm can tell the difference.
EQUIVALENT = {
    "科技人员得分 > 1": "the score moves in steps of four",
}


@pytest.mark.parametrize("code", RUNGS)
def test_every_changed_number_is_noticed(code: str) -> None:
    cases = [case for case in all_cases() if case.rule == code]

    unnoticed = [f"{each.where}：{each.after}" for each in mutants(code) if not noticed(each, cases)]

    assert not [each for each in unnoticed if each.split("：", 1)[1] not in EQUIVALENT]


def noticed(mutant: Mutant, cases: list[Case]) -> bool:
    """Whether some case fails under the changed rule; the one that does is tried first on the next."""
    for place, case in enumerate(cases):
        if any(True for _ in complaints(case, finding_of(case, mutant.rule))):
            cases.insert(0, cases.pop(place))
            return True
    return False
