import random
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.rules import LanguageError, RulesError, check, evaluate, parse
from app.rules.parse import DEEPEST, LONGEST_TEXT
from tests.rules.sample import ANCHORS, VOCABULARY, a_rule, a_sheet
from tests.rules.strategies import LAWS
from tests.rules.test_language import READABLE

HOSTILE = [
    "__import__('os').system('ls')",
    "__import__(“os”)",
    "研发费用.__class__.__mro__",
    "研发费用.real",
    "().__class__",
    "eval(“1”)",
    "exec(“1”)",
    "open(“/etc/passwd”)",
    "lambda: 1",
    "[x for x in (1,)]",
    "{“a”: 1}",
    "研发费用[0]",
    "研发费用 := 1",
    "研发费用; 销售收入",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "' OR 1=1 --",
    "1 if 1 else 2",
    "f“{1}”",
    "%s%n",
    "\\u0041",
    "(" * 2000,
    "非 " * 900 + "规上企业",
    "-" * 1999 + "1",
    "9" * 1999,
    "9" * 30 + "亿元 > 0元",
    "10000000000000000 > 1",
    "1e999 > 1",
    "研发费用\x00 > 1元",
    "\ud800 > 1",
    "“" + "字" * 300 + "” = 所在园区",
    "规上企业 且 " * 210 + "规上企业",
    "复合增长率(研发费用, 99999年) > 0",
    "平均(研发费用, 近9999年) > 0元",
    "\u202e研发费用 > 1元",
    "𝟙 > 0",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_refused_with_a_printable_sentence(text: str) -> None:
    with pytest.raises(LanguageError) as refused:
        check(parse(text, VOCABULARY), VOCABULARY)

    assert all(sign.isprintable() for sign in str(refused.value))
    assert any(unicodedata.category(sign) == "Lo" for sign in str(refused.value))
    assert 0 <= refused.value.position <= LONGEST_TEXT


def test_a_text_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(LanguageError, match="太长"):
        parse("1" + " " * LONGEST_TEXT, VOCABULARY)


def test_brackets_may_nest_as_deep_as_the_limit_and_no_deeper() -> None:
    assert parse("(" * (DEEPEST - 1) + "规上企业" + ")" * (DEEPEST - 1), VOCABULARY)
    with pytest.raises(LanguageError, match="太深"):
        parse("(" * (DEEPEST + 1) + "规上企业" + ")" * (DEEPEST + 1), VOCABULARY)


@LAWS
@given(st.text())
@example("且")
@example("()")
@example("分档(")
def test_no_text_crashes_the_parser(text: str) -> None:
    _survives(text)


@LAWS
@given(st.sampled_from(READABLE), st.integers(0, 2**32), st.integers(1, 4))
def test_no_mutilated_expression_crashes_anything(text: str, seed: int, cuts: int) -> None:
    _survives(_mutilated(text, random.Random(seed), cuts))  # noqa: S311 - the examples are hypothesis's


def _mutilated(text: str, chance: random.Random, cuts: int) -> str:
    signs = list(text)
    for _ in range(cuts):
        place = chance.randrange(len(signs) + 1)
        kind = chance.randrange(3)
        if kind == 0:
            signs.insert(place, chance.choice("()，,:：“”且或非=<>~%元人年近0 1.9-+*/"))
        elif signs:
            place = min(place, len(signs) - 1)
            if kind == 1:
                del signs[place]
            else:
                signs[place : place + 3] = signs[place : place + 3][::-1]
    return "".join(signs)


def _survives(text: str) -> None:
    """Refused with a reason of ours, or read, checked and evaluated without trouble."""
    try:
        check(parse(text, VOCABULARY), VOCABULARY)
        rule = a_rule(text)
    except RulesError:
        return
    evaluate(rule, a_sheet(), ANCHORS)
