"""Needs raised on visits, and who keeps a promise."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("need", sa.Column("visit_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_need_visit_id"), "need", ["visit_id"], unique=False)
    with op.batch_alter_table("promise") as promise:
        promise.add_column(sa.Column("owner_id", ID, nullable=True))
        promise.create_foreign_key(op.f("fk_promise_owner_id_user"), "user", ["owner_id"], ["id"])
        promise.create_index(op.f("ix_promise_owner_id"), ["owner_id"], unique=False)
    # Until now whoever made the visit kept its promises.
    op.execute("UPDATE promise SET owner_id = (SELECT user_id FROM visit WHERE visit.id = promise.visit_id)")
    with op.batch_alter_table("promise") as promise:
        promise.alter_column("owner_id", existing_type=ID, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("promise") as promise:
        promise.drop_index(op.f("ix_promise_owner_id"))
        promise.drop_constraint(op.f("fk_promise_owner_id_user"), type_="foreignkey")
        promise.drop_column("owner_id")
    op.drop_index(op.f("ix_need_visit_id"), "need")
    op.drop_column("need", "visit_id")
