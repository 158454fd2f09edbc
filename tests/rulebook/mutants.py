"""Rules of the book with one number changed: each must be caught by some case, or the book's numbers are not held."""

from collections.abc import Iterator

from app.rules.bench import Mutant
from app.rules.bench import mutants as changed
from tests.rulebook.casebook import read, rule_files, vocabulary


def mutants(code: str) -> Iterator[Mutant]:
    """Every rule with one number moved a little down or up."""
    return changed(read(rule_files()[code]), vocabulary(), signs=False)
