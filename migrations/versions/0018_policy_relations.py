"""Keep how policies stand to each other."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "policy_relation",
        sa.Column("policy_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_policy_relation_decided_by_id_user")),
        sa.ForeignKeyConstraint(["other_id"], ["policy.id"], name=op.f("fk_policy_relation_other_id_policy")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_policy_relation_policy_id_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_relation")),
        sa.UniqueConstraint("policy_id", "other_id", "kind", name=op.f("uq_policy_relation_policy_id_other_id_kind")),
    )
    op.create_index(op.f("ix_policy_relation_other_id"), "policy_relation", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("policy_relation")
