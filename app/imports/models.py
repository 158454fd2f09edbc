"""The rows of an import, kept from the upload to its undoing; the import itself is app.facts.models.Batch."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.choices import Choice
from app.core.db import Code, Model


class Kind(Choice):
    """What a file is about: firms, figures, titles; then collections of records, and registers, under their codes."""

    FIRMS = "firms", "企业名录"
    ANNUAL = "annual", "年度数据"
    TITLES = "titles", "资质"
    IP = "ip", "知识产权"
    INCIDENTS = "incidents", "事故与违法"
    LIST_ENTRIES = "list_entries", "名单记录"
    RELOCATIONS = "relocations", "搬迁"
    STOCK_LISTINGS = "stock_listings", "上市挂牌"
    PLATFORMS = "platforms", "研发平台"
    PRIZES = "prizes", "科技奖励"
    AWARDS_RECEIVED = "awards_received", "已获奖补"
    STANDARDS = "standards", "标准制定"
    EQUITY = "equity", "股权融资"
    POOL_ENTRIES = "pool_entries", "入库记录"
    EXPERT = "expert", "专家"
    PROVIDER = "provider", "服务机构"
    BANK = "bank", "金融产品"
    OUTCOME = "outcome", "成果与项目"

    @property
    def is_register(self) -> bool:
        """Whether its rows are resources and not about firms."""
        return self in REGISTERS


REGISTERS = (Kind.EXPERT, Kind.PROVIDER, Kind.BANK, Kind.OUTCOME)


class State(Choice):
    READING = "reading", "正在读取"
    REFUSED = "refused", "未能读取"
    READ = "read", "待对应列"
    JUDGING = "judging", "正在比对"
    JUDGED = "judged", "待确认"
    APPLYING = "applying", "正在写入"
    APPLIED = "applied", "已导入"
    UNDOING = "undoing", "正在撤销"
    UNDONE = "undone", "已撤销"


class Outcome(Choice):
    """What importing a row would do; every row of the file has exactly one."""

    NEW = "new", "新增"
    CHANGED = "changed", "变更"
    SAME = "same", "不变"
    CONFLICT = "conflict", "冲突"
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


class Upload(Model):
    """The file of an import as it came, for the job that reads it and for giving it back with its faults marked."""

    __tablename__ = "upload"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("batch.id"), unique=True)
    suffix: Mapped[str] = mapped_column(sa.String(8))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)


class Row(Model):
    """One row of the file: its cells as they came, what they would change, and what became of it.

    `number` is the row's number in the file. `changes` holds before and after of each value, so that the import
    can be undone; `thread` names the certificate or the entry of a collection that it wrote. No foreign key to the
    firm: the row outlives a firm that undoing has taken away again.
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
    thread: Mapped[str | None] = mapped_column(sa.String(36))

    __table_args__ = (
        sa.UniqueConstraint("batch_id", "number"),
        sa.Index("ix_batch_row_batch_id_outcome", "batch_id", "outcome"),
    )


class Remembered(Model):
    """What a heading stood for the last time that a sender's file had it."""

    __tablename__ = "remembered_column"

    sender: Mapped[str] = mapped_column(sa.String(64))
    kind: Mapped[str] = mapped_column(sa.String(32))
    heading: Mapped[str] = mapped_column(sa.String(100))
    target: Mapped[str] = mapped_column(sa.String(100))
    policy: Mapped[Policy] = mapped_column(Code(Policy))
    used_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("sender", "kind", "heading"),)
