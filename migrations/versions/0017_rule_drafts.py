"""Keep drafts of rules, and let the database refuse to change a version that was published."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FIXED = ("id", "rule_id", "starts_on", "ends_on", "body", "digest", "recorded_at")
MESSAGE = "a version of a rule is never changed"
NO_REPLACE = """CREATE TRIGGER rule_version_no_replace BEFORE INSERT ON rule_version
WHEN EXISTS (SELECT 1 FROM rule_version WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a version of a rule is never changed'); END"""
SQLITE_GUARDS = (
    "CREATE TRIGGER rule_version_no_update BEFORE UPDATE ON rule_version WHEN OLD.superseded_at IS NOT NULL "
    "OR NEW.superseded_at IS NULL OR "
    + " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in FIXED)
    + f" BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    f"CREATE TRIGGER rule_version_no_delete BEFORE DELETE ON rule_version BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    NO_REPLACE,
)
POSTGRES_GUARDS = (
    "CREATE FUNCTION refuse_rule_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL AND "
    + " AND ".join(f"NEW.{name}::text IS NOT DISTINCT FROM OLD.{name}::text" for name in FIXED)
    + f" THEN RETURN NEW; END IF; RAISE EXCEPTION '{MESSAGE}'; END $$",
    (
        "CREATE TRIGGER rule_version_no_change BEFORE UPDATE OR DELETE ON rule_version "
        "FOR EACH ROW EXECUTE FUNCTION refuse_rule_change()"
    ),
    "CREATE TRIGGER rule_version_no_truncate BEFORE TRUNCATE ON rule_version EXECUTE FUNCTION refuse_rule_change()",
)


def upgrade() -> None:
    op.create_table(
        "rule_draft",
        sa.Column("rule_code", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("follows_id", ID, nullable=True),
        sa.Column("provision_id", ID, nullable=True),
        sa.Column("author_id", ID, nullable=False),
        sa.Column("editors", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("submitted_by_id", ID, nullable=True),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by_id", ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("published_version_id", ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR (decided_by_id <> author_id"
            " AND (submitted_by_id IS NULL OR decided_by_id <> submitted_by_id))",
            name=op.f("ck_rule_draft_four_eyes"),
        ),
        *_references("follows_id", "rule_version"),
        *_references("provision_id", "provision"),
        *_references("published_version_id", "rule_version"),
        *(key for name in ("author_id", "submitted_by_id", "decided_by_id") for key in _references(name, "user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_draft")),
    )
    for name in ("rule_code", "state"):
        op.create_index(op.f(f"ix_rule_draft_{name}"), "rule_draft", [name], unique=False)
    op.add_column("rule", sa.Column("published_at", sa.DateTime(), nullable=True))
    for statement in SQLITE_GUARDS if op.get_bind().dialect.name == "sqlite" else POSTGRES_GUARDS:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER rule_version_no_{name}")
    else:
        for name in ("change", "truncate"):
            op.execute(f"DROP TRIGGER rule_version_no_{name} ON rule_version")
        op.execute("DROP FUNCTION refuse_rule_change")
    op.drop_table("rule_draft")
    op.drop_column("rule", "published_at")


def _references(column: str, table: str) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_rule_draft_{column}_{table}"))]
