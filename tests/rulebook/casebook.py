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
def rule_files() -> dict[str, Path]:
    """Every rule file by the code it must carry."""
    return {path.stem: path for path in sorted((SEEDS / "rules").glob("*/*.yaml"))}


@cache
def rule(code: str) -> Rule:
    return load_rule(read(rule_files()[code]), vocabulary())


@cache
def all_cases() -> tuple[Case, ...]:
    files = sorted((SEEDS / "cases").glob("*/*.yaml"))
    return tuple(case for path in files for case in cases_of(read(path), vocabulary()))
