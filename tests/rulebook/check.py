"""Holding the rules of the book against their cases."""

from app.rules import Rule
from app.rules.bench import Case, complaints
from app.rules.bench import finding_of as judged_by
from app.rules.finding import Finding
from tests.rulebook.casebook import rule

__all__ = ["complaints", "finding_of"]


def finding_of(case: Case, judged: Rule | None = None) -> Finding:
    """The engine's finding on a case, by the rule of the book or a changed one."""
    return judged_by(case, judged or rule(case.rule))
