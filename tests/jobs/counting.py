"""A kind of job that leaves one mark per step, and a process that runs it: `python -m tests.jobs.counting LEASE`."""

import sys
from datetime import timedelta
from threading import Event

import sqlalchemy as sa

from app.accounts.models import Attempt, User
from app.core import clock, db
from app.jobs import service
from app.jobs.kinds import register
from app.jobs.models import Job
from app.jobs.run import Run
from app.jobs.runner import Runner

PAUSE = 0.03


@register("counting", "数数", permission="home:read")
def count(run: Run) -> None:
    """Mark after mark from where an earlier attempt stopped; the pause stands for work."""
    for number in range(run.place.get("next", 0), run.arguments["marks"]):
        Event().wait(run.arguments.get("pause", 0))
        with run.step() as (session, job):
            mark = f"{job.id}-{number}"
            session.add(Attempt(username=mark, address="", device="", at=clock.now(), succeeded=True))
            job.place, job.done, job.total = {"next": number + 1}, number + 1, run.arguments["marks"]


def counting(owner: User, marks: int, *, pause: float = 0) -> int:
    """Enqueue one; its number."""
    with db.writing() as session:
        arguments = {"marks": marks, "pause": pause}
        return service.enqueue(session, owner, "counting", title=f"数到{marks}", arguments=arguments).id


def marks() -> list[str]:
    with db.reading() as session:
        return list(session.scalars(sa.select(Attempt.username).order_by(Attempt.id)))


def state_of(job_id: int) -> Job:
    with db.reading() as session:
        return session.get_one(Job, job_id)


if __name__ == "__main__":
    Runner(lease=timedelta(seconds=float(sys.argv[1]))).start()
    Event().wait()
