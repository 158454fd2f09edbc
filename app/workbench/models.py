"""Drafts of rules: a new rule, the next version of one, or its end."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model
from app.library.models import Provision
from app.policies.models import RuleVersion
from app.simulations.models import AmountKind, BothSides


class DraftPurpose(Choice):
    NEW = "new", "新规则"
    NEXT = "next", "下一版本"
    END = "end", "停用"


class DraftState(Choice):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待复核"
    PUBLISHED = "published", "已发布"
    REMOVED = "removed", "已作废"


class RuleDraft(Model):
    """A proposal for the rule book. `body` is what was typed (`drafted`), readable or not; `editors` are user ids.

    Nobody who wrote any of it may publish it: the database holds this for who made it and who sent it in.
    """

    __tablename__ = "rule_draft"

    rule_code: Mapped[str] = mapped_column(sa.String(64), index=True)
    purpose: Mapped[DraftPurpose] = mapped_column(Code(DraftPurpose))
    state: Mapped[DraftState] = mapped_column(Code(DraftState), default=DraftState.DRAFT, index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    # The first day of the version, or the first day on which the rule holds no longer.
    starts_on: Mapped[date | None]
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    follows_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rule_version.id"))
    provision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provision.id"))
    author_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    editors: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    submitted_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    remark: Mapped[str | None] = mapped_column(sa.Text)
    # Why its author sends it in although something speaks against it (`doubts`).
    defence: Mapped[str | None] = mapped_column(sa.Text)
    published_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rule_version.id"))
    version: Mapped[int] = mapped_column(default=1)

    author: Mapped[User] = relationship(foreign_keys=author_id)
    submitted_by: Mapped[User | None] = relationship(foreign_keys=submitted_by_id)
    decided_by: Mapped[User | None] = relationship(foreign_keys=decided_by_id)
    follows: Mapped[RuleVersion | None] = relationship(foreign_keys=follows_id)
    provision: Mapped[Provision | None] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own convention
    __table_args__ = (
        sa.CheckConstraint(
            "decided_by_id IS NULL OR (decided_by_id <> author_id"
            " AND (submitted_by_id IS NULL OR decided_by_id <> submitted_by_id))",
            name="four_eyes",
        ),
    )

    @property
    def is_open(self) -> bool:
        """Whether anything may still become of it."""
        return self.state in {DraftState.DRAFT, DraftState.SUBMITTED}

    def __str__(self) -> str:
        return f"{self.name}（{self.purpose.label}）"


class RuleCase(Model):
    """A firm on a day and what the rule must say of it; `body` is as in seeds/cases: day, facts, records, expect."""

    __tablename__ = "rule_case"

    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_draft.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    def __str__(self) -> str:
        return self.name


class Measurement(Model):
    """How well the cases of a draft held it at one time: how many small changes of the rule some case caught.

    `body` has the changes no case caught, and the cases found at the edges of the rule with what it says of them.
    """

    __tablename__ = "measurement"

    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_draft.id"), index=True)
    # The version of the draft and the cases it was measured with.
    edition: Mapped[int]
    cases: Mapped[list[Any]] = mapped_column(default=list)
    caught: Mapped[int]
    changes: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    made_by: Mapped[User] = relationship()


class Preview(Model):
    """What a draft would change for every firm if it were in force on a day; each draft keeps its latest.

    `digest` names the words of the draft, `rule_digest` the versions of the rule in the book, `firms` and `revisions`
    the state of the pool. `reasons` are the words why firms change; each row of a firm names its own by place.
    """

    __tablename__ = "preview"

    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("rule_draft.id"), unique=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    written_at: Mapped[datetime]
    rule_digest: Mapped[str] = mapped_column(sa.String(64))
    # The first day of the version that is in force on the day; none where no version is.
    compared_from: Mapped[date | None]
    as_of: Mapped[date]
    firms: Mapped[int]
    revisions: Mapped[int] = mapped_column(sa.BigInteger)
    amount_before: Mapped[AmountKind] = mapped_column(Code(AmountKind))
    amount_after: Mapped[AmountKind] = mapped_column(Code(AmountKind))
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    known_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))

    draft: Mapped[RuleDraft] = relationship()
    made_by: Mapped[User] = relationship()


class PreviewedFirm(BothSides, Model):
    """One firm of a preview; `reason` is a place in its reasons, none where nothing changes."""

    __tablename__ = "previewed_firm"

    preview_id: Mapped[int] = mapped_column(sa.ForeignKey("preview.id"))
    reason: Mapped[int | None]

    __table_args__ = (
        sa.UniqueConstraint("preview_id", "firm_id"),
        sa.Index("ix_previewed_firm_preview_id_shift", "preview_id", "shift"),
    )
