"""The kinds of batch: whom each may touch, whom it skips and why, what it makes, and how that is taken back."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core.chunks import chunks
from app.core.db import Model
from app.core.errors import FieldError
from app.core.text import day
from app.firms.bulk.forms import BulkFields
from app.firms.bulk.models import BulkKind
from app.firms.limits import limits_of
from app.firms.models import Assignment, Firm, FirmState, Inquiry, Pool, PoolEntry, Tag

Rows = dict[int, Model]


class Action(ABC):
    """One kind of batch. `judge` and `make` look at every firm in statements that do not grow one by one."""

    kind: ClassVar[BulkKind]
    permission: ClassVar[str] = "mark:write"
    made: ClassVar[type[Any]]
    event: ClassVar[str]
    undo_event: ClassVar[str]
    # Whoever else makes such rows takes the same lock.
    locks: ClassVar[str] = "bulk"

    def __init__(self, db: Session, actor: User, data: BulkFields) -> None:
        self.db, self.actor, self.data = db, actor, data
        self.prepare()

    def prepare(self) -> None:  # noqa: B027 - most kinds have nothing to look up
        """Look up what the whole batch rests on; FieldError when it does not make sense."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What is done, in words."""

    @abstractmethod
    def skipped(self, firms: Sequence[Firm]) -> dict[int, str]:
        """Firm → why it is left as it is."""

    @abstractmethod
    def row(self, firm: Firm) -> Any:
        """The row that is made for a firm."""

    @property
    def told(self) -> Mapping[str, Any]:
        """What the audit trail keeps beside each firm."""
        return {}

    @classmethod
    def keeps(cls, row: Any) -> str:  # noqa: ARG003 - for the kinds that look at it
        """Why a row made earlier is not taken back; empty where it is."""
        return ""

    @classmethod
    def rows(cls, db: Session, ids: Iterable[int]) -> Rows:
        """The rows still there, by number; held, so that nobody goes on from them while they are taken back."""
        found: Rows = {}
        for some in chunks(ids):
            held = sa.select(cls.made).where(cls.made.id.in_(some)).with_for_update()
            found.update((row.id, row) for row in db.scalars(held))
        return found

    @classmethod  # noqa: B027 - most kinds leave nothing behind
    def tidy(cls, db: Session) -> None:
        """Take away what only the rows just taken back needed."""

    def _firms_in(self, statement: sa.Select[Any], column: Any, firms: Sequence[Firm]) -> set[int]:
        """The firms that a statement finds."""
        found: set[int] = set()
        for some in chunks(firm.id for firm in firms):
            found |= set(self.db.scalars(statement.where(column.in_(some))))
        return found


class Assign(Action):
    kind, permission = BulkKind.ASSIGN, "firm:edit"
    made, event, undo_event = Assignment, "commissioner.assigned", "commissioner.withdrawn"
    locks = "assignment"

    def prepare(self) -> None:
        user = self.db.get(User, self.data.user_id)
        if user is None or user.role is not Role.COMMISSIONER or user.disabled_at is not None:
            raise FieldError("user_id", "请从列表中选择一名在岗的科技专员。")
        self.user, self.limits = user, limits_of(self.db, user)
        since, until = self.limits.since, self.limits.until
        if (since and self.data.starts < since) or (until and self.data.starts > until):
            raise FieldError("starts_on", f"{user.name}的聘期是{day(since)}至{day(until)}，派驻应在聘期内开始。")

    @property
    def title(self) -> str:
        return f"指派科技专员：{self.user.name}，自 {self.data.starts.isoformat()} 起"

    @property
    def told(self) -> Mapping[str, Any]:
        return {"科技专员": self.user.name, "开始日期": self.data.starts}

    def skipped(self, firms: Sequence[Firm]) -> dict[int, str]:
        lasting = Assignment.ends_on.is_(None) | (Assignment.ends_on >= self.data.starts)
        mine = sa.select(Assignment.firm_id).where(Assignment.user_id == self.user.id, lasting)
        already = self._firms_in(mine, Assignment.firm_id, firms)
        gone = {firm.id: f"企业已{firm.state.label}，不再派驻。" for firm in firms if firm.state is not FirmState.OPEN}
        refused = {firm.id: self.limits.refused[firm.id] for firm in firms if firm.id in self.limits.refused}
        return {**dict.fromkeys(already, f"{self.user.name}已经派驻该企业。"), **gone, **refused}

    def row(self, firm: Firm) -> Assignment:
        return Assignment(firm_id=firm.id, user=self.user, starts_on=self.data.starts, ends_on=self.limits.until)

    @classmethod
    def keeps(cls, row: Assignment) -> str:
        # With the term of the person every 派驻 ends by itself.
        db = object_session(row)
        ended = row.ends_on and (db is None or row.ends_on != limits_of(db, row.user).until)
        return "派驻在此之后已登记结束日期，保留。" if ended else ""


