"""Keep what was matched, each pairing, and what was decided about it."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "matching",
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("unmatched", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_matching_made_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching")),
    )
    op.create_table(
        "pairing",
        sa.Column("matching_id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("commissioner_id", ID, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("other_id", ID, nullable=True),
        sa.Column("loss", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_id", ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioner.id"], name=op.f("fk_pairing_commissioner_id_commissioner")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_pairing_decided_by_id_user")),
        sa.ForeignKeyConstraint(["decided_id"], ["commissioner.id"], name=op.f("fk_pairing_decided_id_commissioner")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_pairing_firm_id_firm")),
        sa.ForeignKeyConstraint(["matching_id"], ["matching.id"], name=op.f("fk_pairing_matching_id_matching")),
        sa.ForeignKeyConstraint(["other_id"], ["commissioner.id"], name=op.f("fk_pairing_other_id_commissioner")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing")),
    )
    op.create_index(op.f("ix_pairing_commissioner_id"), "pairing", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_pairing_firm_id"), "pairing", ["firm_id"], unique=False)
    op.create_index(op.f("ix_pairing_matching_id"), "pairing", ["matching_id"], unique=False)
    op.create_index(op.f("ix_pairing_state"), "pairing", ["state"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_pairing_state"), table_name="pairing")
    op.drop_index(op.f("ix_pairing_matching_id"), table_name="pairing")
    op.drop_index(op.f("ix_pairing_firm_id"), table_name="pairing")
    op.drop_index(op.f("ix_pairing_commissioner_id"), table_name="pairing")
    op.drop_table("pairing")
    op.drop_table("matching")
