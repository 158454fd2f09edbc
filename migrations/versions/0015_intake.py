"""Keep texts on their way into the library."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "intake",
        sa.Column("policy_id", ID, nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("refusal", sa.String(length=500), nullable=True),
        sa.Column("text_id", ID, nullable=True),
        sa.Column("job_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("asked_by_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["asked_by_id"], ["user.id"], name=op.f("fk_intake_asked_by_id_user")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_intake_policy_id_policy")),
        sa.ForeignKeyConstraint(["text_id"], ["policy_text.id"], name=op.f("fk_intake_text_id_policy_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
    )


def downgrade() -> None:
    op.drop_table("intake")
