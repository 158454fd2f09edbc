"""Keep a second factor for users who have one, and their recovery codes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("user", sa.Column("totp_seed", sa.String(length=200), nullable=True))
    op.add_column("user", sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("user", sa.Column("second_factor_at", sa.DateTime(), nullable=True))
    op.create_table(
        "recovery_code",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_recovery_code_user_id"), "recovery_code")
    op.drop_table("recovery_code")
    for name in ("second_factor_at", "totp_step", "totp_seed"):
        op.drop_column("user", name)
