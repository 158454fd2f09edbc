"""The geometry of the drawings of a result; every figure drawn also stands in a table beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.simulations.models import Judged
from app.simulations.tally import Cost, Tally, Totals

ORDER = (Judged.MET, Judged.UNKNOWN, Judged.UNMET)
WHOLE = 100


@dataclass(frozen=True)
class Segment:
    """A piece of a bar, in per cent of its width."""

    answer: Judged
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Bar:
    label: str
    segments: tuple[Segment, ...]

    @property
    def words(self) -> str:
        """What the bar says, for whoever hears the page."""
        return f"{self.label}：{'，'.join(f'{each.answer} {each.count} 家' for each in self.segments)}"


@dataclass(frozen=True)
class Span:
    """What a unit costs on both sides, in per cent of the highest: what is certain, and up to what may be added."""

    label: str
    before: tuple[float, float]
    after: tuple[float, float]


def before_and_after(totals: Totals) -> tuple[Bar, Bar]:
    return _bar("现行", totals, totals.before), _bar("方案", totals, totals.after)


def side_by_side(named: Sequence[tuple[str, Totals]]) -> list[Bar]:
    """The rule as it stands, by the first of some results, then what each scenario makes of it."""
    first = [_bar("现行", named[0][1], named[0][1].before)] if named else []
    return [*first, *(_bar(name, totals, totals.after) for name, totals in named)]


def spans(tally: Tally) -> list[Span]:
    """The costs by unit; nothing where either side has no sum, or a sum without a ceiling."""
    sides = [each for _, totals in tally.units for each in (totals.cost_before, totals.cost_after)]
    if not all(each.is_sum for each in sides) or any(each.high is None for each in sides):
        return []
    top = max((each.high for each in sides if each.high is not None), default=Decimal(0))
    if top == 0:
        return []
    return [Span(name, _ends(totals.cost_before, top), _ends(totals.cost_after, top)) for name, totals in tally.units]


def _bar(label: str, totals: Totals, counts: Mapping[Judged, int]) -> Bar:
    segments, x = [], 0.0
    for answer in ORDER:
        width = WHOLE * counts[answer] / totals.firms if totals.firms else 0.0
        segments.append(Segment(answer, counts[answer], round(x, 2), round(width, 2)))
        x += width
    return Bar(label, tuple(segments))


def _ends(cost: Cost, top: Decimal) -> tuple[float, float]:
    low, high = (float(round(WHOLE * (each or 0) / top, 2)) for each in (cost.low, cost.high))
    return low, high
