"""The rows of an import, kept from the upload to its undoing; the import itself is app.facts.models.Batch."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.choices import Choice
from app.core.db import Code, Model


class Kind(Choice):
    FIRMS = "firms", "企业名录"
    ANNUAL = "annual", "年度数据"


class State(Choice):
    READING = "reading", "正在读取"
    REFUSED = "refused", "未能读取"
    READ = "read", "待对应列"
    JUDGING = "judging", "正在比对"
    JUDGED = "judged", "待确认"
    APPLIED = "applied", "已导入"
    UNDONE = "undone", "已撤销"


class Outcome(Choice):
    """What importing a row would do; every row of the file has exactly one."""

    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    SAME = "same", "不变"
    REPEATED = "repeated", "重复"
    REFUSED = "refused", "错误"


class Policy(Choice):
    OVERWRITE = "overwrite", "覆盖"
    FILL = "fill", "只补空"
    IGNORE = "ignore", "忽略"


class Fate(Choice):
    """What became of a row that was to be written."""

    APPLIED = "applied", "已写入"
    RESTORED = "restored", "已还原"
    KEPT = "kept", "已被后续修改，故保留"
    STUCK = "stuck", "无法还原"


class Row(Model):
    """One row of the file: its cells as they came, what they would change, and what became of it.

    `number` is the row's number in the file. `changes` holds before and after of each value, so that the import
    can be undone. No foreign key to the firm: the row outlives a firm that undoing has taken away again.
    """

    __tablename__ = "batch_row"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batch.id"))
    number: Mapped[int]
    cells: Mapped[list[str]] = mapped_column(sa.JSON)
    outcome: Mapped[Outcome | None] = mapped_column(Code(Outcome))
    firm_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    name: Mapped[str | None] = mapped_column(sa.String(200))
    changes: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    notes: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    moved: Mapped[bool] = mapped_column(default=False)
    fate: Mapped[Fate | None] = mapped_column(Code(Fate))
    fate_note: Mapped[str | None] = mapped_column(sa.String(500))

    __table_args__ = (
        sa.UniqueConstraint("batch_id", "number"),
        sa.Index("ix_batch_row_batch_id_outcome", "batch_id", "outcome"),
    )
