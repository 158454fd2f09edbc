"""One attempt at a job, as its work sees it: steps that count only while the job is still held by this attempt."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core import db as database
from app.jobs.models import Job, JobState


class Lost(Exception):
    """Somebody else holds the job now: this attempt was thought dead."""


class StopAsked(Exception):
    """The owner wants the job stopped."""


class Interrupted(Exception):
    """This process is going down; the job waits for the next."""


class Run:
    """What the work gets: its arguments, how far earlier attempts came, and steps to write in."""

    def __init__(self, job: Job, lease: timedelta, stopping: Event) -> None:
        self.job_id = job.id
        self.arguments: dict[str, Any] = job.arguments
        self.place: dict[str, Any] = job.place
        self._holder = job.holder
        self._lease = lease
        self._stopping = stopping

    @contextmanager
    def step(self) -> Iterator[tuple[Session, Job]]:
        """A writing transaction: its effects and the job's progress stand or fall together.

        The job's row is locked meanwhile, so an attempt that was taken for dead and comes back can write nothing.

        Raises:
            Lost, StopAsked, Interrupted: nothing is written, and the work ends.
        """
        with database.writing() as db:
            job = self._held(db)
            db.info["request"] = {"request": f"job-{job.id}"}
            yield db, job
            if job.state is JobState.RUNNING:
                job.held_until = clock.now() + self._lease

    def _held(self, db: Session) -> Job:
        job = db.scalar(sa.select(Job).where(Job.id == self.job_id).with_for_update())
        if job is None or job.holder != self._holder or job.state is not JobState.RUNNING:
            raise Lost
        if job.stop_asked_at:
            raise StopAsked
        if self._stopping.is_set():
            raise Interrupted
        return job

    def say(self, words: str, *, done: int | None = None, total: int | None = None) -> None:
        """Tell the people who wait what is being done, and how far it is."""
        with self.step() as (_, job):
            job.said = words
            job.done = job.done if done is None else done
            job.total = job.total if total is None else total

    def owner(self, db: Session) -> User:
        """On whose behalf the work is done."""
        return db.scalars(sa.select(User).join(Job, Job.owner_id == User.id).where(Job.id == self.job_id)).one()
