"""Jobs and the files that they make."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.choices import Choice
from app.core.db import Code, Model


class JobState(Choice):
    WAITING = "waiting", "等待中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


class Job(Model):
    """One piece of long work. `place` is how far it came, for whoever takes it over from a process that died.

    `holder` names the attempt that may write for it, until `held_until`; before that moment nobody else takes it.
    """

    __tablename__ = "job"

    kind: Mapped[str] = mapped_column(sa.String(64))
    title: Mapped[str] = mapped_column(sa.String(200))
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[JobState] = mapped_column(Code(JobState), default=JobState.WAITING, index=True)
    place: Mapped[dict[str, Any]] = mapped_column(default=dict)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    said: Mapped[str | None] = mapped_column(sa.String(500))
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    attempts: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None] = mapped_column(sa.String(120))
    held_until: Mapped[datetime | None]
    stop_asked_at: Mapped[datetime | None]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    owner: Mapped[User] = relationship()

    @property
    def is_under_way(self) -> bool:
        return self.state in (JobState.WAITING, JobState.RUNNING)

    def __str__(self) -> str:
        return self.title


class JobFile(Model):
    """What a job made, kept in the database so that every web process can hand it out."""

    __tablename__ = "job_file"

    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)

    def __str__(self) -> str:
        return self.name
