"""Choices and texts as columns of words, and comparisons of any two results."""

from collections.abc import Collection

from app.rules.pool.compiler import Result, Wording
from app.rules.pool.op import Op, make
from app.rules.pool.span import NotColumnar, Span
from app.rules.pool.verdict import OPEN, Verdict, certain, compare, same


def compare_any(operator: str, left: Result, right: Result) -> Verdict:
    """The comparison of two results of a kind; 待核 for any other pair. Raises NotColumnar for two columns of words."""
    if isinstance(left, Span) and isinstance(right, Span):
        return compare(operator, left, right)
    if isinstance(left, Wording) and isinstance(right, Wording):
        found = _words(left, right)
    elif isinstance(left, Verdict) and isinstance(right, Verdict):
        found = same(left, right)
    else:
        return OPEN
    return found.negated() if operator == "!=" else found


def within(subject: Wording, words: Collection[str]) -> Verdict:
    """属于: for certain too where the word is not known and every declared choice is a member."""
    members = frozenset(words)
    if subject.column is None:
        return certain(subject.word in members)
    choices = frozenset(subject.choices)
    met = _among(subject.column, members, wanted=True, unknown=bool(choices) and choices <= members)
    return Verdict(
        met, _among(subject.column, members, wanted=False, unknown=bool(choices) and choices.isdisjoint(members))
    )


def _words(left: Wording, right: Wording) -> Verdict:
    if left.column is None:
        left, right = right, left
    if right.column is not None:
        raise NotColumnar
    return within(left, [right.word])


def _among(column: Op, words: frozenset[str], *, wanted: bool, unknown: bool) -> Op:
    """Whether the word is (not) one of several; `unknown` is the answer where it is not known."""
    return make("among" if wanted else "not among", column, value=(words, unknown))
