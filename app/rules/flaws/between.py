"""Where two rules demand otherwise of the same figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from app.rules.flaws.within import Demand, demands_of
from app.rules.language import Expr
from app.rules.render import render
from app.rules.rule import Condition, RuleVersion


@dataclass(frozen=True)
class Clash:
    """A condition of the one rule and one of the other that demand otherwise of `subject`, as the language writes it.

    `apart`: no firm can satisfy both.
    """

    own: Condition
    other: Condition
    subject: str
    apart: bool


def clashes(own: RuleVersion, other: RuleVersion) -> tuple[Clash, ...]:
    """Pairs of conditions, demanded of every firm, that leave a different room to the same figure of the same year.

    Only conditions that speak of one figure are compared; what is reported is certain. Never raises.
    """
    return tuple(_clashes(own, other))


def _clashes(own: RuleVersion, other: RuleVersion) -> Iterator[Clash]:
    mine = [(subject, each) for each in demands_of(own) if (subject := _only_subject(each))]
    theirs = [(subject, each) for each in demands_of(other) if (subject := _only_subject(each))]
    for (subject, one), (same, two) in product(mine, theirs):
        if subject != same:
            continue
        room, wider = one.room(subject), two.room(subject)
        if room is not None and wider is not None and room != wider:
            yield Clash(one.condition, two.condition, render(subject), room.also(wider).is_empty)


def _only_subject(demand: Demand) -> Expr | None:
    return demand.subjects[0] if len(demand.subjects) == 1 else None
