"""Keep the texts of policies, their clauses and what was read in them."""

import json
from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _widen_policy()
    op.create_table(
        "policy_text",
        sa.Column("policy_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=True),
        sa.Column("file_key", sa.String(length=64), nullable=True),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("taken_in_at", sa.DateTime(), nullable=False),
        sa.Column("taken_in_by_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_policy_text_policy_id_policy")),
        sa.ForeignKeyConstraint(["taken_in_by_id"], ["user.id"], name=op.f("fk_policy_text_taken_in_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_text")),
        sa.UniqueConstraint("policy_id", "number", name=op.f("uq_policy_text_policy_id_number")),
    )
    op.create_index(op.f("ix_policy_text_policy_id"), "policy_text", ["policy_id"], unique=False)
    op.create_table(
        "policy_clause",
        sa.Column("text_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("depth", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("heading", sa.String(length=300), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["text_id"], ["policy_text.id"], name=op.f("fk_policy_clause_text_id_policy_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_clause")),
    )
    op.create_index(op.f("ix_policy_clause_text_id"), "policy_clause", ["text_id"], unique=False)
    op.create_table(
        "provision",
        sa.Column("text_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("read", sa.JSON(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_provision_decided_by_id_user")),
        sa.ForeignKeyConstraint(["text_id"], ["policy_text.id"], name=op.f("fk_provision_text_id_policy_text")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provision")),
    )
    op.create_index(op.f("ix_provision_text_id"), "provision", ["text_id"], unique=False)


def _widen_policy() -> None:
    """What the lists are narrowed by, taken out of the documents' own descriptions."""
    for name in ("level", "status"):
        op.add_column("policy", sa.Column(name, sa.String(length=16), nullable=False, server_default=""))
    op.add_column("policy", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    for name in ("starts_on", "ends_on"):
        op.add_column("policy", sa.Column(name, sa.Date(), nullable=True))
    policy = sa.table(
        "policy",
        *(sa.column(name) for name in ("id", "body", "level", "status")),
        sa.column("starts_on", sa.Date()),
        sa.column("ends_on", sa.Date()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(policy.c.id, policy.c.body)).all():
        body = json.loads(row.body) if isinstance(row.body, str) else row.body
        starts, ends = (date.fromisoformat(body[name]) if body.get(name) else None for name in ("from", "until"))
        values = {"level": body.get("level") or "", "status": body.get("status") or ""}
        connection.execute(
            sa.update(policy).where(policy.c.id == row.id).values(**values, starts_on=starts, ends_on=ends)
        )


def downgrade() -> None:
    op.drop_table("provision")
    op.drop_table("policy_clause")
    op.drop_table("policy_text")
    for name in ("level", "status", "version", "starts_on", "ends_on"):
        op.drop_column("policy", name)
