"""Keep plans by edition, their measures, what was said about them, and the Word template in use."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _plan()
    _measure()
    op.create_table(
        "plan_note",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("measure_id", ID, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("referred", sa.String(length=300), nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_plan_note_author_id_user")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_plan_note_measure_id_measure")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_note_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_note")),
    )
    op.create_index(op.f("ix_plan_note_measure_id"), "plan_note", ["measure_id"], unique=False)
    op.create_index(op.f("ix_plan_note_plan_id"), "plan_note", ["plan_id"], unique=False)
    op.create_table(
        "document_template",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("file_key", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kept_at", sa.DateTime(), nullable=False),
        sa.Column("kept_by_id", ID, nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["kept_by_id"], ["user.id"], name=op.f("fk_document_template_kept_by_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_template")),
    )


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("firm_id", ID, nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("rule_code", sa.String(length=64), nullable=False),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("declares_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("writer_ids", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("made_by_id", ID, nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("previous_id", ID, nullable=True),
        sa.Column("drift", sa.JSON(), nullable=False),
        sa.Column("drifted", sa.Boolean(), nullable=False),
        sa.Column("followed_revision", sa.Integer(), nullable=True),
        sa.Column("followed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user.id"], name=op.f("fk_plan_decided_by_id_user")),
        sa.ForeignKeyConstraint(["finding_id"], ["kept_finding.id"], name=op.f("fk_plan_finding_id_kept_finding")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_plan_firm_id_firm")),
        sa.ForeignKeyConstraint(["made_by_id"], ["user.id"], name=op.f("fk_plan_made_by_id_user")),
        sa.ForeignKeyConstraint(["previous_id"], ["plan.id"], name=op.f("fk_plan_previous_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_index("ix_plan_firm_id_edition", "plan", ["firm_id", "edition"], unique=False)
    op.create_index(op.f("ix_plan_made_at"), "plan", ["made_at"], unique=False)
    op.create_index(op.f("ix_plan_state"), "plan", ["state"], unique=False)


def _measure() -> None:
    op.create_table(
        "measure",
        sa.Column("plan_id", ID, nullable=False),
        sa.Column("root_id", ID, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("aims", sa.JSON(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("owner_unit_id", ID, nullable=True),
        sa.Column("helper", sa.String(length=200), nullable=False),
        sa.Column("lead_months", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("clause", sa.String(length=100), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["done_by_id"], ["user.id"], name=op.f("fk_measure_done_by_id_user")),
        sa.ForeignKeyConstraint(["owner_unit_id"], ["unit.id"], name=op.f("fk_measure_owner_unit_id_unit")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_measure_plan_id_plan")),
        sa.ForeignKeyConstraint(["root_id"], ["measure.id"], name=op.f("fk_measure_root_id_measure")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index(op.f("ix_measure_due_on"), "measure", ["due_on"], unique=False)
    op.create_index(op.f("ix_measure_owner_unit_id"), "measure", ["owner_unit_id"], unique=False)
    op.create_index(op.f("ix_measure_plan_id"), "measure", ["plan_id"], unique=False)
    op.create_index(op.f("ix_measure_root_id"), "measure", ["root_id"], unique=False)


def downgrade() -> None:
    op.drop_table("document_template")
    op.drop_table("plan_note")
    op.drop_table("measure")
    op.drop_table("plan")
