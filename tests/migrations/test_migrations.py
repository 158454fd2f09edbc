"""Migrations: one head, models and schema agree, up and down and up again keeps the data and the guards."""

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


def test_going_one_step_down_and_up_keeps_every_row_that_the_older_schema_can_hold(engine: sa.Engine) -> None:
    unit = make_unit("达坂城镇")
    firm = make_firm("括号（集团）“引号”有限公司", unit_id=unit.id)
    assign(make_user(), firm)
    before = snapshot(engine)
    known = revisions()

    if len(known) > 1:
        schema.downgrade(engine, known[-2])
        schema.upgrade(engine)

    after = snapshot(engine)
    assert {name: rows for name, rows in after.items() if before.get(name)} == {
        name: rows for name, rows in before.items() if rows
    }
