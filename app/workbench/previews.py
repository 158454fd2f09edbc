"""Reading a preview: its totals, why firms change, and the firms behind every number."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.accounts.permissions import Scope
from app.core.address import ListSearch, asked, row_number, values_in
from app.core.errors import NotFound
from app.core.paging import count
from app.exports.listing import Column, Drawn, Value, register
from app.simulations.exports import ends
from app.simulations.models import Judged, Shift
from app.simulations.queries import NO_UNIT, sums
from app.simulations.shown import cost_words
from app.simulations.tally import Group, Totals, totals
from app.workbench.models import Preview, PreviewedFirm, RuleDraft

LIST = "draft:list"
COLUMNS = (
    Column("企业名称", width=36),
    Column("责任单位"),
    Column("现行结论"),
    Column("草稿结论"),
    Column("变化"),
    Column("为什么", width=60),
    Column("现行金额下限（万元）", "number"),
    Column("现行金额上限（万元）", "number"),
    Column("草稿金额下限（万元）", "number"),
    Column("草稿金额上限（万元）", "number"),
)


@dataclass(frozen=True)
class Part(ListSearch):
    """Which firms of a preview a list shows; what is not given does not narrow it. `reason` is a place, from 1."""

    shift: Shift | None = asked(Shift.find)
    before: Judged | None = asked(Judged.find)
    after: Judged | None = asked(Judged.find)
    reason: int = asked(row_number)
    unit: str = asked(str)

    def within(self, preview: Preview) -> Self:
        """The same, not narrowed by a reason that the preview does not have."""
        return self if self.reason <= len(preview.reasons) else self.without("reason")

    def words(self, preview: Preview) -> list[tuple[str, str, str]]:
        """Name, label and value of each condition."""
        why = preview.reasons[self.reason - 1] if self.reason else ""
        labels = (
            ("unit", "责任单位", self.unit),
            ("shift", "变化", self.shift),
            ("before", "现行结论", self.before),
            ("after", "草稿结论", self.after),
            ("reason", "为什么", why),
        )
        return [(name, label, str(each)) for name, label, each in labels if each]


def preview_of(db: Session, draft: RuleDraft) -> Preview | None:
    """The latest preview of a draft."""
    made = sa.select(Preview).where(Preview.draft_id == draft.id)
    return db.scalar(made.options(joinedload(Preview.made_by), joinedload(Preview.draft)))


def groups_of(db: Session, preview: Preview) -> list[Group]:
    """The firms of a preview counted and summed by unit, answers and what has shifted, in one statement."""
    keys = (PreviewedFirm.unit_name, PreviewedFirm.before, PreviewedFirm.after, PreviewedFirm.shift)
    statement = sa.select(*keys, sa.func.count(), *sums(PreviewedFirm)).where(PreviewedFirm.preview_id == preview.id)
    return [Group(unit or NO_UNIT, *rest) for unit, *rest in db.execute(statement.group_by(*keys))]


def totals_of(preview: Preview, groups: list[Group]) -> Totals:
    return totals(groups, (preview.amount_before, preview.amount_after))


def matrix_of(groups: list[Group]) -> dict[tuple[Judged, Judged], int]:
    """How many firms go from which answer to which."""
    matrix = {(one, two): 0 for one in Judged for two in Judged}
    for each in groups:
        matrix[each.before, each.after] += each.firms
    return matrix


def units_of(preview: Preview, groups: list[Group]) -> list[tuple[str, Totals]]:
    """Every unit in which a firm changes, with its totals; the sums of all units' totals are those of the preview."""
    names = sorted({each.unit for each in groups if each.shift is not Shift.SAME})
    found = [(name, totals_of(preview, [each for each in groups if each.unit == name])) for name in names]
    return sorted(found, key=lambda each: each[1].shifts[Shift.SAME] - each[1].firms)


def reasons_of(db: Session, preview: Preview) -> list[tuple[int, str, Shift, int]]:
    """(place from 1, words, what changes, firms), the most frequent first."""
    keys = (PreviewedFirm.reason, PreviewedFirm.shift)
    counted = sa.select(*keys, sa.func.count()).where(PreviewedFirm.preview_id == preview.id).group_by(*keys)
    found = [
        (place + 1, str(preview.reasons[place]), shift, firms)
        for place, shift, firms in db.execute(counted)
        if place is not None
    ]
    return sorted(found, key=lambda each: (-each[3], each[0], each[2].code))


def headline(db: Session, preview: Preview) -> str:
    """“301 家中有变化的 12 家：新增符合 3 家、不再符合 9 家；金额 20.00 万元 → 35.00 万元”."""
    found = totals_of(preview, groups_of(db, preview))
    shifts = "、".join(
        f"{each} {found.shifts[each]} 家" for each in Shift if each is not Shift.SAME and found.shifts[each]
    )
    moved = found.firms - found.shifts[Shift.SAME]
    said = f"{found.firms} 家中有变化的 {moved} 家" + (f"：{shifts}" if shifts else "")
    before, after = cost_words(found.cost_before), cost_words(found.cost_after)
    return said if before == after == "—" else f"{said}；金额 {before} → {after}"


def firms_in(actor: User, preview: Preview, part: Part) -> sa.Select[Any]:
    """The firms behind a number, for whoever may see the firms of the whole district."""
    reached = sa.true() if actor.scope(LIST) is Scope.ANY else sa.false()
    found = sa.select(PreviewedFirm).where(PreviewedFirm.preview_id == preview.id, reached)
    for column, value in (
        (PreviewedFirm.shift, part.shift),
        (PreviewedFirm.before, part.before),
        (PreviewedFirm.after, part.after),
    ):
        found = found.where(column == value) if value else found
    found = found.where(PreviewedFirm.reason == part.reason - 1) if part.reason else found
    unit = PreviewedFirm.unit_name
    found = found.where(unit.is_(None) if part.unit == NO_UNIT else unit == part.unit) if part.unit else found
    return found.order_by(PreviewedFirm.firm_name, PreviewedFirm.firm_id)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The firms that the address of a list asks for: `draft` names the preview's draft, the rest narrows it."""
    given = values_in(query)
    statement = sa.select(Preview).where(Preview.draft_id == row_number(given.get("draft", "")))
    preview = db.scalar(statement.options(joinedload(Preview.draft)))
    if preview is None:
        raise NotFound
    part = Part.read(given).within(preview)
    found = firms_in(actor, preview, part)
    narrowed = (f"{label}“{value}”" for _, label, value in part.words(preview))
    said = "；".join([f"规则草稿“{preview.draft}”", f"基准日 {preview.as_of.isoformat()}", *narrowed])
    return Drawn(COLUMNS, said, count(db, found), _rows(db, preview, found))


def _rows(db: Session, preview: Preview, found: sa.Select[Any]) -> Iterator[tuple[Value, ...]]:
    for each in db.scalars(found.execution_options(yield_per=1000)):
        why = "" if each.reason is None else preview.reasons[each.reason]
        answers = (each.before.label, each.after.label, each.shift.label, why)
        before = ends(preview.amount_before, each.low_before, each.high_before)
        after = ends(preview.amount_after, each.low_after, each.high_after)
        yield (each.firm_name, each.unit_name or NO_UNIT, *answers, *before, *after)


FIRMS = register("previewed_firms", "规则草稿影响预览", permission=LIST, draw=draw)
