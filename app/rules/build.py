"""The grammar's tree to frozen nodes: names are resolved, functions get their arguments, everything else is refused."""

import re
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from lark import Token, Tree

from app.rules.errors import LanguageError
from app.rules.functions import FUNCTIONS, Arguments
from app.rules.kinds import AttributeKind
from app.rules.language import (
    All,
    AnyOf,
    Arithmetic,
    Compare,
    Day,
    Expr,
    Fact,
    Filter,
    Flag,
    Member,
    Named,
    Negate,
    Not,
    Number,
    Range,
    Today,
    Within,
)
from app.rules.values import LARGEST_NUMBER, LONGEST_STRING, MOST_DIGITS, SCALES, read_date
from app.rules.vocabulary import Vocabulary, nearest

Branch = Tree[Token]
_QUANTITY = re.compile(r"([0-9.]+) ?(万亿|千万|百万|亿|万)?(.*)", re.DOTALL)
_SAME_SIGN = {"≥": ">=", "≤": "<=", "≠": "!=", "<>": "!=", "==": "="}
_LOGIC = re.compile(r"且|或|非|属于|不属于")


class Builder:
    """Builds expressions against one vocabulary and the names of one rule version."""

    def __init__(self, vocabulary: Vocabulary, names: Collection[str] = ()) -> None:
        self.vocabulary = vocabulary
        self.names = names

    def build(self, tree: Branch) -> Expr:  # noqa: PLR0911 - one line for each kind of branch
        """One expression. Raises LanguageError."""
        at = position(tree)
        parts = branches(tree)
        match str(tree.data):
            case "start" | "brackets" | "plus":
                return self.build(parts[0])
            case "any_of":
                return AnyOf(tuple(map(self.build, parts)), at=at)
            case "all_of":
                return All(tuple(map(self.build, parts)), at=at)
            case "negation":
                return Not(self.build(parts[0]), at=at)
            case "negate":
                return Negate(self.build(parts[0]), at=at)
            case "arithmetic":
                return Arithmetic(str(tree.children[1]), self.build(parts[0]), self.build(parts[1]), at=at)
            case "compare":
                return self._compare(tree)
            case "within" | "not_within":
                return self._within(tree)
            case "call":
                return self._call(tree)
        return self._leaf(tree)

    def member(self, tree: Branch, choices: Collection[str]) -> Expr:
        """An expression where a bare word may be a member of a choice."""
        if tree.data == "string":
            return Member(quoted_text(tree), at=position(tree))
        if tree.data == "name":
            word = str(tree.children[0])
            if word in choices or (not self._resolves(word) and word not in ("是", "否")):
                return Member(word, quoted=False, at=position(tree))
        return self.build(tree)

    def flag_filter(self, attribute: AttributeKind, at: int) -> Filter:
        """A bare flag among the filters of a record function asks for 是."""
        return Filter(attribute, "=", (Flag(value=True, at=at),), at=at)

    def refuse(self, message: str, at: int, suggestion: str = "") -> LanguageError:
        return LanguageError(message, at, suggestion)

    def _leaf(self, tree: Branch) -> Expr:
        at = position(tree)
        match str(tree.data):
            case "number":
                return number(str(tree.children[0]), at)
            case "range":
                return value_range(tree)
            case "day":
                return Day(self._day(tree), at=at)
            case "string":
                return Member(quoted_text(tree), at=at)
            case "name":
                return self._name(str(tree.children[0]), at)
        raise self.refuse("“…: …”只能写在“分档”“分段累计”里", at)

    def _day(self, tree: Branch) -> date:
        try:
            return read_date(str(tree.children[0]))
        except ValueError as error:
            raise self.refuse(str(error), position(tree)) from error

    def _resolves(self, word: str) -> bool:
        return word in self.names or word == "申报日" or self.vocabulary.fact(word) is not None

    def _name(self, word: str, at: int) -> Expr:
        if word in self.names:
            return Named(word, at=at)
        if word == "申报日":
            return Today(at=at)
        if word in ("是", "否"):
            return Flag(word == "是", at=at)
        kind = self.vocabulary.fact(word)
        if kind is None:
            raise self._unknown(word, at)
        return Fact(kind, at=at)

    def _unknown(self, word: str, at: int) -> LanguageError:
        for match in _LOGIC.finditer(word):
            before, after = word[: match.start()], word[match.end() :]
            if any(part and (self._resolves(part) or part in FUNCTIONS) for part in (before, after)):
                return self.refuse(f"“{match.group()}”的前后要有空格", at, f"{before} {match.group()} {after}".strip())
        if self.vocabulary.collection(word):
            return self.refuse(f"“{word}”是一类记录，请用 数量(…)、有(…)、无(…) 来问它", at, f"数量({word})")
        if self.vocabulary.title(word):
            return self.refuse(f"“{word}”是资质，请用 有效(…)、曾有(…)、首次(…) 来问它", at, f"有效({word})")
        if word in FUNCTIONS:
            return self.refuse(f"“{word}”后面要有括号", at)
        labels = [each.label for each in self.vocabulary.facts.values()]
        return self.refuse(f"没有“{word[:40]}”这个数据项或指标", at, nearest(word, [*labels, *self.names]))

    def _compare(self, tree: Branch) -> Expr:
        left, right = branches(tree)
        sign = next(str(each) for each in tree.children if isinstance(each, Token))
        operator = _SAME_SIGN.get(sign, sign)
        if operator not in ("=", "!="):
            return Compare(operator, self.build(left), self.build(right), at=position(tree))
        subject = self.member(left, ()) if left.data == "string" else self.build(left)
        return Compare(operator, subject, self.member(right, choices_of(subject)), at=position(tree))

    def _within(self, tree: Branch) -> Expr:
        left, members = branches(tree)
        subject = self.build(left)
        words = tuple(self.member(each, choices_of(subject)) for each in branches(members))
        return Within(subject, words, negated=tree.data == "not_within", at=position(tree))

    def _call(self, tree: Branch) -> Expr:
        word = str(tree.children[0])
        make = FUNCTIONS.get(word)
        if make is None:
            known = [*FUNCTIONS, *(f"{logic} {name}" for logic in ("非",) for name in FUNCTIONS)]
            raise self.refuse(f"没有“{word[:40]}(…)”这个算法", position(tree), nearest(word, known))
        return make(Arguments(self, word, branches(tree), position(tree)))


