"""Takes jobs up and sees them to their end; as many runners as there are processes share one database."""

import logging
import os
import secrets
import socket
from datetime import timedelta
from threading import Event, Thread

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.core import clock
from app.core import db as database
from app.core.errors import AppError
from app.jobs import queries, service
from app.jobs.kinds import KINDS, kind_of
from app.jobs.models import Job, JobState
from app.jobs.run import Interrupted, Lost, Run, StopAsked

LEASE = timedelta(seconds=20)
LOOK_EVERY = 1.0
BEATS_PER_LEASE = 4
BEATS_PER_TIDYING = 720
MOST_ATTEMPTS = 3
PAUSE = timedelta(seconds=5)
BROKEN = "系统出现意外错误，任务没有完成。请重试；仍不行请把任务编号告诉管理员。"
GAVE_OUT = f"任务连续 {MOST_ATTEMPTS} 次中途中断，已停止。请把任务编号告诉管理员。"
NO_LONGER = "提交任务的账号已停用，或不再有这项权限，任务没有执行。"
log = logging.getLogger("tidu")


class Runner:
    """`threads` jobs at a time; a beat renews what this runner holds, so that others know it is alive."""

    def __init__(self, threads: int = 1, *, lease: timedelta = LEASE) -> None:
        self.name = f"{socket.gethostname()[:60]}/{os.getpid()}/{secrets.token_hex(4)}"
        self.lease = lease
        self._stopping = Event()
        working = [Thread(target=self._work, name=f"jobs-{number}", daemon=True) for number in range(threads)]
        self._threads = [*working, Thread(target=self._beat, name="jobs-beat", daemon=True)] if threads else []

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let running jobs end their present step; what is left of them waits for the next runner."""
        self._stopping.set()
        service.knock.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def run_all(self) -> int:
        """Run what waits, until nothing does; how many attempts that were."""
        count = 0
        while self.run_next():
            count += 1
        return count

    def run_next(self) -> bool:
        """Take up one job and run it; whether there was one."""
        job = self._take()
        if job is None:
            return False
        if job.state is JobState.RUNNING:
            self._attempt(job)
        return True

    def _work(self) -> None:
        # What waits since before the start can wait a moment longer: the first page comes first.
        service.knock.wait(LOOK_EVERY)
        while not self._stopping.is_set():
            try:
                if not self.run_next():
                    service.knock.wait(LOOK_EVERY)
                    service.knock.clear()
            except Exception:
                # A database that is away for a moment must not end the runner for good.
                log.exception("a job could not be taken up; trying again")
                self._stopping.wait(LOOK_EVERY)

    def _take(self) -> Job | None:
        with database.reading() as db:
            if db.scalar(queries.takeable(clock.now()).limit(1)) is None:
                return None
        with database.writing() as db:
            job = db.scalar(queries.takeable(clock.now()).limit(1).with_for_update(skip_locked=True))
            if job is not None:
                self._hold(db, job)
            return job

    def _hold(self, db: Session, job: Job) -> None:
        owner = job.owner
        if job.stop_asked_at:
            service.give_up(db, job, JobState.CANCELLED, "已按您的要求取消。")
        elif job.attempts >= MOST_ATTEMPTS or job.kind not in KINDS:
            service.give_up(db, job, JobState.FAILED, GAVE_OUT)
        elif owner.disabled_at or not owner.may(kind_of(job).permission):
            service.give_up(db, job, JobState.FAILED, NO_LONGER)
        else:
            job.state = JobState.RUNNING
            job.attempts += 1
            job.holder = f"{self.name}/{secrets.token_hex(4)}"
            job.held_until = clock.now() + self.lease
            job.started_at = job.started_at or clock.now()

    def _attempt(self, job: Job) -> None:
        run = Run(job, self.lease, self._stopping)
        try:
            kind_of(job).work(run)
            self._end(job, JobState.DONE, "")
        except Lost:
            log.warning("job %s was taken over by another process", job.id)
        except Interrupted:
            self._put_back(job, attempts=job.attempts - 1)
        except StopAsked:
            self._end(job, JobState.CANCELLED, "已按您的要求取消；取消之前完成的部分见上。")
        except AppError as refusal:
            self._end(job, JobState.FAILED, refusal.message)
        except Exception:
            log.exception("job %s (%s) failed, attempt %s", job.id, job.kind, job.attempts)
            if job.attempts < MOST_ATTEMPTS:
                self._put_back(job, pause=PAUSE)
            else:
                self._end(job, JobState.FAILED, BROKEN)

    def _end(self, job: Job, state: JobState, said: str) -> None:
        """Nothing to do where the work ended the job in its last step."""
        with database.writing() as db:
            held = self._still_held(db, job)
            if held is None:
                return
            if state is JobState.DONE:
                service.finish(held, held.said or "")
            else:
                service.give_up(db, held, state, said)

    def _put_back(self, job: Job, *, attempts: int | None = None, pause: timedelta | None = None) -> None:
        with database.writing() as db:
            held = self._still_held(db, job)
            if held is not None:
                held.state, held.holder = JobState.WAITING, None
                held.held_until = clock.now() + pause if pause else None
                held.attempts = held.attempts if attempts is None else attempts

    def _still_held(self, db: Session, job: Job) -> Job | None:
        mine = sa.select(Job).where(Job.id == job.id, Job.holder == job.holder, Job.state == JobState.RUNNING)
        return db.scalar(mine.with_for_update())

    def _beat(self) -> None:
        beats = 0
        while not self._stopping.wait(self.lease.total_seconds() / BEATS_PER_LEASE):
            try:
                self._renew()
                if beats % BEATS_PER_TIDYING == 0:
                    _forget()
                beats += 1
            except SQLAlchemyError:
                # While a step holds the job's row, or the database is away: the step renews it when it ends.
                log.debug("a beat was missed", exc_info=True)

    def _renew(self) -> None:
        mine = Job.holder.startswith(self.name, autoescape=True), Job.state == JobState.RUNNING
        with database.reading() as db:
            holds = db.scalar(sa.select(sa.func.count()).where(*mine))
        if holds:
            with database.writing() as db:
                renewed = sa.update(Job).where(*mine).values(held_until=clock.now() + self.lease)
                db.execute(renewed, execution_options={"synchronize_session": False})


def _forget() -> None:
    with database.writing() as db:
        service.forget_old(db)
