"""Migrations: one head, models and schema agree, up and down and up again keeps the data and the guards."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from app.core import schema
from app.settings import ROOT
from tests.factories import assign, make_firm, make_unit, make_user


def revisions() -> list[str]:
    script = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))
    return [revision.revision for revision in script.walk_revisions()][::-1]


def snapshot(engine: sa.Engine) -> dict[str, list[Any]]:
    """Table → its rows, sorted: what must survive."""
    tables = sa.MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: sorted(
                repr(sorted(row._mapping.items(), key=str)) for row in connection.execute(sa.select(table))
            )
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }


def guards(engine: sa.Engine) -> set[str]:
    queries = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'index') AND sql IS NOT NULL",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION SELECT indexname FROM pg_indexes "
        "WHERE schemaname = 'public'",
    }
    with engine.connect() as connection:
        return set(connection.scalars(sa.text(queries[engine.dialect.name])))


def test_there_is_one_head_and_it_is_pinned() -> None:
    script = ScriptDirectory.from_config(Config(ROOT / "alembic.ini"))

    assert script.get_heads() == [schema.head()]


def test_revisions_are_numbered_in_order() -> None:
    assert revisions() == [f"{number:04d}" for number in range(1, len(revisions()) + 1)]


def test_the_schema_can_be_taken_down_and_built_again(engine: sa.Engine) -> None:
    before = guards(engine)

    schema.downgrade(engine, "base")
    assert set(sa.inspect(engine).get_table_names()) <= {"alembic_version"}
    schema.upgrade(engine)

    assert guards(engine) == before
    schema.check(engine)


def test_going_down_step_by_step_and_up_again_keeps_what_the_oldest_schema_can_hold(engine: sa.Engine) -> None:
    unit = make_unit("达坂城镇")
    firm = make_firm("括号（集团）“引号”有限公司", unit_id=unit.id)
    assign(make_user(), firm)
    before = snapshot(engine)

    for revision in revisions()[-2::-1]:
        schema.downgrade(engine, revision)
    schema.upgrade(engine)

    after = snapshot(engine)
    assert {name: rows for name, rows in after.items() if before.get(name)} == {
        name: rows for name, rows in before.items() if rows
    }


# What an older program meets on a newer schema and could not live with, each with the reason it may stay.
BREAKING_CHANGES = dict.fromkeys(
    (
        "0004: unit.version has to be written",
        "0013: checked.book is gone",
        "0013: checked.day is gone",
        "0013: standing.summary is gone",
        "0013: standing.amount has to be written",
        "0030: promise.owner_id has to be written",
    ),
    "made before the first release: no older program is in use",
)


def shape(engine: sa.Engine) -> dict[tuple[str, str], bool]:
    """(table, column) → whether a row can be written without naming it."""
    inspector = sa.inspect(engine)
    return {
        (table, column["name"]): column["nullable"]
        or column["default"] is not None
        or bool(column.get("autoincrement"))
        for table in inspector.get_table_names()
        for column in inspector.get_columns(table)
        if table != "alembic_version"
    }


def breaks(before: dict[tuple[str, str], bool], after: dict[tuple[str, str], bool]) -> Iterator[str]:
    """What a program written for the one schema could not do with the other: read a column, or write a row."""
    tables = {table for table, _ in before}
    yield from (f"{table}.{column} is gone" for table, column in before.keys() - after.keys())
    for (table, column), may_be_left_out in after.items():
        if table in tables and (table, column) not in before and not may_be_left_out:
            yield f"{table}.{column} has to be written"


def test_a_program_one_revision_older_can_go_on_working(engine: sa.Engine) -> None:
    schema.downgrade(engine, revisions()[0])
    found: list[str] = []
    for number in revisions()[1:]:
        before = shape(engine)
        schema.upgrade(engine, number)
        found += [f"{number}: {each}" for each in breaks(before, shape(engine))]

    assert set(found) == set(BREAKING_CHANGES)


def test_a_schema_that_an_older_program_cannot_use_is_seen() -> None:
    before = {("firm", "id"): True, ("firm", "name"): False}

    assert list(breaks(before, {("firm", "id"): True})) == ["firm.name is gone"]
    assert list(breaks(before, {**before, ("firm", "new"): False})) == ["firm.new has to be written"]
    assert not list(breaks(before, {**before, ("firm", "new"): True, ("award", "new"): False}))
