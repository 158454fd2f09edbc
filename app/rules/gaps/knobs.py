"""What can be moved or found out for one rule and one sheet: each a knob with whole positions, 0 for as it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from app.rules.finding import Anchors, Finding
from app.rules.gaps.gap import Move
from app.rules.gaps.records import record_knobs, vouch_knobs
from app.rules.gaps.state import MEASURE, Knob, State
from app.rules.kinds import NUMERIC_TYPES, FactKind
from app.rules.language import Fact, Number
from app.rules.rule import RuleVersion
from app.rules.sheet import KnownFact
from app.rules.values import Value

FARTHEST = 20
MOST_DAYS = 4_000
DEFAULT_STEPS = {"money": Decimal(10_000), "ratio": Decimal("0.001")}


class _Seen(NamedTuple):
    kind: FactKind
    year: int | None


@dataclass(frozen=True)
class Knobs:
    """The knobs of a rule: levers to move, things to confirm, and the calendar."""

    change: tuple[Knob, ...]
    supply: tuple[Knob, ...]
    renew: tuple[Knob, ...]
    wait: Knob


def find_knobs(version: RuleVersion, finding: Finding, state: State) -> Knobs:
    """Everything the version looks at that has a lever, or that is not known."""
    seen = _figures(version, finding)
    thresholds = {node.value for node in version.nodes() if isinstance(node, Number)}
    change: list[Knob] = []
    supply: list[Knob] = []
    for each in seen:
        known = state.sheet.fact(each.kind.code, each.year)
        if known is not None:
            change += _lever_knobs(each, known, thresholds)
        else:
            supply += _unknown_knobs(each, thresholds, state.anchors)
    change += record_knobs(version, state)
    vouches = vouch_knobs(version)
    open_now = {each.collection for one in finding.conditions for each in one.missing if each.collection}
    needed = tuple(each for each in vouches if each.code in open_now)
    return Knobs(tuple(change), (*needed, *supply), vouches, _wait_knob())


def _figures(version: RuleVersion, finding: Finding) -> list[_Seen]:
    """The figures the conditions looked at; of an annual one known in several years, the latest."""
    kinds = {node.kind.code: node.kind for node in version.nodes() if isinstance(node, Fact)}
    known: dict[str, int | None] = {}
    missing: dict[tuple[str, int | None], None] = {}
    for condition in finding.conditions:
        for comparison in condition.comparisons:
            for used in comparison.used:
                if used.code in kinds and used.collection is None:
                    known[used.code] = max(known.get(used.code) or 0, used.year or 0) or None
        missing |= {
            (each.code, each.year): None for each in condition.missing if each.code in kinds and not each.collection
        }
    found = [_Seen(kinds[code], year) for code, year in known.items()]
    return found + [_Seen(kinds[code], year) for code, year in missing]


def _lever_knobs(seen: _Seen, known: KnownFact, thresholds: Iterable[Decimal]) -> list[Knob]:
    kind, value = seen.kind, known.value
    if kind.lever is None:
        return []
    if kind.type == "flag" and isinstance(value, bool):
        wanted = kind.lever.direction == "up"
        return [] if value == wanted else [_switch(seen, value, wanted)]
    if kind.type == "choice":
        return [_switch(seen, value, each) for each in kind.choices if each != value]
    if kind.type in NUMERIC_TYPES and isinstance(value, Decimal) and not isinstance(value, bool):
        return [_slider(seen, value, thresholds)]
    return []


def _switch(seen: _Seen, before: Value, after: Value) -> Knob:
    lever = seen.kind.lever
    assert lever is not None

    def move(_: int) -> Move:
        return _fact_move(seen, before, after, None)

    return Knob(
        seen.kind.code, "change", (1,), 1, _setting(seen, lambda _: after), move, lever.lead_months, lever.effort
    )


def _slider(seen: _Seen, before: Decimal, thresholds: Iterable[Decimal]) -> Knob:
    kind, lever = seen.kind, seen.kind.lever
    assert lever is not None
    step = lever.step if lever.direction == "up" else -lever.step
    limit = kind.bounds[1] if step > 0 else kind.bounds[0]
    near = [abs(each - before) for each in thresholds if each < before * 1000]
    reach = max([abs(before) * FARTHEST, abs(step) * 100, *near])
    if isinstance(limit, Decimal):
        reach = min(reach, abs(limit - before))
    most = int(reach / abs(step))
    places = {2**power for power in range(64) if 2**power < most} | {most}
    for each in thresholds:
        place = int(((each - before) / step).to_integral_value(ROUND_CEILING))
        places |= {place - 1, place, place + 1}
    candidates = tuple(sorted(place for place in places if 1 <= place <= most))

    def move(place: int) -> Move:
        return _fact_move(seen, before, before + place * step, place * step)

    setting = _setting(seen, lambda place: before + place * step)
    return Knob(kind.code, "change", candidates, most, setting, move, lever.lead_months, lever.effort)


def _fact_move(seen: _Seen, before: Value, after: Value, change: Decimal | None) -> Move:
    kind, lever = seen.kind, seen.kind.lever
    unit = "%" if kind.type == "ratio" else kind.unit
    return Move(
        label=kind.label,
        code=kind.code,
        year=seen.year,
        collection=None,
        before=before,
        after=after,
        limit=None,
        relation="same" if change is None else "up" if change > 0 else "down",
        change=change,
        unit=unit,
        lead_months=lever.lead_months if lever else 0,
        effort=lever.effort if lever else 0,
        measure=lever.measure if lever else "",
        confirm=False,
        supplied_by=kind.supplied_by,
    )


def _setting(seen: _Seen, value_at: Callable[[int], Value]) -> Callable[[State, int], State]:
    def turn(state: State, place: int) -> State:
        today = state.anchors.facts_on
        fact = KnownFact(seen.kind.code, seen.year, value_at(place), MEASURE, today, "")
        return replace(state, sheet=state.sheet.with_facts(fact))

    return turn


def _unknown_knobs(seen: _Seen, thresholds: Iterable[Decimal], anchors: Anchors) -> list[Knob]:
    """An unknown figure, as a ladder of values it may turn out to have."""
    values = _possible(seen.kind, anchors)
    if not values:
        return []

    def move(place: int) -> Move:
        return replace(_fact_move(seen, "", values(place), None), before=None, lead_months=0, effort=0, confirm=True)

    numeric = seen.kind.type not in ("flag", "choice")
    most = _rungs(seen.kind)
    candidates = _ladder(seen.kind, thresholds, most) if numeric else tuple(range(1, most + 1))
    turn = _setting(seen, values)
    return [Knob(seen.kind.code, "supply", candidates, most, turn, move, 0, 0, numeric=numeric)]


def _ladder(kind: FactKind, thresholds: Iterable[Decimal], most: int) -> tuple[int, ...]:
    """The rungs worth trying first: both ends, a few by size, and those beside a threshold of the rule."""
    rough = {8**power for power in range(1, 20) if 8**power < most}
    return tuple(sorted({1, most, *rough} | _near(kind, thresholds, most)))


def _rungs(kind: FactKind) -> int:
    if kind.type in ("flag", "choice"):
        return len(kind.choices) or 2
    if kind.type == "date":
        return 365 * 60
    low, high = kind.bounds
    if isinstance(high, Decimal):
        return int((high - (low if isinstance(low, Decimal) else 0)) / _step(kind)) + 1
    return 10**9 if kind.type == "money" else 10**6


def _step(kind: FactKind) -> Decimal:
    return kind.lever.step if kind.lever else DEFAULT_STEPS.get(kind.type, Decimal(1))


def _near(kind: FactKind, thresholds: Iterable[Decimal], most: int) -> set[int]:
    if kind.type == "date":
        return set()
    low = kind.bounds[0] if isinstance(kind.bounds[0], Decimal) else Decimal(0)
    places = {int((each - low) / _step(kind)) + 1 + more for each in thresholds for more in (0, 1)}
    return {place for place in places if 1 <= place <= most}


def _possible(kind: FactKind, anchors: Anchors) -> Callable[[int], Value] | None:
    """The value at each rung: the first is the lowest bound (for dates 申报日, counting back)."""
    low = kind.bounds[0] if isinstance(kind.bounds[0], Decimal) else Decimal(0)
    match kind.type:
        case "flag":
            return lambda place: place == 1
        case "choice":
            return lambda place: kind.choices[place - 1]
        case "date":
            return lambda place: anchors.facts_on - timedelta(days=place - 1)
        case "text":
            return None
    return lambda place: low + (place - 1) * _step(kind)


def _wait_knob() -> Knob:
    def turn(state: State, place: int) -> State:
        later = state.anchors.facts_on + timedelta(days=place)
        return replace(state, anchors=replace(state.anchors, facts_on=later))

    days = sorted(
        {2**power for power in range(12)} | {30 * month for month in range(1, 13)} | {365, 366, 730, 1095, 1826}
    )
    return Knob("wait", "wait", tuple(days), MOST_DAYS, turn, None, 0, 0)
