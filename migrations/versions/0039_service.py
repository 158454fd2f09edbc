"""Keep deeds of commissioners, what firms say of their service, and the grades of a year."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "appraisal",
        sa.Column("commissioner_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=False),
        sa.Column("measured", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("proposed_by_id", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("remark", sa.String(length=500), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioner.id"], name=op.f("fk_appraisal_commissioner_id_commissioner")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_appraisal_decided_by_id_user")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["user.id"], name=op.f("fk_appraisal_proposed_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appraisal")),
    )
    op.create_index(op.f("ix_appraisal_commissioner_id"), "appraisal", ["commissioner_id"], unique=False)
    op.create_index("ix_appraisal_year_state", "appraisal", ["year", "state"], unique=False)
    op.create_table(
        "deed",
        sa.Column("commissioner_id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("file_id", ID, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioner.id"], name=op.f("fk_deed_commissioner_id_commissioner")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_deed_decided_by_id_user")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_deed_file_id_stored_file")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_deed_firm_id_firm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deed")),
    )
    op.create_index(op.f("ix_deed_commissioner_id"), "deed", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_deed_firm_id"), "deed", ["firm_id"], unique=False)
    op.create_index(op.f("ix_deed_state"), "deed", ["state"], unique=False)
    op.create_table(
        "rating",
        sa.Column("commissioner_id", ID, nullable=False),
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("rated_at", sa.DateTime(), nullable=False),
        sa.Column("rated_by_id", ID, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["commissioner_id"], ["commissioner.id"], name=op.f("fk_rating_commissioner_id_commissioner")
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_rating_firm_id_firm")),
        sa.ForeignKeyConstraint(["rated_by_id"], ["user.id"], name=op.f("fk_rating_rated_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("firm_id", "commissioner_id", "year", name=op.f("uq_rating_firm_id_commissioner_id_year")),
    )
    op.create_index(op.f("ix_rating_commissioner_id"), "rating", ["commissioner_id"], unique=False)
    op.create_index(op.f("ix_rating_firm_id"), "rating", ["firm_id"], unique=False)


def downgrade() -> None:
    for table, columns in (
        ("rating", ("firm_id", "commissioner_id")),
        ("deed", ("state", "firm_id", "commissioner_id")),
    ):
        for column in columns:
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.drop_table(table)
    op.drop_index("ix_appraisal_year_state", table_name="appraisal")
    op.drop_index(op.f("ix_appraisal_commissioner_id"), table_name="appraisal")
    op.drop_table("appraisal")
