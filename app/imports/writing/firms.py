"""Writing firms from an import, and taking them back.

A firm that the import made is taken away again where nothing else speaks of it: “注销” would be an untruth about a
legal person that was merely imported by mistake. Its audit events stay, and its number is never given to another firm.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.chunks import chunks
from app.core.db import Model
from app.facts.models import Batch
from app.firms.models import Firm, FormerName
from app.firms.revision import touch_many
from app.imports.models import Fate, Outcome, Row
from app.imports.rows.entry import Entry
from app.imports.rows.firms import restored, stands
from app.imports.writing.written import Undone, firms_by_id, told, told_back

# What is computed about a firm goes with it; it says nothing that anybody entered.
COMPUTED = ("standing", "checked", "likely_pair", "proposal")


def write(db: Session, actor: User, batch: Batch, entries: Sequence[Entry]) -> None:
    moment = clock.now()
    new = [(entry, _new_firm(batch, entry, moment)) for entry in entries if entry.outcome is Outcome.NEW]
    db.add_all(firm for _, firm in new)
    db.flush()  # the rows and the audit events need their ids
    for entry, firm in new:
        entry.firm_id = firm.id
    changed = [entry for entry in entries if entry.outcome is Outcome.CHANGED]
    firms = firms_by_id(db, (entry.firm_id for entry in changed))
    for entry in changed:
        _change_firm(db, firms[entry.firm_id or 0], entry)
    db.flush()
    touch_many(db, firms)
    audit.record_all(db, actor, "firm.registered", ((firm, told(entry.changes, batch)) for entry, firm in new))
    edited = ((firms[entry.firm_id or 0], told(entry.changes, batch)) for entry in changed)
    audit.record_all(db, actor, "firm.edited", edited)


def _new_firm(batch: Batch, entry: Entry, moment: datetime) -> Firm:
    values = {each["key"]: restored(each["key"], each["now"]) for each in entry.changes}
    source = f"{batch.source.label}（导入）"
    return Firm(**values, source=source, created_at=moment, changed_at=moment)


def _change_firm(db: Session, firm: Firm, entry: Entry) -> None:
    for each in entry.changes:
        value = restored(each["key"], each["now"])
        if each["key"] == "name":
            db.add(FormerName(firm_id=firm.id, name=firm.name, until=clock.today()))
        setattr(firm, each["key"], value)


def take_back(db: Session, actor: User, batch: Batch, rows: Sequence[Row], firms: dict[int, Firm]) -> list[Undone]:
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
    touch_many(db, (result.row.firm_id for result in put_back if result.row.firm_id))
    audit.record_all(db, actor, "firm.edited", told_back(put_back, firms, batch))
    return results + changed


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
    "tag": "标签",
    "pool_entry": "入库记录",
    "inquiry": "询问",
    "bulk_row": "批量操作",
    "merge": "合并",
    "firm": "合并",
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
