"""The search itself: find positions that answer 符合, then take away everything that is not needed."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from app.rules.answer import Answer
from app.rules.evaluate import Outline, answer_of, evaluate, outline_of
from app.rules.finding import Anchors
from app.rules.gaps.gap import Gap, Move
from app.rules.gaps.knobs import Knobs, find_knobs
from app.rules.gaps.state import Knob, State
from app.rules.interval import Infinity
from app.rules.rule import Rule
from app.rules.sheet import FactSheet

MOST_EVALUATIONS = 2_000
MOST_TOGETHER = 3
BREAKPOINTS_KEPT = 4
STATES_KEPT = 300
Positions = Mapping[Knob, int]
Turned = frozenset[tuple[Knob, int]]
Quality = tuple[int, int, int, int, Fraction]


class OutOfBudgetError(Exception):
    """The search has evaluated as often as it may."""


def find_gaps(rule: Rule, sheet: FactSheet, anchors: Anchors, *, limit: int = 5) -> tuple[Gap, ...]:
    """Proposals that turn a rule from 不符合 or 待核 to 符合, soonest and easiest first, at most `limit`.

    Each is verified with `evaluate` and minimal: no move can be left out and none can be one step smaller. Figures
    without a lever (a founding date) are never moved; where only time is lacking, the proposal is to wait. Unknown
    facts stand among the moves as things to confirm. Conditions that hang on a person's judgement
    whatever is done are named in the gap's `open`.
    """
    version = rule.version_on(anchors.policy_on)
    if version is None or limit < 1:
        return ()
    finding = evaluate(rule, sheet, anchors)
    if finding.answer is Answer.MET:
        return ()
    start = State(sheet, anchors)
    search = _Search(rule, start, find_knobs(version, finding, start))
    found = search.gaps()
    if not found:
        judgement = search.left_to_judgement()
        found = search.assuming(judgement).gaps() if judgement else []
    return tuple(sorted(found, key=_order)[:limit])


def _order(gap: Gap) -> tuple[int, int, int, str]:
    return gap.lead_months, gap.effort, len(gap.moves), repr(gap.moves)


class _Search:
    def __init__(self, rule: Rule, start: State, knobs: Knobs, assume: frozenset[str] = frozenset()) -> None:
        self.rule = rule
        self.start = start
        self.knobs = knobs
        self.assume = assume
        self.spent = 0
        self._met: dict[Turned, bool] = {}
        self._states: dict[Turned, State] = {}
        self._qualities: dict[Turned, Quality] = {}

    def assuming(self, conditions: frozenset[str]) -> "_Search":
        """The same search, with a person's judgement taken for granted; what is worked out already stays so."""
        other = _Search(self.rule, self.start, self.knobs, conditions)
        other._states, other._qualities = self._states, self._qualities
        return other

    def left_to_judgement(self) -> frozenset[str]:
        """The conditions still open when everything that can be found out is found out in the firm's favour."""
        try:
            now = self.state(self.confirm())
        except OutOfBudgetError:
            return frozenset()
        finding = evaluate(self.rule, now.sheet, now.anchors)
        return frozenset(
            each.id
            for each in finding.conditions
            if each.answer is Answer.UNKNOWN and not any(one.code for one in each.missing)
        )

    def gaps(self) -> list[Gap]:
        """What was found before the budget ran out, each once."""
        found: list[Gap] = []
        try:
            for positions in self._proposals():
                gap = self._gap(positions)
                if positions and gap not in found:
                    found.append(gap)
        except OutOfBudgetError:
            pass
        return found

    def _proposals(self) -> Iterable[Positions]:
        """Minimal positions that answer 符合: by confirming alone, by waiting, by single levers, then by sets."""
        change = self.knobs.change
        confirmed = self.confirm()
        if self.met(confirmed):
            yield self.shrink(confirmed)
        yield from self._waiting(self.knobs.wait, self.knobs.renew, confirmed)
        breakpoints = {knob: self._breakpoints(knob, confirmed) for knob in change}
        solved: set[Knob] = set()
        for knob in change:
            for place in breakpoints[knob]:
                if self.met({**confirmed, knob: place}):
                    solved.add(knob)
                    yield self.shrink({**confirmed, knob: place})
                    break
        useful = [knob for knob in change if knob not in solved and breakpoints[knob]]
        for size in range(2, MOST_TOGETHER + 1):
            found = list(self._sets(useful, breakpoints, confirmed, size))
            yield from found
            if found:
                return
        yield from self._everything(useful, breakpoints, confirmed)

    def _gap(self, positions: Positions) -> Gap:
        """The proposal that stands for positions already verified."""
        near, far = self._reach(positions)
        moves = [
            _move(knob, place, near[knob], far[knob]) for knob, place in positions.items() if knob.move is not None
        ]
        moves.sort(key=lambda move: (move.confirm, move.code, move.year or 0, move.label))
        waits = [place for knob, place in positions.items() if knob.kind == "wait"]
        on = date.fromordinal(self.start.anchors.facts_on.toordinal() + waits[0]) if waits else None
        changes = [knob for knob in positions if knob.kind == "change"]
        lead = max([knob.lead_months for knob in changes], default=0)
        lead = max(lead, -(-waits[0] // 30)) if waits else lead
        kind = "change" if changes else "wait" if waits else "supply"
        return Gap(kind, tuple(moves), lead, sum(knob.effort for knob in changes), on, tuple(sorted(self.assume)))

    def state(self, positions: Positions) -> State:
        """The sheet and the dates at some positions; what several have in common is worked out once."""
        # The calendar turns first, so that what is confirmed is confirmed for the day it leads to.
        return self._built(tuple(sorted(_turned(positions), key=lambda pair: pair[0].kind != "wait")))

    def _built(self, turned: tuple[tuple[Knob, int], ...]) -> State:
        if not turned:
            return self.start
        key = frozenset(turned)
        if key not in self._states:
            knob, place = turned[-1]
            made = knob.turn(self._built(turned[:-1]), place)
            if len(self._states) >= STATES_KEPT:
                del self._states[next(iter(self._states))]
            self._states[key] = made
        return self._states[key]

    def met(self, positions: Positions) -> bool:
        key = frozenset(_turned(positions))
        if key not in self._met:
            self._spend()
            now = self.state(positions)
            self._met[key] = answer_of(self.rule, now.sheet, now.anchors, assume=self.assume) is Answer.MET
        return self._met[key]

    def shrink(self, positions: Positions) -> Positions:
        """Leave out or lessen every move that is not needed, until nothing more can be taken away."""
        now = {knob: place for knob, place in positions.items() if place}
        before: dict[Knob, int] = {}
        while before != now:
            before = dict(now)
            # What is confirmed goes first: a proposal that needs less to be found out is the better one.
            for knob in sorted(before, key=lambda each: each.kind == "change"):
                without = {each: place for each, place in now.items() if each is not knob}
                now = without if self.met(without) else {**without, knob: self._least(knob, now[knob], without)}
        return now

    def _least(self, knob: Knob, place: int, others: Positions) -> int:
        """The smallest position, going down from one that answers 符合, whose predecessor does not."""
        if knob.kind == "supply" and not knob.numeric:
            return place
        low, high = 0, place
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.met({**others, knob: middle}) else (middle, high)
        return high

    def confirm(self) -> Positions:
        """Take every unknown as it would help most, one after another; then those that help only together."""
        now = self._one_by_one({})
        for end in (0, -1):
            together = {**{knob: knob.candidates[end] for knob in self.knobs.supply if knob.numeric}, **now}
            if self._quality(together) > self._quality(now):
                now = self._one_by_one(together)
        return now

    def _one_by_one(self, now: Positions) -> Positions:
        best = self._quality(now)
        for knob in self.knobs.supply:
            for place in knob.candidates if self._matters(knob, now) else ():
                quality = self._quality(_moved(now, knob, place))
                if quality > best:
                    best, now = quality, _moved(now, knob, place)
        return now

    def _matters(self, knob: Knob, now: Positions) -> bool:
        """Whether a figure changes anything at its ends or in its middle: alone, most unknowns decide nothing."""
        places = knob.candidates
        tried = {places[0], places[len(places) // 2], places[-1]} if places else set()
        return any(self._quality(_moved(now, knob, place)) != self._quality(now) for place in tried)

    def _waiting(self, wait: Knob, renew: tuple[Knob, ...], confirmed: Positions) -> Iterable[Positions]:
        """The first day on which the rule is met; what was vouched for has to be vouched for again by then."""
        again = {**confirmed, **dict.fromkeys(renew, 1)}
        rest_of_year = (
            date(self.start.anchors.facts_on.year, 12, 31).toordinal() - self.start.anchors.facts_on.toordinal()
        )
        for place in sorted({*wait.candidates, *range(5, 60, 5), max(rest_of_year, 1)}):
            if self.met({wait: place, **again}):
                found = self.shrink({wait: place, **again})
                if wait in found:
                    yield found
                return

    def _breakpoints(self, knob: Knob, confirmed: Positions) -> list[int]:
        """The positions at which a lever makes things better than at any smaller one tried."""
        best = self._quality(confirmed)
        found: list[int] = []
        for place in knob.candidates:
            quality = self._quality({**confirmed, knob: place})
            if quality > best:
                best = quality
                found.append(place)
        return found

    def _sets(
        self, knobs: list[Knob], breakpoints: Mapping[Knob, list[int]], confirmed: Positions, size: int
    ) -> Iterable[Positions]:
        for chosen in itertools.combinations(knobs, size):
            places = [breakpoints[knob][-BREAKPOINTS_KEPT:] for knob in chosen]
            for combination in sorted(itertools.product(*places), key=sum):
                positions = {**confirmed, **dict(zip(chosen, combination, strict=True))}
                if self.met(positions):
                    yield self.shrink(positions)
                    break

    def _everything(
        self, knobs: list[Knob], breakpoints: Mapping[Knob, list[int]], confirmed: Positions
    ) -> Iterable[Positions]:
        """When no small set is enough: all useful levers as far as they help, less what is not needed."""
        positions = {**confirmed, **{knob: breakpoints[knob][-1] for knob in knobs}}
        if len(knobs) > MOST_TOGETHER and self.met(positions):
            yield self.shrink(positions)

    def _quality(self, positions: Positions) -> Quality:
        """How near a finding is to 符合: a better one compares greater."""
        key = frozenset(_turned(positions))
        if key not in self._qualities:
            self._spend()
            now = self.state(positions)
            self._qualities[key] = _rate(outline_of(self.rule, now.sheet, now.anchors))
        return self._qualities[key]

    def _spend(self) -> None:
        self.spent += 1
        if self.spent > MOST_EVALUATIONS:
            raise OutOfBudgetError

    def _reach(self, positions: Positions) -> tuple[Positions, Positions]:
        """Between which positions the unknown figures may lie, all of them at once.

        One by one, so that the room one of them takes is no longer there for the next.
        """
        near, far = dict(positions), dict(positions)
        for knob, place in positions.items():
            if knob.numeric:
                far[knob] = self._top(knob, place, (near, far))
                near[knob] = far[knob] if place == 1 and far[knob] < knob.most else place
        return (near, far) if self._minimal(near) else (positions, positions)

    def _top(self, knob: Knob, place: int, corners: tuple[Positions, ...]) -> int:
        """The greatest position of a knob at which the rule is still met in every corner."""

        def met(at: int) -> bool:
            return all(self.met(_moved(corner, knob, at)) for corner in corners)

        low, high = place, knob.most
        if met(high):
            return high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if met(middle) else (low, middle)
        return low

    def _minimal(self, positions: Positions) -> bool:
        return not any(
            self.met({each: place for each, place in positions.items() if each is not knob}) for knob in positions
        )


def _move(knob: Knob, place: int, near: int, far: int) -> Move:
    """The move of a position; for an unknown figure, between which values it may lie."""
    assert knob.move is not None
    move = knob.move(near)
    if not knob.numeric or (place == 1 and far == knob.most):
        return move
    # A date's ladder counts back from 申报日: further up is earlier.
    up, down = ("down", "up") if isinstance(move.after, date) else ("up", "down")
    if place == 1:
        return replace(move, relation=down)
    return replace(move, relation=up, limit=knob.move(far).after if far < knob.most else None)


def _turned(positions: Positions) -> Iterable[tuple[Knob, int]]:
    return ((knob, place) for knob, place in positions.items() if place)


def _moved(positions: Positions, knob: Knob, place: int) -> Positions:
    """The positions with one changed, named last: what the others have in common is worked out once."""
    return {**{each: at for each, at in positions.items() if each is not knob}, knob: place}


def _rate(outline: Outline) -> Quality:
    rank = {Answer.MET: 2, Answer.UNKNOWN: 1, Answer.UNMET: 0}[outline.answer]
    lows = [low for low in outline.scores if not isinstance(low, Infinity)]
    return (
        rank,
        -outline.wanted.count(Answer.UNMET),
        outline.wanted.count(Answer.MET),
        outline.comparisons.count(Answer.MET),
        sum(map(Fraction, lows), Fraction(0)),
    )
