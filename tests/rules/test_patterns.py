"""No search pattern can cost the house: a rule has none, and those that read a rule's text cannot run away."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from re import _constants, _parser
from typing import Any

import pytest

import app.rules
from app.rules import LanguageError, parse
from tests.rules.sample import VOCABULARY

# What makes an engine that tries every way take time without end, as a rule's text would have to write it.
RUNAWAYS = ["(a+)+$", "([a-z]+)*!", "(a|aa)+$", "(.*a){20}", "(\\d+)*x", "^(([a-z])+.)+$", "(?:a?){30}a{30}"]
WRITTEN = ["高新技术领域 ~ “{}”", "高新技术领域 匹配 “{}”", "高新技术领域 像 “{}”", "match(“{}”)", "{}"]


@pytest.mark.parametrize("pattern", RUNAWAYS)
def test_the_language_has_no_way_to_write_a_pattern(pattern: str) -> None:
    for text in WRITTEN:
        with pytest.raises(LanguageError):
            parse(text.replace("{}", pattern), VOCABULARY)


def test_no_pattern_that_reads_rules_repeats_what_repeats() -> None:
    found = dict(patterns_of_the_engine())

    assert len(found) > 5  # modules without a pattern would prove nothing
    assert [where for where, pattern in found.items() if runs_away(_parser.parse(pattern.pattern, pattern.flags))] == []


@pytest.mark.parametrize("pattern", ["(a+)+$", "(?:[a-z]+)*!", "(?:x(?:a|b+))*"])
def test_a_pattern_that_runs_away_is_told_from_others(pattern: str) -> None:
    assert runs_away(_parser.parse(pattern))
    assert not runs_away(_parser.parse("(a+)(b+)$"))


def patterns_of_the_engine() -> Iterator[tuple[str, re.Pattern[str]]]:
    for module in pkgutil.walk_packages(app.rules.__path__, "app.rules."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern):
                yield f"{module.name}.{name}", value


def runs_away(tree: Any, *, inside: bool = False) -> bool:
    """Whether something repeated without end holds something repeated without end."""
    return any(_part_runs_away(code, given, inside=inside) for code, given in tree)


def _part_runs_away(code: Any, given: Any, *, inside: bool) -> bool:
    match code:
        case _constants.MAX_REPEAT | _constants.MIN_REPEAT:
            endless = given[1] is _constants.MAXREPEAT
            return (endless and inside) or runs_away(given[2], inside=inside or endless)
        case _constants.SUBPATTERN:
            return runs_away(given[3], inside=inside)
        case _constants.BRANCH:
            return any(runs_away(branch, inside=inside) for branch in given[1])
        case _constants.ASSERT | _constants.ASSERT_NOT:
            return runs_away(given[1], inside=inside)
        case _:
            return False
