"""Keep who is to supply open parameters and what was supplied."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "parameter_keeper",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("set_at", sa.DateTime(), nullable=False),
        sa.Column("set_by_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["set_by_id"], ["user.id"], name=op.f("fk_parameter_keeper_set_by_id_user")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_parameter_keeper_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_keeper")),
        sa.UniqueConstraint("key", name=op.f("uq_parameter_keeper_key")),
    )
    op.create_table(
        "parameter_supply",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("draft_id", ID, nullable=False),
        sa.Column("supplied_at", sa.DateTime(), nullable=False),
        sa.Column("supplied_by_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["rule_draft.id"], name=op.f("fk_parameter_supply_draft_id_rule_draft")),
        sa.ForeignKeyConstraint(["supplied_by_id"], ["user.id"], name=op.f("fk_parameter_supply_supplied_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_supply")),
    )
    op.create_index(op.f("ix_parameter_supply_key"), "parameter_supply", ["key"], unique=False)


def downgrade() -> None:
    op.drop_table("parameter_supply")
    op.drop_table("parameter_keeper")
