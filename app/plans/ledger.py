"""帮扶和培育发展台账: one line per thing promised to a firm, in the columns officials use; filtered, printed, exported.

A line knows nothing of where it comes from: whatever else is promised to firms joins by making lines of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qs

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Unit, User
from app.core import clock
from app.core.chunks import chunks
from app.core.paging import count
from app.exports.listing import Column, Drawn, Value, register
from app.firms.models import Firm
from app.firms.search.text import has_word
from app.plans import queries
from app.plans.access import LEDGER, visible_measures
from app.plans.measurekinds import measure_kinds
from app.plans.models import ISSUED, Measure, Plan, PlanNote, PlanState
from app.plans.schedule import SOON, Light, light_of

COLUMNS = (
    Column("序号", "number", 8),
    Column("企业名称", width=34),
    Column("属地", width=16),
    Column("问题和差距", width=50),
    Column("帮扶措施", width=40),
    Column("类别", width=12),
    Column("责任单位", width=18),
    Column("协助", width=18),
    Column("期限", "day", 12),
    Column("状态", width=10),
    Column("最近进展", width=50),
    Column("完成日期", "day", 12),
    Column("落实条款", width=12),
)
AT_ONCE = 200


@dataclass(frozen=True)
class Line:
    """One line of the ledger; `measure_id` is where its link leads."""

    measure_id: int
    firm: str
    place: str
    problem: str
    promised: str
    kind: str
    owner: str
    helper: str
    due_on: date
    light: Light
    latest: str
    done_on: date | None
    clause: str
    met: bool


@dataclass(frozen=True)
class LedgerFilter:
    """What the ledger is narrowed by, as its address carries it."""

    light: str = ""
    owner: str = ""
    place: str = ""
    kind: str = ""
    due: str = ""
    met: str = ""
    q: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "LedgerFilter":
        return cls(**{name: given.get(name, "").strip()[:100] for name in cls.__dataclass_fields__})

    @property
    def query(self) -> dict[str, str]:
        return {name: value for name, value in vars(self).items() if value}


def lines(actor: User, wanted: LedgerFilter) -> sa.Select[Measure]:
    """The measures behind the lines, those due first on top: of plans that are carried out, or were."""
    found = sa.select(Measure).join(Plan, Plan.id == Measure.plan_id).join(Firm, Firm.id == Plan.firm_id)
    mine = [visible_measures(actor, LEDGER), *_standing(), *_conditions(wanted)]
    return found.where(*mine).order_by(Measure.done_on.is_not(None), Measure.due_on, Measure.id)


def with_firms(chosen: sa.Select[Measure]) -> sa.Select[Measure]:
    """The same with everything a line shows."""
    firm = joinedload(Measure.plan).joinedload(Plan.firm)
    return chosen.options(firm.joinedload(Firm.unit), joinedload(Measure.owner_unit))


def light_counts(db: Session, actor: User, wanted: LedgerFilter) -> dict[Light, int]:
    """How many lines stand how, under the other filters."""
    others = {**vars(wanted), "light": ""}
    return {light: count(db, lines(actor, LedgerFilter(**{**others, "light": light.code}))) for light in Light}


def shown(db: Session, measures: Sequence[Measure]) -> list[Line]:
    notes = queries.latest_notes(db, [each.thread for each in measures])
    today = clock.today()
    return [_line(each, notes.get(each.thread), today) for each in measures]


def said(db: Session, wanted: LedgerFilter) -> str:
    """The filters in words."""
    from_list = {each.code: each.label for each in Light}
    parts = [from_list.get(wanted.light, ""), wanted.kind, f"名称含“{wanted.q}”" if wanted.q else ""]
    parts += ["条件已符合、待确认" if wanted.met else "", f"{wanted.due}前到期" if _day(wanted.due) else ""]
    units = {str(unit.id): unit.name for unit in _units(db)}
    parts += [f"责任：{_owner_word(wanted.owner, units)}" if wanted.owner else ""]
    parts += [f"属地：{units.get(wanted.place, '')}" if wanted.place else ""]
    return "；".join(filter(None, parts))


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The ledger as one person sees it, with the filters of its address."""
    wanted = LedgerFilter.of({name: values[-1] for name, values in parse_qs(query).items()})
    chosen = lines(actor, wanted)
    return Drawn(COLUMNS, said(db, wanted), count(db, chosen), _rows(db, chosen))


