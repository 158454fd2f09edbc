"""Keep rounds of selection, their candidates, and objections in the public notice."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "selection_round",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_selection_round")),
        sa.UniqueConstraint("name", name=op.f("uq_selection_round_name")),
    )
    op.create_table(
        "candidate",
        sa.Column("round_id", ID, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("degree", sa.String(length=32), nullable=True),
        sa.Column("post", sa.String(length=100), nullable=False),
        sa.Column("institution", sa.String(length=100), nullable=False),
        sa.Column("fields", sa.String(length=200), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("recommended_by", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("notice_starts_on", sa.Date(), nullable=True),
        sa.Column("notice_ends_on", sa.Date(), nullable=True),
        sa.Column("commissioner_id", ID, nullable=True),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioner.id"], name=op.f("fk_candidate_commissioner_id_commissioner")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["selection_round.id"], name=op.f("fk_candidate_round_id_selection_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
    )
    op.create_index(op.f("ix_candidate_commissioner_id"), "candidate", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_candidate_round_id"), "candidate", ["round_id"], unique=False)
    op.create_table(
        "candidate_step",
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("taken_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["candidate_id"], ["candidate.id"], name=op.f("fk_candidate_step_candidate_id_candidate")
        ),
        sa.ForeignKeyConstraint(["taken_by_id"], ["user.id"], name=op.f("fk_candidate_step_taken_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate_step")),
    )
    op.create_index(op.f("ix_candidate_step_candidate_id"), "candidate_step", ["candidate_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("candidate_id", ID, nullable=False),
        sa.Column("raised_on", sa.Date(), nullable=False),
        sa.Column("raised_by", sa.String(length=100), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["candidate_id"], ["candidate.id"], name=op.f("fk_objection_candidate_id_candidate")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_candidate_id"), "objection", ["candidate_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_objection_candidate_id"), table_name="objection")
    op.drop_table("objection")
    op.drop_index(op.f("ix_candidate_step_candidate_id"), table_name="candidate_step")
    op.drop_table("candidate_step")
    op.drop_index(op.f("ix_candidate_round_id"), table_name="candidate")
    op.drop_index(op.f("ix_candidate_commissioner_id"), table_name="candidate")
    op.drop_table("candidate")
    op.drop_table("selection_round")
