"""Doing one thing to many firms: judge every firm, write those that may, note every one, take it back."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core.chunks import chunks
from app.core.db import lock
from app.core.errors import BadInput, Conflict, FieldError, Forbidden
from app.firms.access import visible
from app.firms.bulk.actions import ACTIONS, Action
from app.firms.bulk.forms import BulkFields, Selection
from app.firms.bulk.models import Bulk, BulkKind, BulkRow
from app.firms.lists.rows import firms_matching
from app.firms.models import Firm
from app.firms.revision import touch_many
from app.firms.search.address import Search

MOST = 5000


@dataclass(frozen=True)
class Preview:
    """What a batch would do: each firm in the order of the list, and for those left as they are the reason."""

    action: Action
    firms: tuple[Firm, ...]
    reasons: dict[int, str]

    @property
    def changed(self) -> list[Firm]:
        return [firm for firm in self.firms if firm.id not in self.reasons]

    @property
    def skipped(self) -> list[tuple[Firm, str]]:
        return [(firm, self.reasons[firm.id]) for firm in self.firms if firm.id in self.reasons]

    @property
    def digest(self) -> str:
        """Names exactly this preview; doing something else than was shown is refused."""
        told = [self.action.title, [firm.id for firm in self.changed], sorted(self.reasons.items())]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


def preview(db: Session, actor: User, data: BulkFields, search: Search) -> Preview:
    """What would become of each firm. FieldError when something is still to be filled in, or makes no sense."""
    action_type = _allowed(actor, data.kind)
    if lacking := data.lacking():
        raise FieldError(*lacking)
    action = action_type(db, actor, data)
    firms = selected(db, actor, data, search)
    reasons = action.skipped(firms) | _out_of_reach(db, actor, action, firms)
    return Preview(action, tuple(firms), reasons)


def carry_out(db: Session, actor: User, data: BulkFields, search: Search) -> Bulk | Preview:
    """Do what the preview said; the new preview instead, where something has changed since or nothing is to be done."""
    lock(db, ACTIONS[data.kind].locks)
    seen = preview(db, actor, data, search)
    if seen.digest != data.seen or not seen.changed:
        return seen
    made = [(firm, seen.action.row(firm)) for firm in seen.changed]
    db.add_all(row for _, row in made)
    bulk = _noted(actor, data, seen)
    db.add(bulk)
    db.flush()  # the rows of the batch need the numbers of what was made
    _keep_rows(db, bulk, seen, {firm.id: row.id for firm, row in made})
    touch_many(db, [firm.id for firm, _ in made])
    audit.record_all(db, actor, seen.action.event, ((row, seen.action.told) for _, row in made))
    audit.record(db, actor, "bulk.done", bulk, changes={"count": bulk.done, "跳过": bulk.skipped})
    return bulk


def undo(db: Session, actor: User, bulk: Bulk) -> Counter[str]:
    """Take a batch back, except where somebody has gone on from it; how many were taken back and how many stay.

    Raises:
        Conflict: it was taken back already.
        Forbidden: the person's role may no longer do such things.
    """
    action = _allowed(actor, bulk.kind)
    lock(db, action.locks)
    db.refresh(bulk, ["undone_at"], with_for_update=True)
    if bulk.undone_at is not None:
        raise Conflict("这次批量操作已经撤销，请刷新页面查看。")
    rows = db.scalars(sa.select(BulkRow).where(BulkRow.bulk_id == bulk.id, BulkRow.made_id.is_not(None))).all()
    there = action.rows(db, (row.made_id for row in rows if row.made_id))
    reached = reached_of(db, actor, action.permission, [row.firm_id for row in rows])
    for row in rows:
        row.undo_note = _stays(action, there.get(row.made_id or 0), reached)
    back = [row for row in rows if not row.undo_note]
    _take_back(db, actor, bulk, [there[row.made_id or 0] for row in back])
    bulk.undone_at, bulk.undone_by_id = clock.now(), actor.id
    counts = Counter({"已撤销": len(back), "保留": len(rows) - len(back)})
    audit.record(db, actor, "bulk.undone", bulk, changes=dict(counts))
    return counts


def selected(db: Session, actor: User, data: Selection, search: Search) -> Sequence[Firm]:
    """The firms of a selection, in the order of the list they were chosen from. BadInput when they are too many."""
    listed = firms_matching(actor, search)
    if not data.whole:
        listed = firms_matching(actor, search.everything()).where(Firm.id.in_(data.firm))
    firms = db.scalars(listed.limit(MOST + 1)).all()
    if len(firms) > MOST:
        raise BadInput(f"一次最多处理 {MOST} 家企业，请先缩小筛选范围。")
    return firms


def _allowed(actor: User, kind: BulkKind) -> type[Action]:
    action = ACTIONS[kind]
    if not actor.may(action.permission):
        raise Forbidden("您的岗位没有这项权限。如确有需要，请联系系统管理员。")
    return action


def reached_of(db: Session, actor: User, permission: str, ids: Iterable[int]) -> set[int]:
    """Those of the firms that a permission of the actor reaches."""
    reached: set[int] = set()
    for some in chunks(ids):
        reached |= set(db.scalars(sa.select(Firm.id).where(Firm.id.in_(some), visible(actor, permission))))
    return reached


def _out_of_reach(db: Session, actor: User, action: Action, firms: Sequence[Firm]) -> dict[int, str]:
    """A list may show more firms than its reader may change."""
    reached = reached_of(db, actor, action.permission, [firm.id for firm in firms])
    return {firm.id: "不在您的管理范围内。" for firm in firms if firm.id not in reached}


def _stays(action: type[Action], made: Any, reached: set[int]) -> str:
    """Why what was made for a firm is not taken back; empty where it is."""
    if made is None:
        return "已经不在，不需要撤销。"
    if made.firm_id not in reached:
        return "企业已不在您的管理范围内，保留。"
    return action.keeps(made)


def _take_back(db: Session, actor: User, bulk: Bulk, made: Sequence[Any]) -> None:
    action = ACTIONS[bulk.kind]
    audit.record_all(db, actor, action.undo_event, ((row, {"批量操作": bulk.title}) for row in made))
    for some in chunks(row.id for row in made):
        db.execute(sa.delete(action.made).where(action.made.id.in_(some)))
    action.tidy(db)
    touch_many(db, [row.firm_id for row in made])


def _keep_rows(db: Session, bulk: Bulk, seen: Preview, made: dict[int, int]) -> None:
    """What became of each firm, in the order of the preview."""
    rows = [
        {"bulk_id": bulk.id, "firm_id": each.id, "made_id": made.get(each.id), "reason": seen.reasons.get(each.id, "")}
        for each in seen.firms
    ]
    db.execute(sa.insert(BulkRow), rows)


def _noted(actor: User, data: BulkFields, seen: Preview) -> Bulk:
    return Bulk(
        kind=data.kind,
        title=seen.action.title[:200],
        fields=data.model_dump(mode="json", exclude={"firm", "seen", "kind"}, exclude_none=True),
        done=len(seen.changed),
        skipped=len(seen.reasons),
        made_at=clock.now(),
        made_by_id=actor.id,
    )
