"""Counts and the rows behind them: every number here is made by the same condition as its list."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.checks.models import Checked, Round, Standing
from app.core import clock
from app.core.paging import count, counts, counts_of
from app.facts.vocabulary import vocabulary
from app.firms.access import reached, visible
from app.firms.lists import ladder_column
from app.firms.models import Firm
from app.rules import TitleKind
from app.titles import ladder as ladders
from app.titles.models import Title
from app.titles.queries import counting_on, ending

LADDER = "科技企业梯度"
NEAR = 2
LANES = ("30", "90", "180", "expired")
MOST_ASKED = 5
AWAY = ("ready", "near")
MISSING = sa.cast(Standing.missing, sa.Text)
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
    """Every number of the board, in one statement; the same conditions as its lists, without their order."""
    held = (sa.select(Firm).where(visible(actor, READ), ladder_column.on_rung(kind.code)) for kind in rungs())
    away = ([sa.select(Standing).where(*_away(actor, kind.code, state)) for state in AWAY] for kind in rungs())
    asked = [each for first, others in zip(held, away, strict=True) for each in (first, *others)]
    found = iter(counts(db, asked))
    return [RungCount(kind, next(found), next(found), next(found)) for kind in rungs()]


def rows_on_board(actor: User, kind: str, state: str) -> sa.Select[Any]:
    """The firms behind one number of the board.

    `held`: the highest rung in force is this one; `ready`: all conditions are met, the title is not held;
    `near`: at most two conditions are in the way, the title is not held.
    """
    if state == "held":
        held = sa.select(Firm).where(visible(actor, READ), ladder_column.on_rung(kind))
        return held.order_by(Firm.name, Firm.id)
    found = sa.select(Firm).join(Standing, Standing.firm_id == Firm.id).where(*_away(actor, kind, state))
    return found.order_by(Standing.unmet + Standing.unknown, Standing.unmet, Firm.name, Firm.id)


def standings_of(db: Session, firms: list[Firm], rule: str) -> dict[int, Standing]:
    ids = [firm.id for firm in firms]
    found = db.scalars(sa.select(Standing).where(Standing.rule_code == rule, Standing.firm_id.in_(ids)))
    return {standing.firm_id: standing for standing in found}


def standings_of_all(db: Session, firms: Mapping[str, list[Firm]]) -> dict[str, dict[int, Standing]]:
    """Rule → firm → standing, for the firms given for each rule."""
    ids = {firm.id for some in firms.values() for firm in some}
    found: dict[str, dict[int, Standing]] = {code: {} for code in firms}
    wanted = sa.select(Standing).where(Standing.firm_id.in_(ids), Standing.rule_code.in_(firms))
    for standing in db.scalars(wanted):
        found[standing.rule_code][standing.firm_id] = standing
    return found


def stays_of(db: Session, firms: list[Firm]) -> dict[int, ladders.Standing]:
    """Firm → its place on the ladder today, with the time spent there."""
    titles: dict[int, list[Title]] = {firm.id: [] for firm in firms}
    for title in db.scalars(sa.select(Title).where(Title.firm_id.in_(titles), Title.superseded_at.is_(None))):
        titles[title.firm_id].append(title)
    ladder = next(each for each in ladders.ladders(vocabulary()) if each.name == LADDER)
    return {firm.id: ladders.place(titles[firm.id], clock.today(), ladder) for firm in firms}


def lane_counts(db: Session, actor: User, kind: str) -> dict[str, int]:
    return counts_of(db, {lane: expiring(actor, lane, kind) for lane in LANES})


def expiring(actor: User, lane: str, kind: str = "") -> sa.Select[Any]:
    """The titles that end in a lane (or `soon`: within 90 days), unless the same firm holds a later one of the kind."""
    statement = sa.select(Title).where(ending(lane), reached(actor, READ, Title.firm_id))
    if kind:
        statement = statement.where(Title.kind == kind)
    return statement.order_by(Title.valid_until, Title.id)


def open_questions(db: Session, actor: User) -> list[OpenQuestion]:
    """What is missing where nothing else stands in the way, by how many answers it would settle."""
    return _settled(_by_missing(db, *_decidable(actor)))


def answer_counts(db: Session, actor: User, code: str = "") -> dict[str, dict[str, int]]:
    """Rule → answer → how many firms; of one rule where it is named."""
    mine = sa.select(Standing.rule_code, Standing.answer, sa.func.count())
    mine = mine.where(reached(actor, READ, Standing.firm_id), Standing.rule_code == code if code else sa.true())
    found: dict[str, dict[str, int]] = {}
    for rule, answer, firms in db.execute(mine.group_by(Standing.rule_code, Standing.answer)):
        found.setdefault(rule, {})[answer] = firms
    return found


def judged(actor: User, code: str, answer: str) -> sa.Select[Any]:
    """The firms one rule gives one answer, those with least in the way first."""
    mine = sa.select(Standing).join(Firm, Firm.id == Standing.firm_id)
    found = mine.where(reached(actor, READ, Standing.firm_id), Standing.rule_code == code, Standing.answer == answer)
    return found.order_by(Standing.unmet, Standing.unknown, Firm.name, Firm.id)


def unchecked_count(db: Session, actor: User) -> int:
    """Firms that have not been checked at all yet."""
    checked = sa.select(Checked.firm_id)
    return count(db, sa.select(Firm).where(visible(actor, READ), Firm.id.not_in(checked)))


def questions_of_rule(db: Session, actor: User, code: str) -> list[OpenQuestion]:
    """What would settle most of one rule's open answers if it were known."""
    return _settled(_by_missing(db, *_decidable(actor), Standing.rule_code == code))[:MOST_ASKED]


