"""Keep the cases of drafts of rules, and how well they held the rule."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rule_case",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["rule_draft.id"], name=op.f("fk_rule_case_draft_id_rule_draft")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_rule_case_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_case")),
    )
    op.create_index(op.f("ix_rule_case_draft_id"), "rule_case", ["draft_id"], unique=False)
    op.create_table(
        "measurement",
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("caught", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["rule_draft.id"], name=op.f("fk_measurement_draft_id_rule_draft")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_measurement_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement")),
    )
    op.create_index(op.f("ix_measurement_draft_id"), "measurement", ["draft_id"], unique=False)


def downgrade() -> None:
    op.drop_table("measurement")
    op.drop_table("rule_case")
