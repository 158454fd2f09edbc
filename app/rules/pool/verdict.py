"""Three-valued answers as two columns, 符合 and 不符合; a row that is neither is 待核."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from app.rules.pool import op
from app.rules.pool.op import FALSE, TRUE, Op
from app.rules.pool.order import above
from app.rules.pool.span import Span


@dataclass(frozen=True)
class Verdict:
    """Never both at once; two columns without nulls need none of the care that three-valued columns do."""

    met: Op
    unmet: Op

    def negated(self) -> "Verdict":
        return Verdict(self.unmet, self.met)


OPEN = Verdict(FALSE, FALSE)


def certain(truth: bool) -> Verdict:  # noqa: FBT001 - the truth is the whole argument
    return Verdict(TRUE, FALSE) if truth else Verdict(FALSE, TRUE)


def all_of(parts: Iterable[Verdict]) -> Verdict:
    parts = list(parts)
    return Verdict(op.all_of(part.met for part in parts), op.any_of(part.unmet for part in parts))


def any_of(parts: Iterable[Verdict]) -> Verdict:
    return all_of(part.negated() for part in parts).negated()


def at_least(count: int, parts: list[Verdict]) -> Verdict:
    """至少 k: enough are 符合, or so many are 不符合 that too few are left."""
    met, unmet = [part.met for part in parts], [part.unmet for part in parts]
    return Verdict(_reached(count, met), _reached(len(parts) - count + 1, unmet))


def _reached(count: int, tests: list[Op]) -> Op:
    """Whether at least so many hold: for each number so far, whether it was reached."""
    reached = [TRUE] + [FALSE] * count
    for test in tests:
        reached = [TRUE, *(op.either(now, op.both(fewer, test)) for fewer, now in pairwise(reached))]
    return reached[count]


def unanimous(outcomes: list[tuple[Op, Verdict]]) -> Verdict:
    """What every outcome that is possible agrees on; 待核 where they differ."""
    met = op.all_of(op.either(op.opposite(possible), each.met) for possible, each in outcomes)
    unmet = op.all_of(op.either(op.opposite(possible), each.unmet) for possible, each in outcomes)
    return Verdict(met, unmet)


def same(one: Verdict, two: Verdict) -> Verdict:
    """Whether two answers are the same; open while one of them is."""
    met = op.either(op.both(one.met, two.met), op.both(one.unmet, two.unmet))
    return Verdict(met, op.either(op.both(one.met, two.unmet), op.both(one.unmet, two.met)))


def branch(test: Verdict, then: Verdict, other: Verdict) -> Verdict:
    """如果 among tests: where the test is open, what both branches agree on."""

    def chosen(one: Op, two: Op) -> Op:
        by_test = op.either(op.both(test.met, one), op.both(test.unmet, two))
        return op.either(by_test, op.both(one, two))

    return Verdict(chosen(then.met, other.met), chosen(then.unmet, other.unmet))


def compare(operator: str, one: Span, two: Span) -> Verdict:
    """A comparison of intervals: certain, impossible, or open."""
    match operator:
        case "!=":
            return compare("=", one, two).negated()
        case "=":
            return _equal(one, two)
        case "<=":
            return compare(">=", two, one)
        case "<":
            return compare(">", two, one)
    turned = {">=": ">", ">": ">="}[operator]
    met = above(operator, one.low, two.high, (one, two))
    return Verdict(met, above(turned, two.low, one.high, (two, one)))


def _equal(one: Span, two: Span) -> Verdict:
    """Each not below the highest of the other: then both are one and the same number."""
    forward, backward = (one, two), (two, one)
    met = op.both(above(">=", one.low, two.high, forward), above(">=", two.low, one.high, backward))
    apart = op.either(above(">", two.low, one.high, backward), above(">", one.low, two.high, forward))
    return Verdict(met, apart)
