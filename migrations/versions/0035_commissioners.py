"""Keep the register of commissioners, their interests, and hand-overs between them."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "commissioner",
        sa.Column("user_id", ID, nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("degree", sa.String(length=32), nullable=True),
        sa.Column("post", sa.String(length=100), nullable=False),
        sa.Column("institution", sa.String(length=100), nullable=False),
        sa.Column("fields", sa.String(length=200), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("phone", sa.String(length=64), nullable=False),
        sa.Column("contract_ends_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("most_firms", sa.Integer(), nullable=False),
        sa.Column("unit_ids", sa.JSON(), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_commissioner_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commissioner")),
        sa.UniqueConstraint("name", "institution", name=op.f("uq_commissioner_name_institution")),
        sa.UniqueConstraint("user_id", name=op.f("uq_commissioner_user_id")),
    )
    op.create_index(op.f("ix_commissioner_ends_on"), "commissioner", ["ends_on"], unique=False)
    op.create_table(
        "handover",
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("ended_id", ID, nullable=False),
        sa.Column("begun_id", ID, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("left_open", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["begun_id"], ["assignment.id"], name=op.f("fk_handover_begun_id_assignment")),
        sa.ForeignKeyConstraint(["ended_id"], ["assignment.id"], name=op.f("fk_handover_ended_id_assignment")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_handover_firm_id_firm")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_handover_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_begun_id"), "handover", ["begun_id"], unique=False)
    op.create_index(op.f("ix_handover_ended_id"), "handover", ["ended_id"], unique=False)
    op.create_index(op.f("ix_handover_firm_id"), "handover", ["firm_id"], unique=False)
    op.create_table(
        "interest",
        sa.Column("commissioner_id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("declared_at", sa.DateTime(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioner.id"], name=op.f("fk_interest_commissioner_id_commissioner")
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_interest_firm_id_firm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interest")),
    )
    op.create_index(op.f("ix_interest_commissioner_id"), "interest", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_interest_firm_id"), "interest", ["firm_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_interest_firm_id"), table_name="interest")
    op.drop_index(op.f("ix_interest_commissioner_id"), table_name="interest")
    op.drop_table("interest")
    op.drop_index(op.f("ix_handover_firm_id"), table_name="handover")
    op.drop_index(op.f("ix_handover_ended_id"), table_name="handover")
    op.drop_index(op.f("ix_handover_begun_id"), table_name="handover")
    op.drop_table("handover")
    op.drop_index(op.f("ix_commissioner_ends_on"), table_name="commissioner")
    op.drop_table("commissioner")
