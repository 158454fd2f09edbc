"""Statements of firms: about which value, what was said, on what evidence, and what became of it."""

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model
from app.firms.models import Firm, StoredFile


class Sort(Choice):
    """What a statement is about: a figure, something kept on other pages, or whether a collection is complete."""

    FACT = "fact", "数据"
    IDENTITY = "identity", "登记信息"
    TITLE = "title", "资质"
    RECORD = "record", "档案记录"
    COLLECTION = "collection", "登记是否齐全"


class Stance(Choice):
    AGREE = "agree", "属实"
    CORRECT = "correct", "更正"
    OBJECT = "object", "异议"
    ANSWER = "answer", "回答"
    VOUCH = "vouch", "确认齐全"


class StatementState(Choice):
    WAITING = "waiting", "待核对"
    TAKEN = "taken", "已采纳"
    REFUSED = "refused", "未采纳"
    SETTLED = "settled", "未采纳，企业已知悉"
    NOTED = "noted", "已记下"
    REPLACED = "replaced", "已有更新的意见"


class Statement(Model):
    """One thing a firm said about one value; `label` and `seen_text` are how that read when it was said.

    `code` is the kind of a figure, the name of a column of the registration, the thread of a title or record,
    or a collection.
    `seen` names the very value in front of the firm. A figure is proposed in `number` or `text`, anything else in
    `proposed`, in words.
    """

    __tablename__ = "statement"

    firm_id: Mapped[int] = mapped_column(sa.ForeignKey("firm.id"))
    sort: Mapped[Sort] = mapped_column(Code(Sort))
    code: Mapped[str] = mapped_column(sa.String(64))
    year: Mapped[int] = mapped_column(default=0)
    label: Mapped[str] = mapped_column(sa.String(200))
    stance: Mapped[Stance] = mapped_column(Code(Stance))
    number: Mapped[Decimal | None]
    text: Mapped[str | None] = mapped_column(sa.String(500))
    proposed: Mapped[str] = mapped_column(sa.Text, default="")
    remark: Mapped[str] = mapped_column(sa.Text, default="")
    seen: Mapped[str] = mapped_column(sa.String(64))
    seen_text: Mapped[str] = mapped_column(sa.Text, default="")
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    state: Mapped[StatementState] = mapped_column(Code(StatementState), index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    fact_id: Mapped[int | None] = mapped_column(sa.ForeignKey("fact.id"))

    firm: Mapped[Firm] = relationship()
    file: Mapped[StoredFile | None] = relationship()
    made_by: Mapped[User | None] = relationship(foreign_keys=[made_by_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (sa.Index("ix_statement_firm_id_state", "firm_id", "state"),)

    @property
    def subject(self) -> tuple[Sort, str, int]:
        return self.sort, self.code, self.year

    def __str__(self) -> str:
        return self.label
