"""Index what lists, boards and radars of a large pool look up."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TITLE = ["kind", "firm_id", "superseded_at", "issued_on", "valid_until", "revoked_on"]
STANDING = ["rule_code", "answer", "unmet", "unknown", "firm_id"]
MERGED = sa.text("merged_into_id IS NOT NULL")


def upgrade() -> None:
    # Nearly every firm is merged into none: an index of those says nothing, yet SQLite would choose it.
    op.drop_index("ix_firm_merged_into_id", "firm")
    op.create_index("ix_firm_merged_into_id", "firm", ["merged_into_id"], sqlite_where=MERGED, postgresql_where=MERGED)
    op.create_index("ix_firm_founded_on_id", "firm", ["founded_on", "id"])
    op.create_index("ix_firm_registered_capital_id", "firm", ["registered_capital", "id"])
    op.drop_index("ix_title_kind", "title")
    op.create_index("ix_title_terms", "title", TITLE)
    op.drop_index("ix_standing_rule_code_answer", "standing")
    op.create_index("ix_standing_distances", "standing", STANDING)


def downgrade() -> None:
    op.drop_index("ix_standing_distances", "standing")
    op.create_index("ix_standing_rule_code_answer", "standing", ["rule_code", "answer"])
    op.drop_index("ix_title_terms", "title")
    op.create_index("ix_title_kind", "title", ["kind"])
    op.drop_index("ix_firm_registered_capital_id", "firm")
    op.drop_index("ix_firm_founded_on_id", "firm")
    op.drop_index("ix_firm_merged_into_id", "firm")
    op.create_index("ix_firm_merged_into_id", "firm", ["merged_into_id"])
