"""A pool of many firms: the demonstration's, and copies of them under names of their own, with everything known."""

from collections.abc import Callable
from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks import service
from app.checks.models import Checked, Standing
from app.core import bulk, clock, db, schema
from app.demo.load import load_demo
from app.demo.naming import compose_name, credit_code, trade_names, words
from app.facts.models import Fact, Record, Vouch
from app.firms.models import Assignment, Contact, Firm, FormerName, Inquiry, Pool, PoolEntry, Tag, derived
from app.policies.book import load_book
from app.titles.models import Title

LEDGER: tuple[Any, ...] = (Fact, Record, Vouch, Title)
PEOPLE: tuple[Any, ...] = (Contact, FormerName)
JUDGED: tuple[Any, ...] = (Standing, Checked)
# A commissioner looks after some hundred firms, not after a share of the district.
ASSIGNED_EVERY = 10
SERIALS = 200_000

Row = dict[str, Any]
Change = Callable[[Row], Any]


def fill(count: int, *, judged: bool = False) -> None:
    """At least so many firms, up to a few hundred fewer; with standings, people, tags and pools where `judged`."""
    schema.upgrade(db.engine())
    if _firms() >= count - 500:
        return
    assert not _firms(), "this database holds another pool"
    with db.writing() as session:
        load_book(session)
    with db.writing() as session:
        load_demo(session)
    if judged:
        service.refresh_all()
        _mark()
    _Copier(judged=judged).copy(count)
    _analyze()


def _firms() -> int:
    with db.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Firm)) or 0


class _Copier:
    """The rows of the first firms, read once, written again and again under other numbers."""

    def __init__(self, *, judged: bool) -> None:
        self.judged = judged
        self.rng = Random("copies")  # noqa: S311 - invented names are no secret
        self.names = trade_names(7)
        with db.reading() as session:
            self.first = set(session.scalars(sa.select(Firm.id).where(Firm.merged_into_id.is_(None))))
            others = (*LEDGER, *PEOPLE, *JUDGED, Assignment, Tag, PoolEntry, Inquiry) if judged else LEDGER
            self.rows = {model: self._read(session, model) for model in (Firm, *others)}

    def copy(self, count: int) -> None:
        step = max(self.first)
        for copy in range(1, count // len(self.first)):
            with db.writing() as session:
                for model in self.rows:
                    if model is not Assignment or copy % ASSIGNED_EVERY == 0:
                        self._write(session, model, copy * step, copy)
            if copy % 50 == 0:
                print(f"  {copy * len(self.first):,} firms copied", flush=True)
        with db.writing() as session:
            _count_on(session, Firm)

    def _read(self, session: Session, model: Any) -> list[Row]:
        """The rows as the database keeps them; what is JSON as its text."""
        table = model.__table__
        names = [each.name for each in table.columns if each.name != "id" or model is Firm]
        parts = (f"CAST({name} AS TEXT) AS {name}" if _is_json(table.c[name]) else name for name in names)
        raw = session.execute(sa.text(f"SELECT {', '.join(parts)} FROM {table.name}"))  # noqa: S608 - names of our own
        whose = "id" if model is Firm else "firm_id"
        return [dict(row) for row in raw.mappings() if row[whose] in self.first]

    def _write(self, session: Session, model: Any, shift: int, copy: int) -> None:
        rows = self.rows[model]
        if rows:
            made = (list(self._changed(model, row, shift, copy).values()) for row in rows)
            bulk.append(session, model.__table__, list(rows[0]), made)

    def _changed(self, model: Any, row: Row, shift: int, copy: int) -> Row:
        if model is Firm:
            return self._renamed(row, row["id"] + shift)
        changed = {**row, "firm_id": row["firm_id"] + shift}
        if "thread" in row:
            changed["thread"] = f"{row['thread'][:28]}-{copy}"
        if "phone" in row:
            changed["phone"] = f"12{self.rng.randrange(10**9):09d}"
        if model is FormerName:
            name = self._name(self.rng.choice(list(words().industries)))
            made = derived(name)
            changed |= {"name": name, "name_key": made["name_key"], "search_text": made["search_text"]}
        return changed

    def _renamed(self, row: Row, number: int) -> Row:
        name, code = self._name(row["industry"]), credit_code(SERIALS + number)
        return {**row, "id": number, "name": name, "credit_code": code, **derived(name, code)}

    def _name(self, industry: str) -> str:
        trade = self.rng.choice(self.names) + self.rng.choice(self.names)[0]
        return compose_name(self.rng, trade, words().industries[industry])


def _mark() -> None:
    """Some firms with tags, in a pool, and with something asked about them."""
    moment = clock.now()
    with db.writing() as session:
        pool = Pool(name="高企培育库", made_at=moment)
        session.add(pool)
        session.flush()
        for firm in session.scalars(sa.select(Firm.id).order_by(Firm.id)):
            if firm % 7 == 0:
                session.add(Tag(firm_id=firm, label="重点跟进", made_at=moment))
            if firm % 11 == 0:
                session.add(PoolEntry(firm_id=firm, pool_id=pool.id, entered_on=clock.today()))
            if firm % 50 == 0:
                session.add(Inquiry(firm_id=firm, question="请补充上年度研发费用。", asked_at=moment))


def _analyze() -> None:
    """What a database does by itself within a day of such growth."""
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _count_on(session: Session, *models: Any) -> None:
    """The next row that the product makes gets a number after those that were given here."""
    if session.get_bind().dialect.name == "postgresql":
        for model in models:
            name = model.__table__.name
            last = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"  # noqa: S608
            session.execute(sa.text(last))


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.JSON)
