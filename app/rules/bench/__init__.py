"""A test bench for rules: cases, cases at the edges, and rules changed a little to test the cases."""

from app.rules.bench.case import Case, Expectation, case_of, cases_of
from app.rules.bench.edges import edge_cases
from app.rules.bench.mutants import Mutant, mutants
from app.rules.bench.verdict import complaints, expectation_of, finding_of

__all__ = [
    "Case",
    "Expectation",
    "Mutant",
    "case_of",
    "cases_of",
    "complaints",
    "edge_cases",
    "expectation_of",
    "finding_of",
    "mutants",
]