EXPORT = register("ledger", "帮扶和培育发展台账", permission=LEDGER, draw=draw)


def _rows(db: Session, chosen: sa.Select[Measure]) -> Iterator[tuple[Value, ...]]:
    number = 0
    ids = list(db.scalars(chosen.with_only_columns(Measure.id)))
    for some in chunks(ids, AT_ONCE):
        order = {measure_id: place for place, measure_id in enumerate(some)}
        loaded = with_firms(chosen.where(Measure.id.in_(some)).order_by(None))
        measures = sorted(db.scalars(loaded), key=lambda each: order[each.id])
        for line in shown(db, measures):
            number += 1
            yield _row(number, line)


def _row(number: int, line: Line) -> tuple[Value, ...]:
    return (
        number,
        line.firm,
        line.place,
        line.problem,
        line.promised,
        line.kind,
        line.owner,
        line.helper,
        line.due_on,
        line.light.label,
        line.latest,
        line.done_on,
        line.clause,
    )


def _line(measure: Measure, note: PlanNote | None, today: date) -> Line:
    firm = measure.plan.firm
    kind = measure_kinds().get(measure.kind)
    return Line(
        measure_id=measure.id,
        firm=firm.name,
        place=firm.unit.name if firm.unit else "未分配",
        problem=measure.detail or "—",
        promised=measure.name,
        kind=kind.type if kind else measure.kind,
        owner=measure.owner,
        helper=measure.helper,
        due_on=measure.due_on,
        light=light_of(measure.due_on, measure.done_on, today),
        latest=f"{clock.local_day(note.at).isoformat()} {note.words or note.kind.label}" if note else "",
        done_on=measure.done_on,
        clause=measure.clause,
        met=measure.done_on is None and measure.met_on is not None,
    )


def _standing() -> list[sa.ColumnElement[bool]]:
    """Of an edition that was replaced the next one tells the story."""
    return [Plan.state.in_([state for state in ISSUED if state is not PlanState.REPLACED])]


def _conditions(wanted: LedgerFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    light = next((each for each in Light if each.code == wanted.light), None)
    if light is not None:
        found.append(_lit(light))
    if wanted.owner:
        number = _number(wanted.owner)
        found.append(Measure.owner_unit_id == number if number else Measure.owner_unit_id.is_(None))
    if number := _number(wanted.place):
        found.append((Firm.unit_id == number) | (Firm.park_id == number))
    if wanted.kind:
        codes = [code for code, kind in measure_kinds().items() if kind.type == wanted.kind]
        found.append(Measure.kind.in_(codes))
    if day := _day(wanted.due):
        found.append(Measure.due_on <= day)
    if wanted.met:
        found.append(Measure.done_on.is_(None) & Measure.met_on.is_not(None))
    if wanted.q:
        found.append(has_word(Firm.search_text, wanted.q))
    return found


def _lit(light: Light) -> sa.ColumnElement[bool]:
    today, left = clock.today(), Measure.done_on.is_(None)
    match light:
        case Light.DONE:
            return ~left
        case Light.LATE:
            return left & (Measure.due_on < today)
        case Light.NEAR:
            return left & Measure.due_on.between(today, today + SOON)
        case Light.FINE:
            return left & (Measure.due_on > today + SOON)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0  # noqa: PLR2004 - longer than any id


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _units(db: Session) -> list[Unit]:
    return list(db.scalars(sa.select(Unit)))


def _owner_word(owner: str, units: Mapping[str, str]) -> str:
    return units.get(owner, "企业")
