"""Rules of the book with one number changed: each must be caught by some case, or the book's numbers are not held."""

from collections.abc import Iterator

from app.rules.bench import Mutant
from app.rules.bench import mutants as changed
from tests.rulebook.casebook import read, rule_files, vocabulary_of


def mutants(code: str) -> Iterator[Mutant]:
    """Every rule with one number moved a little down or up."""
    data = read(rule_files()[code])
    return changed(data, vocabulary_of(data), signs=False)
