"""What is declared about service: kinds of deeds, the facts of a commissioner, and the measures of the grades."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.commissioners.deeds.models import Grade
from app.core.seedfiles import SEEDS, read_yaml
from app.facts.vocabulary import commissioner_vocabulary
from app.rules import Rule, load_rule


@cache
def _declared() -> Mapping[str, Any]:
    declared: Mapping[str, Any] = read_yaml(SEEDS / "appraisal.yaml")
    return declared


@cache
def deed_kinds() -> Mapping[str, str]:
    """Code → label of what may be entered as a deed."""
    return {each["code"]: each["label"] for each in _declared()["deeds"]}


@cache
def grade_rules() -> Mapping[Grade, Rule]:
    """The rules that a grade is measured by, the highest grade first. RuleError where one does not read."""
    known = commissioner_vocabulary()
    return {Grade.of(each["code"]): load_rule(each, known) for each in _declared()["grades"]}


def first_month() -> int:
    """The month of the year from which its grades are given."""
    return int(_declared()["from_month"])


def fewest_ratings() -> int:
    """The number of ratings from which their mean says something and gives nobody away."""
    return int(_declared()["fewest_ratings"])
