"""What drafts of rules would change over the pool."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "preview",
        sa.Column("draft_id", BIG, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("written_at", sa.DateTime(), nullable=False),
        sa.Column("rule_digest", sa.String(length=64), nullable=False),
        sa.Column("compared_from", sa.Date(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("firms", sa.Integer(), nullable=False),
        sa.Column("revisions", sa.BigInteger(), nullable=False),
        sa.Column("amount_before", sa.String(length=32), nullable=False),
        sa.Column("amount_after", sa.String(length=32), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("known_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["rule_draft.id"], name=op.f("fk_preview_draft_id_rule_draft")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_preview_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preview")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_preview_draft_id")),
    )
    op.create_table(
        "previewed_firm",
        sa.Column("preview_id", BIG, nullable=False),
        sa.Column("reason", sa.Integer(), nullable=True),
        sa.Column("firm_id", sa.BigInteger(), nullable=False),
        sa.Column("firm_name", sa.String(length=200), nullable=False),
        sa.Column("unit_name", sa.String(length=100), nullable=True),
        sa.Column("before", sa.String(length=32), nullable=False),
        sa.Column("after", sa.String(length=32), nullable=False),
        sa.Column("shift", sa.String(length=32), nullable=False),
        sa.Column("low_before", sa.BigInteger(), nullable=True),
        sa.Column("high_before", sa.BigInteger(), nullable=True),
        sa.Column("low_after", sa.BigInteger(), nullable=True),
        sa.Column("high_after", sa.BigInteger(), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["preview_id"], ["preview.id"], name=op.f("fk_previewed_firm_preview_id_preview")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_previewed_firm")),
        sa.UniqueConstraint("preview_id", "firm_id", name=op.f("uq_previewed_firm_preview_id_firm_id")),
    )
    op.create_index("ix_previewed_firm_preview_id_shift", "previewed_firm", ["preview_id", "shift"])


def downgrade() -> None:
    op.drop_index("ix_previewed_firm_preview_id_shift", table_name="previewed_firm")
    op.drop_table("previewed_firm")
    op.drop_table("preview")