def rows_of_question(db: Session, actor: User, what: str, year: int | None) -> sa.Select[Any]:
    """The answers that wait for one missing thing."""
    every = _by_missing(db, *_decidable(actor))
    waiting = [text for text in every if any((m["what"], m["year"]) == (what, year) for m in json.loads(text))]
    found = sa.select(Standing).where(*_decidable(actor), MISSING.in_(waiting))
    return found.order_by(Standing.firm_id, Standing.rule_code)


def checked_as_of(db: Session) -> Any:
    """The oldest moment at which a rule was judged over the pool; boards speak as of then."""
    return db.scalar(sa.select(sa.func.min(Round.judged_at)))


def firm_count(db: Session, actor: User) -> int:
    return count(db, sa.select(Firm).where(visible(actor, READ)))


def _settled(waiting: Mapping[str, int]) -> list[OpenQuestion]:
    answers: Counter[tuple[str, int | None]] = Counter()
    by: dict[tuple[str, int | None], str] = {}
    for text, standings in waiting.items():
        asked = {(each["what"], each["year"]): each["by"] for each in json.loads(text)}
        answers.update(dict.fromkeys(asked, standings))
        by |= asked
    return [OpenQuestion(*key, by[key], count) for key, count in answers.most_common()]


def _by_missing(db: Session, *conditions: sa.ColumnElement[bool]) -> dict[str, int]:
    """What is missing, as it is stored, and for how many answers: many lack the same, so the texts are few."""
    found = sa.select(MISSING, sa.func.count()).where(*conditions).group_by(MISSING).order_by(MISSING)
    return {text: standings for text, standings in db.execute(found)}  # noqa: C416 - rows are no pairs to mypy


def _decidable(actor: User) -> tuple[sa.ColumnElement[bool], ...]:
    """Open answers with nothing 不符合 and one condition 待核: one thing known more would settle each."""
    rules = Standing.rule_code.in_(sa.select(Round.rule_code))  # the index begins with the rule
    open_answer = Standing.answer == "unknown", Standing.unmet == 0, Standing.unknown == 1
    return rules, *open_answer, reached(actor, READ, Standing.firm_id)


def _away(actor: User, kind: str, state: str) -> tuple[sa.ColumnElement[bool], ...]:
    """The conditions on Standing that a firm is `ready` for a title or `near` it, without holding it."""
    own = Standing.rule_code == kind, Standing.firm_id.not_in(_holding(kind)), reached(actor, READ, Standing.firm_id)
    if state == "ready":
        return *own, Standing.answer == "met"
    # The answers are named and the first number bounded as well, for the index.
    near = Standing.answer.in_(("unmet", "unknown")), Standing.unmet <= NEAR
    return *own, *near, (Standing.unmet + Standing.unknown).between(1, NEAR)


def _holding(kind: str) -> sa.Select[int]:
    return sa.select(Title.firm_id).where(Title.kind == kind, counting_on(clock.today()))
