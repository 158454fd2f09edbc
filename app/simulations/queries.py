"""Reading scenarios and what computing them found: totals, units, and the firms behind every number."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.accounts.permissions import Scope
from app.policies.queries import RuleBook
from app.simulations.models import BothSides, Scenario, SimulatedFirm, Simulation
from app.simulations.tally import Group, Slice, Tally

LIST = "simulation:list"
NO_UNIT = "未分配"


def scenarios(rule: str = "") -> sa.Select[Any]:
    """The scenarios that were not removed, latest changed first; of one rule where one is given."""
    found = sa.select(Scenario).where(Scenario.removed_at.is_(None)).options(joinedload(Scenario.owner))
    found = found.where(Scenario.rule_code == rule) if rule else found
    return found.order_by(Scenario.changed_at.desc(), Scenario.id.desc())


def scenario_of(db: Session, number: int) -> Scenario | None:
    found: Scenario | None = db.scalar(scenarios().where(Scenario.id == number))
    return found


def scenarios_under(db: Session, numbers: Sequence[int]) -> list[Scenario]:
    """The scenarios under some numbers, in their order."""
    found = {each.id: each for each in db.scalars(scenarios().where(Scenario.id.in_(numbers)))}
    return [found[each] for each in dict.fromkeys(numbers) if each in found]


def simulation_of(db: Session, number: int) -> Simulation | None:
    """A result; also of a scenario that was removed since."""
    both = joinedload(Simulation.scenario).joinedload(Scenario.owner), joinedload(Simulation.made_by)
    return db.scalar(sa.select(Simulation).where(Simulation.id == number).options(*both))


def simulations_of(db: Session, scenario: Scenario) -> list[Simulation]:
    """Every result of a scenario, newest first."""
    made = sa.select(Simulation).where(Simulation.scenario_id == scenario.id).options(joinedload(Simulation.made_by))
    return list(db.scalars(made.order_by(Simulation.id.desc())))


def latest_of(db: Session, found: Iterable[Scenario]) -> dict[int, Simulation]:
    """Scenario → its latest result."""
    ids = [each.id for each in found]
    last = sa.select(sa.func.max(Simulation.id)).where(Simulation.scenario_id.in_(ids)).group_by(Simulation.scenario_id)
    made = sa.select(Simulation).where(Simulation.id.in_(last)).options(joinedload(Simulation.scenario))
    return {each.scenario_id: each for each in db.scalars(made)}


def rules_with_scenarios(db: Session, book: RuleBook) -> list[tuple[str, str]]:
    """(code, name) of the rules that have scenarios, in the order of the book."""
    codes = set(db.scalars(sa.select(Scenario.rule_code).where(Scenario.removed_at.is_(None)).distinct()))
    return [(entry.rule.code, entry.rule.name) for entry in book.entries if entry.rule.code in codes]


def tally(db: Session, simulation: Simulation) -> Tally:
    """Everything counted and summed, by unit and over all, in one statement."""
    return tallies(db, [simulation])[simulation.id]


def tallies(db: Session, simulations: Sequence[Simulation]) -> Mapping[int, Tally]:
    """Result → its totals; as many statements for several as for one."""
    keys = (SimulatedFirm.unit_name, SimulatedFirm.before, SimulatedFirm.after, SimulatedFirm.shift)
    statement = sa.select(SimulatedFirm.simulation_id, *keys, sa.func.count(), *sums(SimulatedFirm))
    ids = [each.id for each in simulations]
    rows = db.execute(
        statement.where(SimulatedFirm.simulation_id.in_(ids)).group_by(SimulatedFirm.simulation_id, *keys)
    )
    groups: dict[int, list[Group]] = {number: [] for number in ids}
    for number, unit, *rest in rows:
        groups[number].append(Group(unit or NO_UNIT, *rest))
    return {each.id: Tally(each, tuple(groups[each.id])) for each in simulations}


def sums(rows: type[BothSides]) -> list[sa.ColumnElement[Any]]:
    """The ends of both amounts, and how many firms have an amount without a ceiling."""
    found: list[sa.ColumnElement[Any]] = []
    for low, high in ((rows.low_before, rows.high_before), (rows.low_after, rows.high_after)):
        endless = sa.case((low.is_not(None) & high.is_(None), 1), else_=0)
        found += [sa.func.coalesce(sa.func.sum(each), 0) for each in (low, high, endless)]
    return found


def firms_in(actor: User, simulation_id: int, part: Slice) -> sa.Select[Any]:
    """The firms behind a number of a result, for whoever may see the firms of the whole district."""
    found = sa.select(SimulatedFirm).where(SimulatedFirm.simulation_id == simulation_id, _reached(actor))
    if part.shift:
        found = found.where(SimulatedFirm.shift == part.shift)
    if part.before:
        found = found.where(SimulatedFirm.before == part.before)
    if part.after:
        found = found.where(SimulatedFirm.after == part.after)
    if part.unit:
        unit = SimulatedFirm.unit_name
        found = found.where(unit.is_(None) if part.unit == NO_UNIT else unit == part.unit)
    return found.order_by(SimulatedFirm.firm_name, SimulatedFirm.firm_id)


def _reached(actor: User) -> sa.ColumnElement[bool]:
    """A result speaks of the whole district: a role that reaches only some firms sees none of its rows."""
    return sa.true() if actor.scope(LIST) is Scope.ANY else sa.false()
