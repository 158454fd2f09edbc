"""Rounds that ask firms for needs."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "need_call",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("remind_days", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_of", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_need_call_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_call")),
    )
    op.create_index(op.f("ix_need_call_ends_on"), "need_call", ["ends_on"], unique=False)
    op.create_table(
        "called_firm",
        sa.Column("call_id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("none_at", sa.DateTime(), nullable=True),
        sa.Column("none_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["need_call.id"], name=op.f("fk_called_firm_call_id_need_call")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_called_firm_firm_id_firm")),
        sa.ForeignKeyConstraint(["none_by_id"], ["user.id"], name=op.f("fk_called_firm_none_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_called_firm")),
        sa.UniqueConstraint("call_id", "firm_id", name=op.f("uq_called_firm_call_id_firm_id")),
    )
    op.create_index(op.f("ix_called_firm_firm_id"), "called_firm", ["firm_id"], unique=False)


def downgrade() -> None:
    op.drop_table("called_firm")
    op.drop_table("need_call")
