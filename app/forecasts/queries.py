"""Reading for forecasts: who is in scope and what they hold, what was found, and whether it is still true."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import Unit, User
from app.checks.models import Standing
from app.core import clock
from app.facts.vocabulary import vocabulary
from app.firms.access import visible
from app.firms.models import Firm, FirmState
from app.forecasts.models import Fate, Forecast, ForecastFirm, ForecastTarget, Proposal
from app.forecasts.outlook import InScope
from app.policies.queries import Entry, rule_book
from app.titles.models import Title

SEE_FIRMS = "firm:read"


def forecasts() -> sa.Select[Forecast]:
    """Every forecast, newest first."""
    wanted = sa.select(Forecast).options(
        selectinload(Forecast.targets), joinedload(Forecast.unit), joinedload(Forecast.made_by)
    )
    return wanted.order_by(Forecast.made_at.desc(), Forecast.id.desc())


def forecast(db: Session, forecast_id: int) -> Forecast | None:
    return db.scalar(forecasts().where(Forecast.id == forecast_id))


def newer(db: Session, old: Forecast) -> Forecast | None:
    """The latest forecast of the same name, if it is another one."""
    same = sa.select(Forecast).where(Forecast.name == old.name, Forecast.made_at > old.made_at)
    return db.scalar(same.order_by(Forecast.made_at.desc(), Forecast.id.desc()).limit(1))


def judged_kinds(db: Session) -> dict[str, Entry]:
    """Title kind → the standard that decides it here, lowest rung first; kinds without a standard are left out."""
    found = {entry.rule.title: entry for entry in rule_book(db).here() if entry.rule.kind == "standard"}
    kinds = sorted(vocabulary().titles.values(), key=lambda kind: (kind.ladder, kind.rung or 0))
    return {kind.code: found[kind.code] for kind in kinds if kind.code in found}


def term_of(kind: str) -> str:
    """How long a title of a kind lasts, as seeds/titles.yaml has it."""
    return vocabulary().titles[kind].valid_for


def in_scope(unit: Unit | None) -> sa.ColumnElement[bool]:
    """The condition on Firm that it belongs to a unit or one below it, by its unit or its park; None: the district."""
    if unit is None:
        return Firm.merged_into_id.is_(None)
    below = sa.select(Unit.id).where(Unit.path.startswith(unit.path, autoescape=True))
    return Firm.merged_into_id.is_(None) & (Firm.unit_id.in_(below) | Firm.park_id.in_(below))


def firms_of(db: Session, unit: Unit | None) -> dict[int, InScope]:
    """The firms that may count: in scope and in business. Those that moved away or closed do not."""
    wanted = sa.select(Firm.id, Firm.name, Firm.revision).where(in_scope(unit), Firm.state == FirmState.OPEN)
    return {row.id: InScope(*row) for row in db.execute(wanted.order_by(Firm.name, Firm.id))}


def titles_of(db: Session, kind: str, unit: Unit | None) -> dict[int, list[Title]]:
    """Firm → its standing titles of a kind, of every firm in scope, in business or not."""
    wanted = sa.select(Title).join(Firm, Firm.id == Title.firm_id)
    found: dict[int, list[Title]] = {}
    for title in db.scalars(wanted.where(in_scope(unit), Title.kind == kind, Title.superseded_at.is_(None))):
        found.setdefault(title.firm_id, []).append(title)
    return found


def standings_of(db: Session, rule: str, unit: Unit | None) -> dict[int, Standing]:
    wanted = sa.select(Standing).join(Firm, Firm.id == Standing.firm_id)
    found = db.scalars(wanted.where(in_scope(unit), Standing.rule_code == rule))
    return {standing.firm_id: standing for standing in found}


def proposals_of(db: Session, rule: str, book: str, day: date) -> dict[int, Proposal]:
    """Firm → what was found for a rule, where neither the firm nor the book nor the day has changed since."""
    wanted = sa.select(Proposal).join(Firm, (Firm.id == Proposal.firm_id) & (Firm.revision == Proposal.revision))
    still = Proposal.rule_code == rule, Proposal.book == book, Proposal.day == day
    return {each.firm_id: each for each in db.scalars(wanted.where(*still))}


def scope_state(db: Session, unit: Unit | None) -> tuple[int, int]:
    """How many firms are in scope, and the sum of their revisions."""
    counted = sa.select(sa.func.count(Firm.id), sa.func.coalesce(sa.func.sum(Firm.revision), 0))
    firms, revisions = db.execute(counted.where(in_scope(unit))).one()
    return firms, int(revisions)


def changed_since(db: Session, made: Forecast) -> list[str]:
    """Why a forecast is no longer what one made now would be, as sentences; empty while it is."""
    if made.computed_at is None or made.day is None:
        return []
    said = []
    touched = in_scope(made.unit), Firm.changed_at > made.computed_at
    if (made.firms, made.revisions) != scope_state(db, made.unit):
        changed = db.scalar(sa.select(sa.func.count(Firm.id)).where(*touched)) or 0
        said.append(f"{changed} 家企业的资料有变化" if changed else "全区名单、区域基准或企业归属有变化")
    if made.book != rule_book(db).digest:
        said.append("规则库有变化")
    if (days := (clock.today() - made.day).days) > 0:
        said.append(f"推演以来已过 {days} 天")
    return said


def fate_counts(db: Session, target: ForecastTarget) -> dict[Fate, int]:
    """Fate → how many firms, in the order of the fates; a firm that was merged into another since counts no more."""
    counted = sa.select(ForecastFirm.fate, sa.func.count().label("firms")).join(Firm, Firm.id == ForecastFirm.firm_id)
    mine = counted.where(ForecastFirm.target_id == target.id, Firm.merged_into_id.is_(None))
    found = {row.fate: row.firms for row in db.execute(mine.group_by(ForecastFirm.fate))}
    return {fate: found[fate] for fate in Fate if fate in found}


def rows(actor: User, target_id: int) -> sa.Select[ForecastFirm]:
    """The firms of a target as far as somebody may see firms, the candidates in their order."""
    wanted = sa.select(ForecastFirm).join(Firm, Firm.id == ForecastFirm.firm_id)
    mine = wanted.where(ForecastFirm.target_id == target_id, visible(actor, SEE_FIRMS))
    return mine.options(joinedload(ForecastFirm.firm)).order_by(ForecastFirm.position, Firm.name, ForecastFirm.id)


def candidates(actor: User, target_id: int) -> sa.Select[ForecastFirm]:
    """The firms that are certified in time: those of the smallest set, then those it does without."""
    return rows(actor, target_id).where(ForecastFirm.fate.in_((Fate.READY, Fate.MAY)))


def lapsing(actor: User, target_id: int) -> sa.Select[ForecastFirm]:
    """Firms whose title ends before the day and counts only if it is renewed, the first to end first."""
    mine = rows(actor, target_id).where(ForecastFirm.lapses_on.is_not(None), ForecastFirm.fate != Fate.KEPT)
    return mine.order_by(None).order_by(ForecastFirm.lapses_on, Firm.name, ForecastFirm.id)
