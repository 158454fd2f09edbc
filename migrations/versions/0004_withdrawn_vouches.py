"""Keep why a vouch was withdrawn, and guard units against lost edits."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("vouch", sa.Column("withdrawn_for", sa.String(length=200), nullable=True))
    op.add_column("unit", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("unit") as unit:
        unit.alter_column("version", server_default=None)


def downgrade() -> None:
    op.drop_column("unit", "version")
    op.drop_column("vouch", "withdrawn_for")
