"""Jobs in processes of their own that are killed or stopped in the middle: nothing is lost, nothing is done twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from app.core import db as database
from app.jobs.models import Job, JobState
from app.settings import ROOT
from tests.factories import make_user
from tests.jobs.counting import counting, marks, state_of

LEASE = 0.8
PATIENCE = 60
MARKS = 30

pytestmark = pytest.mark.slow


@pytest.fixture
def start(engine: sa.Engine) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts a process that does jobs on the test's database."""
    started: list[subprocess.Popen[bytes]] = []
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")

    def begin() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.jobs.counting", str(LEASE)]
        child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "TIDU_DATABASE_URL": url})
        started.append(child)
        return child

    yield begin
    for child in started:
        child.kill()
        child.wait()


def until(happened: Callable[[], bool]) -> None:
    """Look again and again until it has happened."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.02)


def finished(*jobs: int) -> Callable[[], bool]:
    return lambda: all(state_of(job).state is JobState.DONE for job in jobs)


def test_a_job_killed_again_and_again_is_finished_with_nothing_lost_or_doubled(
    start: Callable[[], subprocess.Popen[bytes]],
) -> None:
    job = counting(make_user(), MARKS, pause=0.03)
    for kill_after in (MARKS // 3, 2 * MARKS // 3):
        child = start()
        until(lambda after=kill_after: len(marks()) >= after)  # type: ignore[misc]
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert state_of(job).state is JobState.RUNNING, "it was killed in the middle"

    start()
    until(finished(job))

    assert marks() == [f"{job}-{number}" for number in range(MARKS)]
    assert state_of(job).attempts == 3


def test_a_stopped_process_that_wakes_up_finds_its_job_taken_over(start: Callable[[], subprocess.Popen[bytes]]) -> None:
    job = counting(make_user(), MARKS, pause=0.1)
    first = start()
    until(lambda: len(marks()) >= MARKS // 3)
    stop_between_steps(first, job)

    start()
    until(lambda: state_of(job).attempts == 2)
    first.send_signal(signal.SIGCONT)
    until(finished(job))

    assert marks() == [f"{job}-{number}" for number in range(MARKS)]


def stop_between_steps(child: subprocess.Popen[bytes], job: int) -> None:
    """Stop a process while it holds no lock on its job, or on the whole of SQLite, that others would wait for."""
    child.send_signal(signal.SIGSTOP)
    while not is_free(job):
        before = len(marks())
        child.send_signal(signal.SIGCONT)
        until(lambda seen=before: len(marks()) > seen)  # type: ignore[misc]
        child.send_signal(signal.SIGSTOP)


def is_free(job: int) -> bool:
    try:
        with database.writing() as session:
            session.scalar(sa.select(Job.id).where(Job.id == job).with_for_update(nowait=True))
    except sa.exc.OperationalError:
        return False
    return True


def test_two_processes_share_the_jobs_and_do_each_once(start: Callable[[], subprocess.Popen[bytes]]) -> None:
    owner = make_user()
    jobs = [counting(owner, 5, pause=0.01) for _ in range(6)]
    start(), start()

    until(finished(*jobs))

    assert sorted(marks()) == sorted(f"{job}-{number}" for job in jobs for number in range(5))
