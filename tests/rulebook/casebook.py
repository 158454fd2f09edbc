"""The case files under seeds/cases, and the rules they are about."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.rules import Rule, Vocabulary, load_rule
from app.rules.bench import Case, cases_of

SEEDS = Path(__file__).parents[2] / "seeds"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def vocabulary() -> Vocabulary:
    return Vocabulary.from_data(*(read(SEEDS / f"{name}.yaml") for name in ("facts", "records", "titles")))


@cache
def commissioner_vocabulary() -> Vocabulary:
    return Vocabulary.from_data(read(SEEDS / "commissioner_facts.yaml"), (), ())


def vocabulary_of(data: dict[str, Any]) -> Vocabulary:
    """The words of a rule, given what its file says: those about commissioners are their own."""
    return commissioner_vocabulary() if data.get("beneficiary") == "科技专员" else vocabulary()


def judges_firms(code: str) -> bool:
    return rule(code).beneficiary != "科技专员"


@cache
def rule_files() -> dict[str, Path]:
    """Every rule file by the code it must carry."""
    return {path.stem: path for path in sorted((SEEDS / "rules").glob("*/*.yaml"))}


@cache
def rule(code: str) -> Rule:
    data = read(rule_files()[code])
    return load_rule(data, vocabulary_of(data))


@cache
def all_cases() -> tuple[Case, ...]:
    files = sorted((SEEDS / "cases").glob("*/*.yaml"))
    return tuple(case for path in files for case in cases_of(read(path), _words_of(read(path))))


def _words_of(book: dict[str, Any]) -> Vocabulary:
    """The words of a file of cases: those of the rules it is about."""
    return vocabulary_of(read(rule_files()[(book.get("rules") or [book["rule"]])[0]]))
