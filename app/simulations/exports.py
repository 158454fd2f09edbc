"""A result as files: firm by firm with both answers and amounts to the 分, and summed up by unit."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.address import row_number, values_in
from app.core.errors import NotFound
from app.core.paging import count
from app.exports.listing import Column, Drawn, Value, register
from app.simulations import queries
from app.simulations.models import AmountKind, Judged, SimulatedFirm, Simulation
from app.simulations.shown import WAN
from app.simulations.tally import Cost, Slice, Totals

FEN_PER_WAN = Decimal(1_000_000)
COLUMNS = (
    Column("企业名称", width=36),
    Column("责任单位"),
    Column("现行结论"),
    Column("方案结论"),
    Column("变化"),
    Column("现行金额下限（万元）", "number"),
    Column("现行金额上限（万元）", "number"),
    Column("方案金额下限（万元）", "number"),
    Column("方案金额上限（万元）", "number"),
)
UNIT_COLUMNS = (
    Column("责任单位", width=24),
    Column("企业（家）", "number"),
    Column("现行符合（家）", "number"),
    Column("方案符合（家）", "number"),
    Column("现行待核（家）", "number"),
    Column("方案待核（家）", "number"),
    Column("现行成本下限（万元）", "number"),
    Column("现行成本上限（万元）", "number"),
    Column("方案成本下限（万元）", "number"),
    Column("方案成本上限（万元）", "number"),
)
TOTAL = "合计"
OPEN, ENDLESS = "金额待定", "不封顶"


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The firms that the address of a list asks for: `simulation` names the result, the rest narrows it."""
    given = values_in(query)
    simulation, part = _asked(db, given), Slice.read(given)
    found = queries.firms_in(actor, simulation.id, part)
    rows = (_row(simulation, each) for each in db.scalars(found.execution_options(yield_per=1000)))
    return Drawn(COLUMNS, _in_words(simulation, part), count(db, found), rows)


def draw_units(db: Session, actor: User, query: str) -> Drawn:  # noqa: ARG001 - totals are the same for everybody
    """The units of the result that `simulation` names, and their total in the last row."""
    simulation = _asked(db, values_in(query))
    found = queries.tally(db, simulation)
    rows = [*found.units, (TOTAL, found.total)]
    return Drawn(UNIT_COLUMNS, _in_words(simulation, Slice()), len(rows), (_unit_row(*each) for each in rows))


def ends(kind: AmountKind, low: int | None, high: int | None) -> Iterator[Value]:
    """Both ends in 万元, exact; words where there is no number."""
    if kind is AmountKind.HOLE:
        yield from (OPEN, OPEN)
    elif low is None:
        yield from (None, None)
    else:
        yield from (low / FEN_PER_WAN, ENDLESS if high is None else high / FEN_PER_WAN)


def _asked(db: Session, given: Mapping[str, str]) -> Simulation:
    simulation = queries.simulation_of(db, row_number(given.get("simulation", "")))
    if simulation is None:
        raise NotFound
    return simulation


def _in_words(simulation: Simulation, part: Slice) -> str:
    narrowed = (f"{label}“{value}”" for _, label, value in part.words)
    return "；".join([f"方案“{simulation.scenario}”", f"基准日 {simulation.as_of.isoformat()}", *narrowed])


def _row(simulation: Simulation, firm: SimulatedFirm) -> tuple[Value, ...]:
    before = ends(simulation.amount_before, firm.low_before, firm.high_before)
    after = ends(simulation.amount_after, firm.low_after, firm.high_after)
    answers = (firm.before.label, firm.after.label, firm.shift.label)
    return (firm.firm_name, firm.unit_name or queries.NO_UNIT, *answers, *before, *after)


def _unit_row(name: str, totals: Totals) -> tuple[Value, ...]:
    answers = (side[answer] for answer in (Judged.MET, Judged.UNKNOWN) for side in (totals.before, totals.after))
    costs = (each for cost in (totals.cost_before, totals.cost_after) for each in _cost_ends(cost))
    return (name, totals.firms, *answers, *costs)


def _cost_ends(cost: Cost) -> tuple[Value, Value]:
    match cost.kind:
        case AmountKind.NONE:
            return None, None
        case AmountKind.HOLE:
            return (OPEN, OPEN) if cost.open else (None, None)
    return cost.low / WAN, ENDLESS if cost.high is None else cost.high / WAN


UNITS = register("simulated_units", "政策测算单位汇总", permission="simulation:read", draw=draw_units)
FIRMS = register("simulated_firms", "政策测算企业名单", permission=queries.LIST, draw=draw)
