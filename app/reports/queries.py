"""Counts and the rows behind them: every number here is made by the same condition as its list."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.checks.models import Checked, Round, Standing
from app.core import clock
from app.core.paging import count
from app.facts.vocabulary import vocabulary
from app.firms.access import visible
from app.firms.models import Firm
from app.rules import TitleKind
from app.titles.models import Title
from app.titles.queries import counting_on, ending

LADDER = "科技企业梯度"
NEAR = 2
LANES = ("30", "90", "180", "expired")
MOST_OPEN = 20_000
MOST_ASKED = 5
READ = "board:read"


@dataclass(frozen=True)
class RungCount:
    """One rung of the board."""

    kind: TitleKind
    held: int
    ready: int
    near: int


@dataclass(frozen=True)
class OpenQuestion:
    """Something not known, and how many answers it alone would settle."""

    what: str
    year: int | None
    by: str
    answers: int


def rungs() -> list[TitleKind]:
    """The title kinds of the ladder, lowest first."""
    kinds = (kind for kind in vocabulary().titles.values() if kind.ladder == LADDER and kind.rung)
    return sorted(kinds, key=lambda kind: kind.rung or 0)


def rung_counts(db: Session, actor: User) -> list[RungCount]:
    return [
        RungCount(kind, *(count(db, rows_on_board(actor, kind.code, state)) for state in ("held", "ready", "near")))
        for kind in rungs()
    ]


def rows_on_board(actor: User, kind: str, state: str) -> sa.Select[Any]:
    """The firms behind one number of the board.

    `held`: the highest rung in force is this one; `ready`: all conditions are met, the title is not held;
    `near`: at most two conditions are in the way, the title is not held.
    """
    mine = sa.select(Firm).where(visible(actor, READ))
    if state == "held":
        return mine.where(Firm.id.in_(_on_rung(kind))).order_by(Firm.name, Firm.id)
    standing = mine.join(Standing, (Standing.firm_id == Firm.id) & (Standing.rule_code == kind))
    standing = standing.where(Firm.id.not_in(_holding(kind)))
    if state == "ready":
        return standing.where(Standing.answer == "met").order_by(Firm.name, Firm.id)
    in_the_way = Standing.unmet + Standing.unknown
    near = standing.where(Standing.answer != "met", in_the_way.between(1, NEAR))
    return near.order_by(in_the_way, Standing.unmet, Firm.name, Firm.id)


def standings_of(db: Session, firms: list[Firm], rule: str) -> dict[int, Standing]:
    ids = [firm.id for firm in firms]
    found = db.scalars(sa.select(Standing).where(Standing.rule_code == rule, Standing.firm_id.in_(ids)))
    return {standing.firm_id: standing for standing in found}


def titles_of_firms(db: Session, firms: list[Firm]) -> dict[int, list[Title]]:
    """Every standing title of some firms, by firm."""
    ids = [firm.id for firm in firms]
    found: dict[int, list[Title]] = {firm_id: [] for firm_id in ids}
    for title in db.scalars(sa.select(Title).where(Title.firm_id.in_(ids), Title.superseded_at.is_(None))):
        found[title.firm_id].append(title)
    return found


def lane_counts(db: Session, actor: User, kind: str) -> dict[str, int]:
    return {lane: count(db, expiring(actor, lane, kind)) for lane in LANES}


def expiring(actor: User, lane: str, kind: str = "") -> sa.Select[Any]:
    """The titles that end in a lane (or `soon`: within 90 days), unless the same firm holds a later one of the kind."""
    statement = sa.select(Title).join(Firm, Firm.id == Title.firm_id).where(ending(lane), visible(actor, READ))
    if kind:
        statement = statement.where(Title.kind == kind)
    return statement.options(joinedload(Title.firm)).order_by(Title.valid_until, Title.id)


def open_questions(db: Session, actor: User) -> list[OpenQuestion]:
    """What is missing where nothing else stands in the way, by how many answers it would settle."""
    return _settled(db.scalars(_decidable(actor).limit(MOST_OPEN)))


def answer_counts(db: Session, actor: User) -> dict[str, dict[str, int]]:
    """Rule → answer → how many firms."""
    mine = sa.select(Standing.rule_code, Standing.answer, sa.func.count()).join(Firm, Firm.id == Standing.firm_id)
    counts: dict[str, dict[str, int]] = {}
    for code, answer, firms in db.execute(
        mine.where(visible(actor, READ)).group_by(Standing.rule_code, Standing.answer)
    ):
        counts.setdefault(code, {})[answer] = firms
    return counts


def judged(actor: User, code: str, answer: str) -> sa.Select[Any]:
    """The firms one rule gives one answer, those with least in the way first."""
    mine = sa.select(Standing).join(Firm, Firm.id == Standing.firm_id).options(joinedload(Standing.firm))
    found = mine.where(visible(actor, READ), Standing.rule_code == code, Standing.answer == answer)
    return found.order_by(Standing.unmet, Standing.unknown, Firm.name, Firm.id)


def unchecked_count(db: Session, actor: User) -> int:
    """Firms that have not been checked at all yet."""
    checked = sa.select(Checked.firm_id)
    return count(db, sa.select(Firm).where(visible(actor, READ), Firm.id.not_in(checked)))


def questions_of_rule(db: Session, actor: User, code: str) -> list[OpenQuestion]:
    """What would settle most of one rule's open answers if it were known."""
    return _settled(db.scalars(_decidable(actor).where(Standing.rule_code == code).limit(MOST_OPEN)))[:MOST_ASKED]


def rows_of_question(db: Session, actor: User, what: str, year: int | None) -> list[Standing]:
    """The answers that wait for one missing thing."""
    found = db.scalars(_decidable(actor).options(joinedload(Standing.firm)).limit(MOST_OPEN))
    return [each for each in found if any(m["what"] == what and m["year"] == year for m in each.missing)]


def checked_as_of(db: Session) -> Any:
    """The oldest moment at which a rule was judged over the pool; boards speak as of then."""
    return db.scalar(sa.select(sa.func.min(Round.judged_at)))


def firm_count(db: Session, actor: User) -> int:
    return count(db, sa.select(Firm).where(visible(actor, READ)))


def _settled(standings: Iterable[Standing]) -> list[OpenQuestion]:
    answers: Counter[tuple[str, int | None, str]] = Counter()
    for standing in standings:
        answers.update({(each["what"], each["year"], each["by"]) for each in standing.missing})
    return [OpenQuestion(what, year, by, count) for (what, year, by), count in answers.most_common()]


def _decidable(actor: User) -> sa.Select[Any]:
    """Open answers with nothing 不符合 and one condition 待核: one thing known more would settle each."""
    statement = sa.select(Standing).join(Firm, Firm.id == Standing.firm_id)
    return statement.where(
        visible(actor, READ), Standing.answer == "unknown", Standing.unmet == 0, Standing.unknown == 1
    ).order_by(Standing.firm_id, Standing.rule_code)


def _holding(kind: str) -> sa.Select[int]:
    return sa.select(Title.firm_id).where(Title.kind == kind, counting_on(clock.today()))


def _on_rung(kind: str) -> sa.Select[int]:
    """Firms whose highest title in force is of this kind: titles decide the rung, nothing else."""
    order = {each.code: each.rung for each in rungs()}
    rank = sa.case(order, value=Title.kind)
    highest = sa.select(Title.firm_id).where(Title.kind.in_(order), counting_on(clock.today())).group_by(Title.firm_id)
    return highest.having(sa.func.max(rank) == order[kind])
