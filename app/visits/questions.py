"""What to ask a firm on the next visit: the figures whose absence holds up most findings, then those gone stale."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks import service as checks
from app.checks.models import Standing
from app.core import clock
from app.facts.freshness import age_of, is_stale
from app.facts.models import Fact
from app.facts.service import named
from app.facts.sheet import unit_shown
from app.facts.values import joined
from app.facts.vocabulary import vocabulary
from app.rules import Answer, FactKind
from app.statements.queries import waiting_figures
from app.visits.declared import Handling, handling_of
from app.visits.forms import ANSWER, SEEN, answer_name
from app.visits.models import Reply, ReplyState

MOST = 5

Figure = tuple[str, int]
Counts = tuple[int, int, Fraction]


@dataclass(frozen=True)
class Asking:
    """One figure to ask for. `settles` findings wait for it alone, `waits` for it among others; `share` counts of
    each finding one part of as many as it waits for; `last` is the latest value known, of this year or an earlier one.
    """

    kind: FactKind
    year: int
    settles: int
    waits: int
    share: Fraction
    last: Fact | None

    @property
    def label(self) -> str:
        return named(self.kind, self.year)

    @property
    def name(self) -> str:
        return answer_name(ANSWER, self.kind.code, self.year)

    @property
    def seen_name(self) -> str:
        return answer_name(SEEN, self.kind.code, self.year)

    @property
    def seen(self) -> int:
        """The id of the very figure that is asked for, where an old one stands; 0 for none."""
        return self.last.id if self.last is not None and self.last.year == self.year else 0

    @property
    def unit(self) -> str:
        return unit_shown(self.kind)

    @property
    def why(self) -> str:
        """What an answer is good for, in words."""
        if self.settles:
            return f"问清可定 {self.settles} 条结论"
        return f"{self.waits} 条结论还等着它" if self.waits else "已过时效，请核实"

    @property
    def known(self) -> str:
        """“2024年度为 1,200.00 万元（税务，7 个月前）”; empty where nothing is known."""
        if self.last is None:
            return ""
        value = self.kind.show(joined(self.kind, self.last.number, self.last.text))
        period = f"{self.last.year}年度为" if self.last.year else "上次为"
        return f"{period} {value}（{self.last.source.label}，{age_of(self.last, clock.today())}）"

    @property
    def handling(self) -> Handling:
        return handling_of(self.kind)


def questions_of(db: Session, firms: Collection[int], *, most: int = MOST) -> dict[int, list[Asking]]:
    """Firm → what to ask there, most useful first; what was answered and still waits to be confirmed is left out."""
    waiting, held = _waiting(db, firms), _held(db, firms)
    missing = _missing(db, firms)
    found: dict[int, list[Asking]] = {}
    for firm in firms:
        facts = held[firm]
        asked = [_asking(facts, figure, counts) for figure, counts in missing[firm].items()]
        asked += [
            _asking(facts, figure, (0, 0, Fraction(0))) for figure in _stale(facts) if figure not in missing[firm]
        ]
        open_ones = (each for each in asked if (each.kind.code, each.year) not in waiting[firm])
        found[firm] = sorted(open_ones, key=lambda each: (-each.settles, -each.share, each.label))[:most]
    return found


def _missing(db: Session, firms: Collection[int]) -> dict[int, dict[Figure, Counts]]:
    """Firm → figure → how many findings it alone would settle, how many wait for it, and its share in these."""
    open_ones = sa.select(Standing).where(Standing.firm_id.in_(firms), Standing.answer == Answer.UNKNOWN.code)
    standings = db.scalars(open_ones.order_by(Standing.firm_id, Standing.rule_code)).all()
    missing = checks.missing_of_rows(db, standings)
    settles: defaultdict[int, Counter[Figure]] = defaultdict(Counter)
    waits: defaultdict[int, Counter[Figure]] = defaultdict(Counter)
    shares: defaultdict[int, defaultdict[Figure, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for each in standings:
        figures = list(_figures(missing.get(each.id, [])))
        waits[each.firm_id].update(figures)
        for figure in figures:
            shares[each.firm_id][figure] += Fraction(1, len(figures))
        if (each.unmet, each.unknown) == (0, 1) and len(figures) == 1:
            settles[each.firm_id].update(figures)
    return {
        firm: {figure: (settles[firm][figure], n, shares[firm][figure]) for figure, n in waits[firm].items()}
        for firm in firms
    }


def _figures(missing: Iterable[dict[str, object]]) -> Iterator[Figure]:
    """The figures among what is missing that may be asked for on a visit; records are not."""
    kinds = {kind.label: kind for kind in vocabulary().facts.values()}
    for each in missing:
        kind = kinds.get(str(each["what"]))
        if kind is not None and handling_of(kind) is not Handling.NEVER:
            yield kind.code, int(str(each["year"] or 0))


def _held(db: Session, firms: Collection[int]) -> defaultdict[int, dict[Figure, Fact]]:
    """Firm → its standing figures, years in order."""
    found: defaultdict[int, dict[Figure, Fact]] = defaultdict(dict)
    statement = sa.select(Fact).where(Fact.firm_id.in_(firms), Fact.superseded_at.is_(None))
    for fact in db.scalars(statement.order_by(Fact.year)):
        found[fact.firm_id][fact.kind, fact.year] = fact
    return found


def _stale(facts: dict[Figure, Fact]) -> Iterator[Figure]:
    kinds, today = vocabulary().facts, clock.today()
    for figure, fact in facts.items():
        kind = kinds.get(fact.kind)
        if kind and handling_of(kind) is not Handling.NEVER and is_stale(kind, fact.year, fact, today):
            yield figure


def _waiting(db: Session, firms: Collection[int]) -> defaultdict[int, set[Figure]]:
    """Firm → the figures about which it has spoken already, on a visit or on its own page, and nobody has decided."""
    found: defaultdict[int, set[Figure]] = defaultdict(set)
    on_visits = sa.select(Reply.firm_id, Reply.kind, Reply.year)
    waiting = on_visits.where(Reply.firm_id.in_(firms), Reply.state == ReplyState.WAITING)
    for firm_id, code, year in db.execute(waiting_figures(firms).union_all(waiting)):
        found[firm_id].add((code, year))
    return found


def _asking(facts: dict[Figure, Fact], figure: Figure, counts: Counts) -> Asking:
    code, year = figure
    earlier = [fact for (kind, _), fact in facts.items() if kind == code and fact.year <= (year or 0)]
    return Asking(vocabulary().facts[code], year, *counts, earlier[-1] if earlier else None)
