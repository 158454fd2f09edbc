"""Why the author of a draft goes on although something speaks against it."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rule_draft", sa.Column("defence", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("rule_draft", "defence")
