"""How figures and records go over to a firm into which another is merged, and come back."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.facts.models import Fact, Record, Recorded
from app.facts.queries import facts_of, records_of
from app.facts.service import declared_fact, named
from app.facts.values import cell, entry_unit, joined
from app.firms.merge import parts
from app.firms.merge.parts import Clash
from app.firms.models import Firm

R = TypeVar("R", bound=Recorded)
NOT_COPIED = frozenset({"id", "superseded_at", "superseded_by_id"})


def register() -> None:
    """Fill the place that is kept for the ledger."""
    parts.register("facts", FactsPart())


class FactsPart:
    """Facts and records. A statement that a list is complete speaks of one firm alone: it does not go over."""

    tables: Sequence[str] = ("fact", "record", "vouch")

    def clashes(self, db: Session, kept: Firm, gone: Firm) -> list[Clash]:
        """The figures that both firms have, with different values."""
        mine = _by_key(facts_of(db, kept.id))
        pairs = ((mine[key], fact) for key, fact in _by_key(facts_of(db, gone.id)).items() if key in mine)
        return [_clash(own, other) for own, other in pairs if _value(own) != _value(other)]

    def brought(self, db: Session, kept: Firm, gone: Firm) -> dict[str, int]:
        """How many figures and records the kept firm does not have."""
        mine = _by_key(facts_of(db, kept.id))
        facts = sum(1 for key in _by_key(facts_of(db, gone.id)) if key not in mine)
        counts = {"数据": facts, "档案记录": len(_fresh(records_of(db, kept.id), records_of(db, gone.id), _essence))}
        return {label: count for label, count in counts.items() if count}

    def bring(
        self, db: Session, actor: User, kept: Firm, gone: Firm, *, chosen: frozenset[str], moment: datetime
    ) -> dict[str, Any]:
        """Write what the kept firm lacks, and the chosen of what differs; {facts: [[new, old]], records: [new]}."""
        mine = _by_key(facts_of(db, kept.id))
        facts: list[tuple[Fact, int]] = []
        for key, fact in _by_key(facts_of(db, gone.id)).items():
            own = mine.get(key)
            if own is None or (_key_text(fact) in chosen and _value(own) != _value(fact)):
                if own is not None:
                    own.superseded_at, own.superseded_by_id = moment, actor.id
                    db.flush()  # the database allows only one standing value, so the old one must go first
                facts.append((copy_of(db, fact, kept, gone, actor, moment), own.id if own else 0))
        fresh = _fresh(records_of(db, kept.id), records_of(db, gone.id), _essence)
        records = [copy_of(db, record, kept, gone, actor, moment) for record in fresh]
        db.flush()
        return {"facts": [[fact.id, old] for fact, old in facts], "records": [record.id for record in records]}

    def take_back(self, db: Session, actor: User, written: dict[str, Any]) -> list[str]:
        """Close what was written, where it still stands; a figure that it replaced is recorded again."""
        notes = []
        for new, old in written["facts"]:
            fact = db.get_one(Fact, new)
            if fact.superseded_at is not None:
                notes.append(f"{named(declared_fact(fact.kind, fact.year), fact.year)}在合并之后又有更正，保留。")
                continue
            close(db, fact, actor)
            if old:
                again(db, db.get_one(Fact, old), actor)
        for new in written["records"]:
            record = db.get_one(Record, new)
            if record.superseded_at is not None:
                notes.append("一条档案记录在合并之后又有更正，保留。")
            else:
                close(db, record, actor)
        return notes


def copy_of(db: Session, row: R, kept: Firm, gone: Firm, actor: User, moment: datetime) -> R:
    """A ledger row of the merged firm as the kept firm knows it from this moment (UTC) on; its source stays."""
    note = f"并自{gone.name}（{gone.credit_code}）" + (f"；{row.source_note}" if row.source_note else "")
    changed = {"firm_id": kept.id, "recorded_at": moment, "recorded_by_id": actor.id, "batch_id": None}
    return _added(db, row, {**changed, "source_note": note[:200]})


def again(db: Session, row: R, actor: User) -> R:
    """A row that was replaced, recorded anew with its own source."""
    note = "撤销合并，恢复原值" + (f"；{row.source_note}" if row.source_note else "")
    changed = {"recorded_at": clock.now(), "recorded_by_id": actor.id, "batch_id": None, "source_note": note[:200]}
    return _added(db, row, changed)


def close(db: Session, row: Recorded, actor: User) -> None:
    """End a standing row now."""
    row.superseded_at, row.superseded_by_id = max(clock.now(), row.recorded_at), actor.id
    db.flush()  # what comes next may stand in the same place


def _added(db: Session, row: R, changed: dict[str, Any]) -> R:
    columns = sa.inspect(type(row)).column_attrs.keys()
    values = {name: getattr(row, name) for name in columns if name not in NOT_COPIED}
    made = type(row)(**{**values, **changed})
    db.add(made)
    return made


def _fresh(mine: Iterable[R], theirs: Iterable[R], essence: Callable[[R], Any]) -> list[R]:
    """Those of the other firm that say something which no row of the kept firm says."""
    known = [essence(row) for row in mine]
    return [row for row in theirs if essence(row) not in known]


def _essence(record: Record) -> tuple[Any, ...]:
    return record.collection, record.starts_on, record.ends_on, record.attributes


def _by_key(facts: Iterable[Fact]) -> dict[tuple[str, int], Fact]:
    return {(fact.kind, fact.year): fact for fact in facts}


def _key_text(fact: Fact) -> str:
    return f"{fact.kind}:{fact.year}"


def _value(fact: Fact) -> tuple[Any, Any]:
    return fact.number, fact.text


def _clash(own: Fact, other: Fact) -> Clash:
    declared = declared_fact(own.kind, own.year)
    shown = (cell(declared, joined(declared, fact.number, fact.text)) for fact in (own, other))
    label, unit = named(declared, own.year), entry_unit(declared)
    return Clash(_key_text(own), f"{label}（{unit}）" if unit else label, *shown)
