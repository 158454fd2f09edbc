"""The smallest set of firms that brings a stock up to a target, or by how much it cannot be reached. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.core.choices import Choice


class Reach(Choice):
    """How a target stands; what is said without “sure” hangs on facts that are not known yet."""

    HELD = "held", "现有资质已够"
    SURE = "sure", "能够达到"
    POSSIBLE = "possible", "核清后可能达到"
    OPEN = "open", "还没有找到足够的企业"
    SHORT = "short", "达不到"


@dataclass(frozen=True)
class Candidate:
    """A firm that can be certified in time: months of preparation, effort, and the day of issue that they lead to.

    `certain` means that nothing has to be found out or judged first; the title then only takes the moves proposed.
    """

    firm_id: int
    name: str
    lead_months: int
    effort: int
    certain: bool
    issued_on: date


@dataclass(frozen=True)
class Selection:
    """The firms chosen for a target, in order, and those kept in reserve.

    `short` is how many firms the target lacks if every candidate succeeds, `short_surely` if only the certain ones do;
    `most` is the highest stock that is not ruled out.
    """

    reach: Reach
    chosen: tuple[Candidate, ...]
    spare: tuple[Candidate, ...]
    short: int
    short_surely: int
    most: int


def select(target: int, kept: int, candidates: Iterable[Candidate], *, undecided: int = 0) -> Selection:
    """The smallest set of candidates that brings the stock from `kept` to `target` firms.

    Every firm adds one to the stock, so that the smallest set has target − kept firms, or none. Of the sets of that
    size it is the one with the fewest uncertain firms, then the fewest months of preparation together, then the least
    effort together, then the first in order of names (and of numbers, where two firms bear one name). Where there are
    too few candidates all of them are chosen. `undecided` firms are neither candidates nor ruled out: while they could
    make up for what is lacking, the answer is OPEN and not SHORT.
    """
    ordered = sorted(candidates, key=_order)
    need = max(0, target - kept)
    certain = sum(each.certain for each in ordered)
    most = kept + len(ordered) + undecided
    return Selection(
        reach=_reach(need, certain, len(ordered), undecided),
        chosen=tuple(ordered[:need]),
        spare=tuple(ordered[need:]),
        short=max(0, need - len(ordered)),
        short_surely=max(0, need - certain),
        most=most,
    )


def _reach(need: int, certain: int, candidates: int, undecided: int) -> Reach:
    if need == 0:
        return Reach.HELD
    if need <= certain:
        return Reach.SURE
    if need <= candidates:
        return Reach.POSSIBLE
    return Reach.OPEN if need <= candidates + undecided else Reach.SHORT


def _order(candidate: Candidate) -> tuple[bool, int, int, str, int]:
    return not candidate.certain, candidate.lead_months, candidate.effort, candidate.name, candidate.firm_id
