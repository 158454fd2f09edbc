"""What is to be expected of each firm for one target, and what follows for the stock: values in, values out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from app.checks.models import Standing
from app.forecasts.models import Fate, Proposal
from app.rules import Answer, Gap, say_gap
from app.titles.certifying import Procedure, earliest_issue, months_later, months_left
from app.titles.choosing import Candidate, Selection, select
from app.titles.ladder import Certificate
from app.titles.stock import held_until, month_ends, stock
from app.titles.validity import last_day

LONGEST_SENTENCE = 500
MOST_ASKED = 8


class InScope(NamedTuple):
    """A firm that may count."""

    id: int
    name: str
    revision: int


@dataclass(frozen=True)
class Way:
    """A proposal as it is kept: the sentence, what it takes, and the day a wait leads to."""

    words: str
    lead_months: int
    effort: int
    certain: bool
    on: date | None

    @classmethod
    def of(cls, gap: Gap) -> "Way":
        """Each thing that has to be found out counts as one more effort; what is judged by people is not certain."""
        asked = sum(move.confirm for move in gap.moves)
        words = say_gap(gap)[:LONGEST_SENTENCE]
        return cls(words, gap.lead_months, gap.effort + asked, not asked and not gap.open, gap.on)

    @classmethod
    def restored(cls, kept: Mapping[str, Any]) -> "Way":
        return cls(**{**kept, "on": date.fromisoformat(kept["on"]) if kept["on"] else None})

    def kept(self) -> dict[str, Any]:
        return {**vars(self), "on": self.on and self.on.isoformat()}


@dataclass(frozen=True)
class Planned:
    """A certificate that stands only if a firm does what is proposed."""

    kind: str
    issued_on: date
    valid_until: date | None
    revoked_on: date | None = None


@dataclass(frozen=True)
class Task:
    """One target on its day, and the procedure by which its title is had."""

    kind: str
    count: int
    today: date
    until: date
    procedure: Procedure

    @property
    def months_left(self) -> int | None:
        return months_left(self.today, self.procedure, covering=self.until)

    def issued(self, lead_months: int, on: date | None = None) -> date | None:
        """The day of issue after some months of preparation, or once a day is reached; None where it is too late."""
        ready = max(months_later(self.today, lead_months) if on is None else on, self.today)
        issued = earliest_issue(ready, self.procedure, covering=self.until)
        return issued if issued is not None and issued <= self.until else None


@dataclass(frozen=True)
class Known:
    """What is known of the firms in scope, by firm."""

    firms: Mapping[int, InScope]
    titles: Mapping[int, Sequence[Certificate]]
    standings: Mapping[int, Standing]
    proposals: Mapping[int, Proposal]


@dataclass(frozen=True)
class Expected:
    """What is expected of one firm; `candidate` where it can be certified in time."""

    firm: InScope
    fate: Fate
    lapses_on: date | None = None
    candidate: Candidate | None = None
    summary: str = ""
    ways: tuple[Way, ...] = ()
    asks: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Question:
    """Something not known: how many candidates wait for it, and how many of them for nothing else."""

    what: str
    year: int | None
    by: str
    firms: int
    alone: int


@dataclass(frozen=True)
class Outlook:
    """Everything about one target. `unsearched` firms are 不符合 and were not searched for proposals."""

    selection: Selection
    expected: tuple[Expected, ...]
    kept: int
    unsearched: int
    closed: bool
    series: Mapping[str, list[Any]] = field(default_factory=dict)


def outlook(task: Task, known: Known) -> Outlook:
    """Judge every firm in scope for a target, choose the smallest set, and draw the stock with and without it."""
    left = task.months_left
    found = [_expected(task, known, firm, left) for firm in known.firms.values()]
    expected = tuple(each for each in found if each is not None)
    kept = sum(each.fate is Fate.KEPT for each in expected)
    # Where no title can be had any more by anybody, nothing is left undecided.
    unsearched = 0 if left is None else len(found) - len(expected)
    loose = sum(each.fate in (Fate.LATE, Fate.STUCK) for each in expected)
    candidates = [each.candidate for each in expected if each.candidate]
    selection = select(task.count, kept, candidates, undecided=loose + unsearched)
    series = _series(task, known, selection)
    return Outlook(selection, expected, kept, unsearched, left is None, series)


def to_search(task: Task, known: Known, most: int) -> list[int]:
    """The firms to search proposals for, at most so many: those who would have to renew first, then the nearest."""
    left = task.months_left
    if left is None:
        return []
    unmet = [
        each
        for each in known.standings.values()
        if each.firm_id in known.firms
        and each.answer == Answer.UNMET.code
        and not _is_kept(known.titles.get(each.firm_id, ()), task)
    ]
    unmet.sort(key=lambda each: _nearness(task, known, each))
    nearest = [each.firm_id for each in unmet[:most]]
    return [firm_id for firm_id in nearest if not answers(known.proposals.get(firm_id), left, task.until)]


def questions(expected: Iterable[Expected]) -> list[Question]:
    """What is best asked first: what settles most candidates by itself, then what most of them wait for."""
    counts: dict[tuple[str, int | None, str], list[int]] = {}
    for each in expected:
        for one in each.asks:
            count = counts.setdefault((one["what"], one["year"], one["by"]), [0, 0])
            count[0] += 1
            count[1] += len(each.asks) == 1
    found = [Question(*asked, firms, alone) for asked, (firms, alone) in counts.items()]
    return sorted(found, key=lambda each: (-each.alone, -each.firms, each.what, each.year or 0))[:MOST_ASKED]


def answers(proposal: Proposal | None, months: int, until: date) -> bool:
    """Whether what was found for a firm settles this question as well."""
    return proposal is not None and (proposal.ways is not None or _rules_out(proposal, months, until))


def _rules_out(proposal: Proposal, months: int, until: date) -> bool:
    if proposal.ruled_months is None or proposal.ruled_until is None:
        return False
    return proposal.ruled_months >= months and proposal.ruled_until >= until


def _nearness(task: Task, known: Known, standing: Standing) -> tuple[bool, int, int, str, int]:
    renews = held_until(known.titles.get(standing.firm_id, ()), task.today) is not None
    firm = known.firms[standing.firm_id]
    return not renews, standing.unmet + standing.unknown, standing.unmet, firm.name, firm.id


def _is_kept(titles: Iterable[Certificate], task: Task) -> bool:
    return held_until(titles, task.until) is not None


def _expected(task: Task, known: Known, firm: InScope, left: int | None) -> Expected | None:
    """What is expected of a firm; None where nothing was searched for it."""
    titles = known.titles.get(firm.id, ())
    if _is_kept(titles, task):
        return Expected(firm, Fate.KEPT, held_until(titles, task.until))
    lapses = held_until(titles, task.today)
    standing = known.standings.get(firm.id)
    if left is None:
        return Expected(firm, Fate.RULED_OUT, lapses) if lapses else None
    if standing is None:
        return None
    match Answer[standing.answer.upper()]:
        case Answer.MET:
            return _ready(task, firm, lapses, standing)
        case Answer.UNKNOWN:
            return _open(task, firm, lapses, standing)
        case Answer.UNMET:
            proposal = known.proposals.get(firm.id)
            return _prepared(task, firm, lapses, standing, proposal, left)


def _ready(task: Task, firm: InScope, lapses: date | None, standing: Standing) -> Expected:
    candidate = _candidate(task, firm, Way("已全部符合，申报即可", 0, 0, certain=True, on=None))
    return Expected(firm, Fate.READY, lapses, candidate, standing.summary)


def _open(task: Task, firm: InScope, lapses: date | None, standing: Standing) -> Expected:
    """待核: nothing to prepare, and as much effort as there are things to ask."""
    asks = tuple(standing.missing)
    candidate = _candidate(task, firm, Way("", 0, max(1, len(asks)), certain=False, on=None))
    return Expected(firm, Fate.MAY, lapses, candidate, standing.summary, asks=asks)


def _prepared(
    task: Task, firm: InScope, lapses: date | None, standing: Standing, proposal: Proposal | None, left: int
) -> Expected | None:
    """不符合: by the best proposal that leads to a title in time; a certain one is better than a sooner one."""
    if proposal is None or not answers(proposal, left, task.until):
        return None
    if proposal.ways is None:
        return Expected(firm, Fate.RULED_OUT, lapses, summary=standing.summary)
    ways = [Way.restored(each) for each in proposal.ways]
    in_time = sorted((way for way in ways if task.issued(way.lead_months, way.on)), key=_rank)
    if not in_time:
        return Expected(firm, Fate.LATE if ways else Fate.STUCK, lapses, None, standing.summary, tuple(ways))
    best = in_time[0]
    shown = (best, *(way for way in ways if way is not best))
    fate = Fate.READY if best.certain else Fate.MAY
    return Expected(firm, fate, lapses, _candidate(task, firm, best), standing.summary, shown)


def _rank(way: Way) -> tuple[bool, int, int]:
    return not way.certain, way.lead_months, way.effort


def _candidate(task: Task, firm: InScope, way: Way) -> Candidate:
    issued = task.issued(way.lead_months, way.on)
    assert issued is not None
    return Candidate(firm.id, firm.name, way.lead_months, way.effort, way.certain, issued)


def _series(task: Task, known: Known, selection: Selection) -> dict[str, list[Any]]:
    """Month end by month end: the stock if nothing is renewed, with the certain firms chosen, and with all of them."""
    days = month_ends(task.today, task.until)
    sure = [each for each in selection.chosen if each.certain]
    held, surely, best = (stock(_holders(task, known, some), days) for some in ([], sure, selection.chosen))
    ends = [held_until(titles, task.today) for firm, titles in known.titles.items() if firm in known.firms]
    lapses = [sum(end is not None and _month(end) == _month(day) for end in ends) for day in days]
    written = [day.isoformat() for day in days]
    return {"days": written, "lapses": lapses, "held": list(held), "sure": list(surely), "best": list(best)}


def _holders(task: Task, known: Known, chosen: Iterable[Candidate]) -> list[list[Certificate]]:
    planned = {each.firm_id: [_planned(task, each)] for each in chosen}
    return [[*known.titles.get(firm, ()), *planned.get(firm, ())] for firm in known.firms]


def _planned(task: Task, candidate: Candidate) -> Planned:
    return Planned(task.kind, candidate.issued_on, last_day(task.procedure.valid_for, candidate.issued_on))


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
