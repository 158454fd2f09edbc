"""Statements of firms, and asking for an account."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sign_up",
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("firm_name", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("post", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", number(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("user_id", number(), nullable=True),
        sa.Column("id", number(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_sign_up_decided_by_id_user")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_sign_up_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up")),
    )
    with op.batch_alter_table("sign_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_up_credit_code"), ["credit_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_up_state"), ["state"], unique=False)
    op.create_table(
        "statement",
        sa.Column("firm_id", number(), nullable=False),
        sa.Column("sort", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("stance", sa.String(length=32), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.String(length=500), nullable=True),
        sa.Column("proposed", sa.Text(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("seen_text", sa.Text(), nullable=False),
        sa.Column("file_id", number(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", number(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", number(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("fact_id", number(), nullable=True),
        sa.Column("id", number(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_statement_decided_by_id_user")),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_statement_fact_id_fact")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_statement_file_id_stored_file")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_statement_firm_id_firm")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_statement_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index("ix_statement_firm_id_state", ["firm_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_statement_state"), ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("statement")
    op.drop_table("sign_up")
