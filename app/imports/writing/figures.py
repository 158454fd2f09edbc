"""Writing figures from an import, and taking them back: the ledger only grows, in both directions."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core.chunks import chunks
from app.facts.many import Figure, record_facts, retract_facts
from app.facts.models import Batch, Fact
from app.facts.service import Origin
from app.facts.values import joined
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.imports.models import Fate, Row
from app.imports.rows.entry import Entry
from app.imports.rows.figures import value_of
from app.imports.writing.written import Undone, firms_by_id, summed_up, told, told_back


def write(db: Session, actor: User, batch: Batch, entries: Sequence[Entry]) -> None:
    record_facts(db, actor, [figure for entry in entries for figure in _figures(batch, entry)])
    firms = firms_by_id(db, (entry.firm_id for entry in entries))
    recorded = ((firms[entry.firm_id or 0], told(entry.changes, batch)) for entry in entries)
    audit.record_all(db, actor, "facts.imported", recorded)


def _figures(batch: Batch, entry: Entry) -> Iterator[Figure]:
    origin = Origin(batch.source, f"导入《{batch.name[:150]}》第 {entry.number} 行", batch)
    for each in entry.changes:
        kind, year = _kind_and_year(each)
        value = value_of(vocabulary().facts[kind], each["now"])
        yield Figure(entry.firm_id or 0, kind, year, value, origin, each["fact"] or 0)


def take_back(db: Session, actor: User, batch: Batch, rows: Sequence[Row], firms: dict[int, Firm]) -> list[Undone]:
    standing = _standing_of(db, batch)
    results = [_taken_back(row, firms.get(row.firm_id or 0), standing) for row in rows]
    touched = [result for result in results if result.changes]
    _supersede_back(db, actor, batch, touched, standing)
    audit.record_all(db, actor, "facts.withdrawn", told_back(touched, firms, batch))
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
        kind, year = _kind_and_year(each)
        if (firm.id, kind, year) not in standing:
            kept.append(each["label"])
        elif kind not in vocabulary().facts:
            stuck.append(each["label"])
        else:
            back.append(each)
    return summed_up(row, back, kept, stuck)


def _supersede_back(
    db: Session, actor: User, batch: Batch, results: Sequence[Undone], standing: dict[tuple[int, str, int], Fact]
) -> None:
    """The ledger only grows: a former figure is recorded again under its own source, a new one is retracted."""
    taken = [
        (standing[result.row.firm_id or 0, *_kind_and_year(each)], each)
        for result in results
        for each in result.changes
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


def _kind_and_year(made: dict[str, Any]) -> tuple[str, int]:
    """The figure that a change is about."""
    kind, _, year = made["key"].partition(":")
    return kind, int(year)
