"""Keep who answers for which clause, what the names of plans mean, and the tasks of units with their feedback."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_name",
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit_ids", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_duty_name_decided_by_id_user")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_duty_name_policy_id_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_name")),
        sa.UniqueConstraint("policy_id", "name", name=op.f("uq_duty_name_policy_id_name")),
    )
    with op.batch_alter_table("duty_name", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_name_policy_id"), ["policy_id"], unique=False)

    op.create_table(
        "duty_clause",
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=True),
        sa.Column("provision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=300), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("others", sa.String(length=200), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_duty_clause_policy_id_policy")),
        sa.ForeignKeyConstraint(["provision_id"], ["provision.id"], name=op.f("fk_duty_clause_provision_id_provision")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_clause")),
        sa.UniqueConstraint("code", name=op.f("uq_duty_clause_code")),
    )
    with op.batch_alter_table("duty_clause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_clause_policy_id"), ["policy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_clause_provision_id"), ["provision_id"], unique=False)

    op.create_table(
        "duty",
        sa.Column("clause_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["duty_clause.id"], name=op.f("fk_duty_clause_id_duty_clause")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_duty_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_clause_id"), ["clause_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_due_on"), ["due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "duty_helper",
        sa.Column("duty_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_duty_helper_duty_id_duty"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_duty_helper_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_helper")),
        sa.UniqueConstraint("duty_id", "unit_id", name=op.f("uq_duty_helper_duty_id_unit_id")),
    )
    with op.batch_alter_table("duty_helper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_helper_duty_id"), ["duty_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_helper_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "feedback",
        sa.Column("duty_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_feedback_duty_id_duty")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_feedback_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feedback_duty_id"), ["duty_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feedback_duty_id"))

    op.drop_table("feedback")
    with op.batch_alter_table("duty_helper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_helper_unit_id"))
        batch_op.drop_index(batch_op.f("ix_duty_helper_duty_id"))

    op.drop_table("duty_helper")
    with op.batch_alter_table("duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_unit_id"))
        batch_op.drop_index(batch_op.f("ix_duty_due_on"))
        batch_op.drop_index(batch_op.f("ix_duty_clause_id"))

    op.drop_table("duty")
    with op.batch_alter_table("duty_clause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_clause_provision_id"))
        batch_op.drop_index(batch_op.f("ix_duty_clause_policy_id"))

    op.drop_table("duty_clause")
    with op.batch_alter_table("duty_name", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duty_name_policy_id"))

    op.drop_table("duty_name")
