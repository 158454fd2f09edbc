"""Enqueueing, stopping and ending jobs; every change of a job stands in the transaction of what it belongs to."""

import hashlib
from datetime import timedelta
from threading import Event
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, Forbidden, Throttled
from app.jobs import queries
from app.jobs.kinds import KINDS, kind_of
from app.jobs.models import Job, JobFile, JobState

MOST_UNDER_WAY = 20
FILES_STAY, JOBS_STAY = timedelta(days=7), timedelta(days=90)
LONGEST_SAID = 500
# Wakes the runner of this process; runners elsewhere find the job when they next look.
knock = Event()


def enqueue(db: Session, owner: User, kind: str, *, title: str, arguments: dict[str, Any]) -> Job:
    """A job that is there if and only if the caller's transaction commits.

    Raises:
        Forbidden: the owner has no permission for this kind.
        Throttled: the owner has too many jobs under way.
    """
    if not owner.may(KINDS[kind].permission):
        raise Forbidden("您的岗位没有这项权限。如确有需要，请联系系统管理员。")
    if queries.count_under_way(db, owner) >= MOST_UNDER_WAY:
        raise Throttled(f"您有 {MOST_UNDER_WAY} 项任务还没有完成，请等一些完成后再提交，或到“我的任务”取消不需要的。")
    job = Job(kind=kind, title=title[:200], owner_id=owner.id, arguments=arguments, queued_at=clock.now())
    db.add(job)
    db.flush()  # whoever refers to the job needs its id
    event.listen(db, "after_commit", lambda _session: knock.set(), once=True)
    return job


def cancel(db: Session, job_id: int) -> Job:
    """Stop a job: at once where it waits, before its next step where it runs. Conflict where it has ended."""
    job = db.scalars(sa.select(Job).where(Job.id == job_id).with_for_update()).one()
    if not job.is_under_way:
        raise Conflict(f"这项任务{job.state}，不能再取消。")
    job.stop_asked_at = job.stop_asked_at or clock.now()
    if job.state is JobState.WAITING:
        give_up(db, job, JobState.CANCELLED, "已按您的要求取消，没有执行。")
    return job


def finish(job: Job, said: str = "", **outcome: Any) -> None:
    """End a job well, in the transaction of its last step. `route` and `parameters` in the outcome lead on."""
    job.state = JobState.DONE
    job.said = said[:LONGEST_SAID] or None
    job.outcome = outcome
    _release(job)


def give_up(db: Session, job: Job, state: JobState, said: str) -> None:
    """End a job without success, and tidy what it had begun."""
    job.state = state
    job.said = said[:LONGEST_SAID]
    _release(job)
    if job.kind in KINDS and (tidy := kind_of(job).given_up):
        tidy(db, job)


def _release(job: Job) -> None:
    job.ended_at = clock.now()
    job.holder = job.held_until = None


def keep_file(db: Session, job: Job, *, name: str, media_type: str, content: bytes) -> JobFile:
    """Keep what a job made for a week."""
    sha256 = hashlib.sha256(content).hexdigest()
    file = JobFile(
        job_id=job.id, name=name[:200], media_type=media_type, size=len(content), sha256=sha256, content=content
    )
    db.add(file)
    return file


def forget_old(db: Session) -> None:
    """Drop the files of jobs ended a week ago, and the jobs themselves after three months."""
    for table, stay in ((JobFile, FILES_STAY), (Job, JOBS_STAY)):
        old = sa.select(Job.id).where(Job.ended_at < clock.now() - stay)
        column = JobFile.job_id if table is JobFile else Job.id
        db.execute(sa.delete(table).where(column.in_(old)), execution_options={"synchronize_session": False})
