"""Keep by which version and on which dates each rule judged the pool, and what each answer pays.

What was found before is dropped: it is worked out again as soon as the site runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "round",
        sa.Column("id", ID, nullable=False),
        sa.Column("rule_code", sa.String(length=64), nullable=False),
        sa.Column("rule_version_id", ID, nullable=True),
        sa.Column("facts_on", sa.Date(), nullable=False),
        sa.Column("policy_on", sa.Date(), nullable=False),
        sa.Column("judged_at", sa.DateTime(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_version.id"], name=op.f("fk_round_rule_version_id_rule_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("rule_code", name=op.f("uq_round_rule_code")),
    )
    op.execute(sa.text("DELETE FROM standing"))
    op.execute(sa.text("DELETE FROM checked"))
    with op.batch_alter_table("standing") as standing:
        standing.drop_column("summary")
        standing.add_column(sa.Column("amount", sa.String(length=8), nullable=False))
        standing.add_column(sa.Column("amount_low", sa.BigInteger(), nullable=True))
        standing.add_column(sa.Column("amount_high", sa.BigInteger(), nullable=True))
        standing.add_column(sa.Column("asked_on", sa.Date(), nullable=True))
    with op.batch_alter_table("checked") as checked:
        checked.drop_column("book")
        checked.drop_column("day")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM standing"))
    op.execute(sa.text("DELETE FROM checked"))
    with op.batch_alter_table("checked") as checked:
        checked.add_column(sa.Column("day", sa.Date(), nullable=False))
        checked.add_column(sa.Column("book", sa.String(length=64), nullable=False))
    with op.batch_alter_table("standing") as standing:
        for name in ("asked_on", "amount_high", "amount_low", "amount"):
            standing.drop_column(name)
        standing.add_column(sa.Column("summary", sa.String(length=500), nullable=False))
    op.drop_table("round")