def position(tree: Branch) -> int:
    """Where a branch stands in the text."""
    return 0 if tree.meta.empty else tree.meta.start_pos


def branches(tree: Branch) -> list[Branch]:
    return [each for each in tree.children if isinstance(each, Tree)]


def choices_of(subject: Expr) -> tuple[str, ...]:
    return subject.kind.choices if isinstance(subject, Fact) else ()


def quoted_text(tree: Branch) -> str:
    """The text of a quoted string. Raises LanguageError when it is too long."""
    text = str(tree.children[0])[1:-1]
    if len(text) > LONGEST_STRING:
        raise LanguageError(f"引号里的文字太长，最多{LONGEST_STRING}个字", position(tree))
    return text


def number(text: str, at: int) -> Number:
    """A number token as a node. Raises LanguageError when it is beyond the limits."""
    match = _QUANTITY.fullmatch(text)
    digits, scale, measure = match.groups() if match else (text, "", "")
    if len(digits) > MOST_DIGITS:
        raise LanguageError(f"数写得太长，最多{MOST_DIGITS}位", at)
    value = Decimal(digits)
    if value * SCALES.get(scale or "", 1) > LARGEST_NUMBER:
        raise LanguageError("数太大了，最多一千万亿（10 的 15 次方）", at)
    return Number(value, scale or "", measure, at=at)


def value_range(tree: Branch, reason: str = "") -> Range:
    """The node of a~b. Raises LanguageError when it runs backwards."""
    at = position(tree)
    tokens = [str(each) for each in tree.children if isinstance(each, Token) and each.type == "QUANTITY"]
    low, high = (number(each, at) for each in tokens)
    if not low.scale and not low.measure:
        low = Number(low.digits, high.scale, high.measure, at=at)
    if low.value > high.value:
        raise LanguageError("范围要从小写到大", at)
    return Range(low, high, reason, at=at)
