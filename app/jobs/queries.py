"""Reading jobs: one's own, and what may be taken up next."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.jobs.models import Job, JobFile, JobState

UNDER_WAY = (JobState.WAITING, JobState.RUNNING)


def jobs_of(owner: User) -> sa.Select[Job]:
    """A user's jobs, newest first."""
    return sa.select(Job).where(Job.owner_id == owner.id).order_by(Job.id.desc())


def job_of(db: Session, owner: User, job_id: int) -> Job | None:
    """A job if it is the user's own."""
    return db.scalar(sa.select(Job).where(Job.id == job_id, Job.owner_id == owner.id))


def count_under_way(db: Session, owner: User) -> int:
    counted = sa.select(sa.func.count()).where(Job.owner_id == owner.id, Job.state.in_(UNDER_WAY))
    return db.scalar(counted) or 0


def file_of(db: Session, job: Job) -> JobFile | None:
    return db.scalar(sa.select(JobFile).where(JobFile.job_id == job.id))


def takeable(moment: datetime) -> sa.Select[Job]:
    """Jobs that nobody holds at a moment, the oldest first."""
    free = Job.held_until.is_(None) | (Job.held_until < moment)
    return sa.select(Job).where(Job.state.in_(UNDER_WAY), free).order_by(Job.id)
