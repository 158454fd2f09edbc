"""Keep the rows of an import, and never give a firm's number to another firm."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch_row",
        sa.Column("batch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("firm_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("moved", sa.Boolean(), nullable=False),
        sa.Column("fate", sa.String(length=32), nullable=True),
        sa.Column("fate_note", sa.String(length=500), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_row_batch_id_batch")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_row")),
        sa.UniqueConstraint("batch_id", "number", name=op.f("uq_batch_row_batch_id_number")),
    )
    op.create_index(op.f("ix_batch_row_firm_id"), "batch_row", ["firm_id"], unique=False)
    op.create_index("ix_batch_row_batch_id_outcome", "batch_row", ["batch_id", "outcome"], unique=False)
    _rebuild_firm(autoincrement=True)


def downgrade() -> None:
    _rebuild_firm(autoincrement=False)
    op.drop_table("batch_row")


def _rebuild_firm(*, autoincrement: bool) -> None:
    """PostgreSQL never gives a number twice; SQLite has to be told, and only when a table is made."""
    if op.get_bind().dialect.name != "sqlite":
        return
    with op.batch_alter_table("firm", recreate="always", table_kwargs={"sqlite_autoincrement": autoincrement}):
        pass
