"""The pool kept in the process between two looks at it; only what changed in between is read again."""

from dataclasses import dataclass
from threading import Lock
from weakref import WeakKeyDictionary

import polars as pl
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks.pool import Pool, PoolFirm, PoolTables, laid, read_firms, read_tables
from app.core import db as database

# Beyond this share, reading everything is quicker than reading what changed.
MOST_CHANGED = 0.2


@dataclass(frozen=True)
class _Kept:
    pool: Pool
    firms: dict[int, PoolFirm]


_kept: WeakKeyDictionary[sa.Engine, _Kept] = WeakKeyDictionary()
_lock = Lock()


def fresh_pool(db: Session) -> Pool:
    """The pool as it stands now: `read_pool`, at the price of what changed since the last time in this process."""
    with _lock:
        engine = database.engine()
        pool = _brought_up(_kept.get(engine), db)
        _kept[engine] = _Kept(pool, {firm.id: firm for firm in pool.firms})
        return pool


def forget() -> None:
    """Read everything again the next time."""
    with _lock:
        _kept.clear()


def _brought_up(kept: _Kept | None, db: Session) -> Pool:
    firms = read_firms(db)
    if kept is None:
        return laid(firms, read_tables(db))
    changed = {firm.id for firm in firms if _revision(kept, firm.id) != firm.revision}
    gone = kept.firms.keys() - {firm.id for firm in firms}
    if len(changed) + len(gone) > MOST_CHANGED * len(firms):
        return laid(firms, read_tables(db))
    before = kept.pool.sheets.tables
    tables = before.with_changed(read_tables(db, sorted(changed)), changed | gone)
    if not changed | gone and firms == kept.pool.firms and _same_district(before, tables):
        return kept.pool
    return laid(firms, tables)


def _revision(kept: _Kept, firm: int) -> int | None:
    return kept.firms[firm].revision if firm in kept.firms else None


def _same_district(before: PoolTables, after: PoolTables) -> bool:
    """Whether what counts for every firm is what it was; whoever changes it touches every firm as well."""
    return all(_everywhere(one).equals(_everywhere(two)) for one, two in zip(before, after, strict=True))


def _everywhere(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("firm").is_null())
