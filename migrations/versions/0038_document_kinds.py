"""Say of each Word template which kind of document it is for."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document_template", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=32), nullable=False, server_default="plan"))


def downgrade() -> None:
    # Templates of other kinds mean nothing to the version below, which takes every one for a plan's.
    op.execute("DELETE FROM document_template WHERE kind <> 'plan'")
    with op.batch_alter_table("document_template", schema=None) as batch_op:
        batch_op.drop_column("kind")
