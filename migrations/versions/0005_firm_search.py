"""Keep what a firm is found by, and which firm another was merged into."""

import sqlalchemy as sa
from alembic import op

# What is filled in here is derived: it has to be what the present code derives, not what some older code did.
from app.firms.names import name_key, name_sound
from app.firms.search.text import search_text

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BATCH = 1000
FIRM = sa.table(
    "firm",
    sa.column("id", ID),
    *(sa.column(name, sa.String) for name in ("name", "credit_code", "name_key", "name_sound", "search_text")),
)
FORMER = sa.table(
    "former_name", sa.column("id", ID), *(sa.column(n, sa.String) for n in ("name", "name_key", "search_text"))
)


def upgrade() -> None:
    with op.batch_alter_table("firm", recreate=_anew(), table_kwargs={"sqlite_autoincrement": True}) as firm:
        firm.add_column(sa.Column("name_sound", sa.String(400), nullable=False, server_default=""))
        firm.add_column(sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
        firm.add_column(sa.Column("merged_into_id", ID, nullable=True))
        firm.create_foreign_key("fk_firm_merged_into_id_firm", "firm", ["merged_into_id"], ["id"])
    op.add_column("former_name", sa.Column("search_text", sa.Text(), nullable=False, server_default=""))
    _fill()
    op.create_index("ix_firm_name_sound", "firm", ["name_sound"])
    op.create_index("ix_firm_merged_into_id", "firm", ["merged_into_id"])
    op.create_index("ix_firm_changed_at_id", "firm", ["changed_at", "id"])
    op.create_index("ix_firm_name_id", "firm", ["name", "id"])
    _index_texts()


def downgrade() -> None:
    for name in ("ix_former_name_search_lookup", "ix_firm_search_lookup"):
        op.execute(f"DROP INDEX IF EXISTS {name}")
    for name in ("name_id", "changed_at_id", "merged_into_id", "name_sound"):
        op.drop_index(f"ix_firm_{name}", "firm")
    with op.batch_alter_table("former_name") as former:
        former.drop_column("search_text")
    with op.batch_alter_table("firm", recreate=_anew(), table_kwargs={"sqlite_autoincrement": True}) as firm:
        firm.drop_constraint("fk_firm_merged_into_id_firm", type_="foreignkey")
        for name in ("merged_into_id", "search_text", "name_sound"):
            firm.drop_column(name)


def _anew() -> str:
    return "always" if op.get_bind().dialect.name == "sqlite" else "never"


def _fill() -> None:
    """Make the search text of every row that is there, a thousand at a time: pinyin cannot be made in SQL."""
    for row_of, table in ((_of_firm, FIRM), (_of_former_name, FORMER)):
        last = 0
        while (
            rows := op.get_bind()
            .execute(sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(BATCH))
            .all()
        ):
            values = [row_of(row) for row in rows]
            change = {name: sa.bindparam(f"new_{name}") for name in values[0] if name != "id"}
            op.get_bind().execute(
                sa.update(table).where(table.c.id == sa.bindparam("id_")).values(change),
                [{"id_": each["id"], **{f"new_{name}": each[name] for name in change}} for each in values],
            )
            last = rows[-1].id


def _of_firm(row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
    keys = {"name_key": name_key(row.name), "name_sound": name_sound(row.name)}
    return {"id": row.id, **keys, "search_text": search_text(row.name, row.credit_code)}


def _of_former_name(row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
    return {"id": row.id, "name_key": name_key(row.name), "search_text": search_text(row.name)}


def _index_texts() -> None:
    """SQLite scans a narrow index instead of wide rows; PostgreSQL has trigrams, where the extension may be had."""
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_firm_search_lookup", "firm", ["search_text", "merged_into_id"])
        op.create_index("ix_former_name_search_lookup", "former_name", ["search_text", "firm_id"])
    elif _has_trigrams():
        op.execute("CREATE INDEX ix_firm_search_lookup ON firm USING gin (search_text gin_trgm_ops)")
        op.execute("CREATE INDEX ix_former_name_search_lookup ON former_name USING gin (search_text gin_trgm_ops)")


def _has_trigrams() -> bool:
    """Whether pg_trgm is there or can be made by this user; without it a search reads every row, and still works."""
    try:
        with op.get_bind().begin_nested():
            op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except sa.exc.DBAPIError:
        return False
    return True
