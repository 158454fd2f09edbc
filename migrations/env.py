"""Runs migrations on both databases without losing a row: see docs/operating.md, "Migrations"."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.script import ScriptDirectory

from app.accounts import models as accounts_models  # noqa: F401 - each import puts its tables on the metadata
from app.checks import models as checks_models  # noqa: F401
from app.core.db import Model, engine
from app.duties import models as duties_models  # noqa: F401
from app.facts import models as facts_models  # noqa: F401
from app.firms import models as firms_models  # noqa: F401
from app.firms.bulk import models as bulk_models  # noqa: F401
from app.firms.lists import models as lists_models  # noqa: F401
from app.firms.merge import models as merge_models  # noqa: F401
from app.forecasts import models as forecasts_models  # noqa: F401
from app.imports import models as imports_models  # noqa: F401
from app.jobs import models as jobs_models  # noqa: F401
from app.library import models as library_models  # noqa: F401
from app.needs import models as needs_models  # noqa: F401
from app.needs.calls import models as calls_models  # noqa: F401
from app.needs.matching import models as matching_models  # noqa: F401
from app.needs.resources import models as resources_models  # noqa: F401
from app.notices import models as notices_models  # noqa: F401
from app.parameters import models as parameters_models  # noqa: F401
from app.policies import models as policies_models  # noqa: F401
from app.portal import models as portal_models  # noqa: F401
from app.simulations import models as simulations_models  # noqa: F401
from app.statements import models as statements_models  # noqa: F401
from app.targets import models as targets_models  # noqa: F401
from app.titles import models as titles_models  # noqa: F401
from app.visits import models as visits_models  # noqa: F401
from app.workbench import models as workbench_models  # noqa: F401

HEAD = Path(__file__).parent / "HEAD"


def number(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """Number revisions in order and drop empty ones, so that they read like a history."""
    options = context.config.cmd_opts
    if options is None or options.cmd[0].__name__ != "revision":
        return  # `check` draws up a revision as well, only to throw it away
    script = directives[0]
    if getattr(context.config.cmd_opts, "autogenerate", False) and script.upgrade_ops.is_empty():
        directives.clear()
        return
    head = ScriptDirectory.from_config(context.config).get_current_head()
    script.rev_id = f"{int(head or 0) + 1:04d}"
    HEAD.write_text(script.rev_id + "\n")


def plain_type(kind: str, value: Any, _autogen: Any) -> str | bool:
    """Write our own column types as the plain types they are kept in: migrations import nothing of ours."""
    if kind != "type" or not isinstance(value, sa.types.TypeDecorator):
        return False
    return f"sa.{value.impl_instance!r}"


def ours(_object: Any, name: str | None, kind: str, reflected: bool, _compare_to: Any) -> bool:  # noqa: FBT001 - Alembic's own signature
    """Whether the models speak of a thing: the indexes of search texts differ by database and are the migrations'."""
    return not (kind == "index" and reflected and name is not None and name.endswith("_search_lookup"))


def run(connection: sa.Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        process_revision_directives=number,
        render_item=plain_type,
        include_object=ours,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # A migration that cannot get its lock must fail rather than queue up in front of everybody.
            connection.execute(sa.text("SET LOCAL lock_timeout = '4s'"))
            connection.execute(sa.text("SET LOCAL statement_timeout = '60s'"))
        context.run_migrations()


def run_on_sqlite(own: sa.Engine) -> None:
    # SQLite cannot alter most things, so Alembic copies tables; with foreign keys on, dropping the old
    # copy would delete every row that refers to it. They are off for the migration and checked after it.
    with own.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        run(connection)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")  # type: ignore[union-attr]
    if broken:
        raise RuntimeError(f"The migration left rows without their parents: {broken[:5]}")


target = context.config.attributes.get("engine") or engine()
if target.dialect.name == "sqlite":
    run_on_sqlite(target)
else:
    with target.connect() as opened:
        run(opened)