class PutTag(Action):
    kind, made, event, undo_event = BulkKind.TAG, Tag, "firm.tagged", "firm.untagged"

    @property
    def title(self) -> str:
        return f"加标签：{self.data.tag}"

    @property
    def told(self) -> Mapping[str, Any]:
        return {"标签": self.data.tag}

    def skipped(self, firms: Sequence[Firm]) -> dict[int, str]:
        same = sa.select(Tag.firm_id).where(Tag.label == self.data.tag)
        return dict.fromkeys(self._firms_in(same, Tag.firm_id, firms), "已有这个标签。")

    def row(self, firm: Firm) -> Tag:
        return Tag(firm_id=firm.id, label=self.data.tag, made_at=clock.now())


class Enter(Action):
    kind, permission = BulkKind.POOL, "firm:edit"
    made, event, undo_event = PoolEntry, "pool.entered", "pool.withdrawn"

    def prepare(self) -> None:
        known = self.db.scalar(sa.select(Pool).where(Pool.name == self.data.pool))
        self.pool = known or Pool(name=self.data.pool, made_at=clock.now())

    @property
    def title(self) -> str:
        return f"加入培育库：{self.pool.name}"

    @property
    def told(self) -> Mapping[str, Any]:
        return {"培育库": self.pool.name}

    def skipped(self, firms: Sequence[Firm]) -> dict[int, str]:
        inside = sa.select(PoolEntry.firm_id).where(PoolEntry.pool_id == self.pool.id, PoolEntry.left_on.is_(None))
        already = self._firms_in(inside, PoolEntry.firm_id, firms) if self.pool.id else set()
        gone = {firm.id: f"企业已{firm.state.label}，不入库。" for firm in firms if firm.state is not FirmState.OPEN}
        return {**dict.fromkeys(already, "已在这个库中。"), **gone}

    def row(self, firm: Firm) -> PoolEntry:
        return PoolEntry(firm_id=firm.id, pool=self.pool, entered_on=clock.today())

    @classmethod
    def keeps(cls, row: PoolEntry) -> str:
        return "企业在此之后已经出库，保留记录。" if row.left_on else ""

    @classmethod
    def tidy(cls, db: Session) -> None:
        """A pool that nothing ever entered was a slip of the pen."""
        db.execute(sa.delete(Pool).where(Pool.id.not_in(sa.select(PoolEntry.pool_id))))


class Ask(Action):
    kind, made, event, undo_event = BulkKind.ASK, Inquiry, "inquiry.asked", "inquiry.withdrawn"

    @property
    def title(self) -> str:
        return f"提出询问：{(self.data.question or '')[:100]}"

    @property
    def told(self) -> Mapping[str, Any]:
        return {"询问": self.data.question}

    def skipped(self, firms: Sequence[Firm]) -> dict[int, str]:
        waiting = sa.select(Inquiry.firm_id).where(
            Inquiry.question == self.data.question, Inquiry.answered_at.is_(None)
        )
        return dict.fromkeys(self._firms_in(waiting, Inquiry.firm_id, firms), "同样的询问还没有答复。")

    def row(self, firm: Firm) -> Inquiry:
        return Inquiry(firm_id=firm.id, question=self.data.question, asked_at=clock.now(), asked_by_id=self.actor.id)

    @classmethod
    def keeps(cls, row: Inquiry) -> str:
        return "已有答复，保留。" if row.answered_at else ""


ACTIONS: dict[BulkKind, type[Action]] = {each.kind: each for each in (Assign, PutTag, Enter, Ask)}


def offered_to(actor: User) -> list[tuple[str, str]]:
    """(code, label) of the kinds of batch that a person may start."""
    return [(kind.code, kind.label) for kind, action in ACTIONS.items() if actor.may(action.permission)]
