"""Undoing an import: what still stands as it was left is put back, what was changed since is kept; each row says so.

A firm that the import made is taken away again where nothing else speaks of it: “注销” would be an untruth about a
legal person that was merely imported by mistake. Its audit events stay, and its number is never given to another firm.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.db import Model, lock
from app.core.errors import Conflict
from app.facts.many import Figure, record_facts, retract_facts
from app.facts.models import Batch, Fact
from app.facts.service import Origin
from app.facts.values import joined
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm, FormerName
from app.imports import queries
from app.imports.applying import firms_by_id, kind_and_year, note_changed, nothing_on_a_race, told
from app.imports.chunks import chunks
from app.imports.firm_rows import restored, stands
from app.imports.models import Fate, Kind, Outcome, Row, State

# What is computed about a firm goes with it; it says nothing that anybody entered.
COMPUTED = ("standing", "checked")
LONGEST_NOTE = 500


@dataclass
class Undone:
    """What became of one row, and the changes that were taken back."""

    row: Row
    fate: Fate
    note: str = ""
    changes: Sequence[dict[str, Any]] = ()


def undo_batch(db: Session, actor: User, batch_id: int, *, version: int) -> Batch:
    """Take an import back, in one transaction. Undoing twice does nothing.

    Raises:
        Conflict: the import was never applied, or was changed since the person looked at it.
    """
    lock(db, "imports")
    batch = queries.get_batch(db, batch_id, held=True)
    if queries.state_of(batch) is State.UNDONE:
        return batch
    if queries.state_of(batch) is not State.APPLIED or batch.version != version:
        raise Conflict("这次导入现在不能撤销，请刷新页面查看它的状态。")
    rows = list(db.scalars(queries.rows_of(batch, fate=Fate.APPLIED)))
    firms = firms_by_id(db, (row.firm_id for row in rows))
    undo = _undo_firms if Kind.of(batch.kind) is Kind.FIRMS else _undo_figures
    with nothing_on_a_race():
        _conclude(db, actor, batch, undo(db, actor, batch, rows, firms))
        db.flush()
    return batch


def _conclude(db: Session, actor: User, batch: Batch, results: Sequence[Undone]) -> None:
    for result in results:
        result.row.fate, result.row.fate_note = result.fate, result.note[:LONGEST_NOTE] or None
    counts = Counter(result.fate.code for result in results)
    batch.state = State.UNDONE.code
    batch.undone_at = clock.now()
    batch.detail = {**batch.detail, "undone": dict(counts), "undone_by": actor.name}
    audit.record(
        db,
        actor,
        "import.undone",
        batch,
        changes={"count": len(results), **{Fate.of(code).label: count for code, count in counts.items()}},
    )


def _undo_firms(db: Session, actor: User, batch: Batch, rows: Sequence[Row], firms: dict[int, Firm]) -> list[Undone]:
    made = [row for row in rows if row.outcome is Outcome.NEW]
    held = _spoken_of(db, [row.firm_id for row in made if row.firm_id])
    results = [_withdraw(row, firms.get(row.firm_id or 0), held.get(row.firm_id or 0, "")) for row in made]
    gone = [result for result in results if result.fate is Fate.RESTORED]
    withdrawn = ((firms[result.row.firm_id or 0], {"导入文件": batch.name}) for result in gone)
    audit.record_all(db, actor, "firm.withdrawn", withdrawn)
    _remove(db, [firms[result.row.firm_id or 0] for result in gone])
    changed = [_put_back(db, row, firms.get(row.firm_id or 0)) for row in rows if row.outcome is Outcome.CHANGED]
    put_back = [result for result in changed if result.changes]
    db.flush()
    note_changed(db, [result.row.firm_id for result in put_back if result.row.firm_id], clock.now())
    audit.record_all(db, actor, "firm.edited", _told_back(put_back, firms, batch))
    return results + changed


def _told_back(
    results: Iterable[Undone], firms: dict[int, Firm], batch: Batch
) -> Iterator[tuple[Firm, dict[str, Any]]]:
    for result in results:
        yield firms[result.row.firm_id or 0], told(result.changes, batch, back=True)


def _withdraw(row: Row, firm: Firm | None, spoken_of: str) -> Undone:
    """Whether a firm that the import made may go."""
    if firm is None:
        return Undone(row, Fate.STUCK, "企业已不在名录中。")
    if spoken_of:
        return Undone(row, Fate.KEPT, f"导入之后又登记了{spoken_of}，企业保留。")
    edited = [each["label"] for each in row.changes if not stands(firm, each, "now")]
    if edited or firm.version > 1 or firm.revision > 1:
        what = f"（{'、'.join(edited)}）" if edited else ""
        return Undone(row, Fate.KEPT, f"导入之后企业资料又有修改{what}，企业保留。")
    return Undone(row, Fate.RESTORED, "企业已从名录中移除。")


def _spoken_of(db: Session, ids: Sequence[int]) -> dict[int, str]:
    """Firm → what else speaks of it, found by every table that refers to firms, so that no later one is forgotten."""
    found: dict[int, str] = {}
    for table, column in _references():
        if table.name in COMPUTED:
            continue
        for some in chunks(ids):
            holding = sa.select(column).where(column.in_(some)).distinct()
            found.update(dict.fromkeys(db.scalars(holding), WORDS.get(table.name, "其他记录")))
    return found


WORDS = {
    "contact": "联系人",
    "assignment": "派驻",
    "fact": "数据",
    "record": "档案记录",
    "title": "资质",
    "stored_file": "文件",
    "former_name": "曾用名",
    "kept_finding": "留存的体检结论",
    "vouch": "完整性声明",
    "user": "企业用户",
}


def _references() -> list[tuple[sa.Table, sa.Column[Any]]]:
    tables = Model.metadata.tables
    keys = [key for table in tables.values() for key in table.foreign_keys if key.column.table.name == "firm"]
    # Users point at firms without a foreign key.
    return [(key.parent.table, key.parent) for key in keys] + [(tables["user"], tables["user"].c.firm_id)]


def _remove(db: Session, firms: Sequence[Firm]) -> None:
    ids = [firm.id for firm in firms]
    for firm in firms:
        db.expunge(firm)
    computed = [(table, column) for table, column in _references() if table.name in COMPUTED]
    for some in chunks(ids):
        for table, column in computed:
            db.execute(sa.delete(table).where(column.in_(some)))
        db.execute(sa.delete(Firm).where(Firm.id.in_(some)))


def _put_back(db: Session, row: Row, firm: Firm | None) -> Undone:
    """Give a firm its former values back, except where somebody has changed them since."""
    if firm is None:
        return Undone(row, Fate.STUCK, "企业已不在名录中。")
    standing = [each for each in row.changes if stands(firm, each, "now")]
    kept = [each["label"] for each in row.changes if each not in standing]
    for each in standing:
        _restore_field(db, firm, each)
    if not kept:
        return Undone(row, Fate.RESTORED, "", standing)
    others = "，其余各项已还原" if standing else ""
    return Undone(row, Fate.KEPT, f"{'、'.join(kept)}在导入之后又有修改，保留{others}。", standing)


def _restore_field(db: Session, firm: Firm, made: dict[str, Any]) -> None:
    if made["key"] == "name":
        # The name comes back into use: it is no former name any more, and the imported one never was.
        former = (FormerName.firm_id == firm.id, FormerName.name == made["was"])
        db.execute(sa.delete(FormerName).where(*former))
    setattr(firm, made["key"], restored(made["key"], made["was"]))


def _undo_figures(db: Session, actor: User, batch: Batch, rows: Sequence[Row], firms: dict[int, Firm]) -> list[Undone]:
    standing = _standing_of(db, batch)
    results = [_taken_back(row, firms.get(row.firm_id or 0), standing) for row in rows]
    touched = [result for result in results if result.changes]
    _supersede_back(db, actor, batch, touched, standing)
    audit.record_all(db, actor, "facts.withdrawn", _told_back(touched, firms, batch))
    return results


def _standing_of(db: Session, batch: Batch) -> dict[tuple[int, str, int], Fact]:
    """The figures of an import that no later one has superseded."""
    mine = sa.select(Fact).where(Fact.batch_id == batch.id, Fact.superseded_at.is_(None))
    return {(fact.firm_id, fact.kind, fact.year): fact for fact in db.scalars(mine)}


def _taken_back(row: Row, firm: Firm | None, standing: dict[tuple[int, str, int], Fact]) -> Undone:
    """Which figures of a row can be taken back, and why not the others."""
    if firm is None:
        return Undone(row, Fate.STUCK, "企业已不在名录中。")
    back, kept, stuck = [], [], []
    for each in row.changes:
        kind, year = kind_and_year(each)
        if (firm.id, kind, year) not in standing:
            kept.append(each["label"])
        elif kind not in vocabulary().facts:
            stuck.append(each["label"])
        else:
            back.append(each)
    return _summed_up(row, back, kept, stuck)


def _supersede_back(
    db: Session, actor: User, batch: Batch, results: Sequence[Undone], standing: dict[tuple[int, str, int], Fact]
) -> None:
    """The ledger only grows: a former figure is recorded again under its own source, a new one is retracted."""
    taken = [
        (standing[result.row.firm_id or 0, *kind_and_year(each)], each) for result in results for each in result.changes
    ]
    former: dict[int, Fact] = {}
    for some in chunks(each["fact"] for _, each in taken if each["fact"]):
        former.update((fact.id, fact) for fact in db.scalars(sa.select(Fact).where(Fact.id.in_(some))))
    back = [(fact, former[each["fact"]]) for fact, each in taken if each["fact"]]
    retract_facts(db, actor, [fact for fact, each in taken if not each["fact"]])
    record_facts(db, actor, [_again(batch, fact, before) for fact, before in back])


def _again(batch: Batch, fact: Fact, before: Fact) -> Figure:
    value = joined(vocabulary().facts[fact.kind], before.number, before.text)
    origin = Origin(before.source, f"撤销导入《{batch.name[:150]}》，恢复原值")
    return Figure(fact.firm_id, fact.kind, fact.year, value, origin, fact.id)


def _summed_up(row: Row, back: Sequence[dict[str, Any]], kept: Iterable[str], stuck: Iterable[str]) -> Undone:
    notes = []
    if stuck := list(stuck):
        notes.append(f"{'、'.join(stuck)}已不在数据项目录中，无法还原")
    if kept := list(kept):
        notes.append(f"{'、'.join(kept)}在导入之后又有修改或撤回，保留")
    if notes and back:
        notes.append("其余各项已还原")
    fate = Fate.STUCK if stuck else Fate.KEPT if kept else Fate.RESTORED
    return Undone(row, fate, f"{'；'.join(notes)}。" if notes else "", back)
