"""Keep what firms need, and every step taken with it."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "need",
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("clarity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(), nullable=False),
        sa.Column("raised_by_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_need_firm_id_firm")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["user.id"], name=op.f("fk_need_raised_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need")),
    )
    for column in ("firm_id", "kind", "state"):
        op.create_index(op.f(f"ix_need_{column}"), "need", [column], unique=False)
    op.create_table(
        "need_step",
        sa.Column("need_id", ID, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("taken_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["need_id"], ["need.id"], name=op.f("fk_need_step_need_id_need")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user.id"], name=op.f("fk_need_step_taken_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_step")),
    )
    op.create_index(op.f("ix_need_step_need_id"), "need_step", ["need_id"], unique=False)


def downgrade() -> None:
    op.drop_table("need_step")
    op.drop_table("need")
