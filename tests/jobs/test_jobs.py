"""Jobs: done once, watched, stopped, given up; each is its owner's alone."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.core.errors import Conflict, Forbidden, Throttled
from app.jobs import service
from app.jobs.kinds import KINDS, register
from app.jobs.models import Job, JobFile, JobState
from app.jobs.run import Lost, Run
from app.jobs.runner import MOST_ATTEMPTS, Runner
from tests.browser import Visitor
from tests.factories import make_user
from tests.jobs.counting import counting, marks, state_of
from tests.work import work_off

pytestmark = pytest.mark.usefixtures("engine")
SOON = timedelta(minutes=1)


@pytest.fixture
def kind() -> Iterator[Callable[..., Any]]:
    """Registers a kind called “trial” for one test."""
    yield lambda work, permission="home:read", **options: register("trial", "试验", permission=permission, **options)(
        work
    )
    KINDS.pop("trial", None)


def trial(owner: User) -> int:
    with database.writing() as session:
        return service.enqueue(session, owner, "trial", title="试验", arguments={}).id


def change(job_id: int, **values: Any) -> None:
    with database.writing() as session:
        session.execute(sa.update(Job).where(Job.id == job_id).values(**values))


def taken(runner: Runner) -> Run:
    """A job in the hands of a runner that does nothing with it."""
    job = runner._take()
    assert job is not None
    return Run(job, runner.lease, runner._stopping)


def test_a_job_runs_to_its_end_and_says_how_far_it_came() -> None:
    job_id = counting(make_user(), 3)

    work_off()

    job = state_of(job_id)
    assert (job.state, job.done, job.total, job.attempts) == (JobState.DONE, 3, 3, 1)
    assert marks() == [f"{job_id}-{number}" for number in range(3)]


def test_a_job_of_a_transaction_that_fails_never_was(db: Session) -> None:
    owner = make_user()

    def enqueue_and_fail() -> None:
        with database.writing() as session:
            service.enqueue(session, owner, "counting", title="数", arguments={"marks": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        enqueue_and_fail()

    assert work_off() == 0
    assert db.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_what_a_living_runner_holds_nobody_else_takes() -> None:
    counting(make_user(), 3)
    taken(Runner(threads=0))

    assert work_off() == 0


def test_a_dead_runners_job_goes_on_where_it_stopped() -> None:
    job_id = counting(make_user(), 4)
    dead = taken(Runner(threads=0))
    with dead.step() as (_, job):
        job.place = {"next": 2}
    change(job_id, held_until=clock.now() - SOON)

    work_off()

    assert state_of(job_id).state is JobState.DONE
    assert marks() == [f"{job_id}-2", f"{job_id}-3"]


def test_whoever_was_taken_for_dead_can_write_nothing_when_it_comes_back() -> None:
    job_id = counting(make_user(), 2)
    paused = taken(Runner(threads=0))
    change(job_id, held_until=clock.now() - SOON)
    work_off()

    with pytest.raises(Lost), paused.step():
        pass

    assert len(marks()) == 2


def test_a_waiting_job_is_cancelled_at_once_and_never_runs() -> None:
    job_id = counting(make_user(), 2)

    with database.writing() as session:
        service.cancel(session, job_id)

    assert work_off() == 0
    assert state_of(job_id).state is JobState.CANCELLED


def test_a_running_job_stops_before_its_next_step(kind: Callable[..., Any]) -> None:
    tidied: list[int] = []

    def work(run: Run) -> None:
        run.say("第一步")
        with database.writing() as session:
            service.cancel(session, run.job_id)
        run.say("第二步")

    kind(work, given_up=lambda _, job: tidied.append(job.id))
    job_id = trial(make_user())

    work_off()

    job = state_of(job_id)
    assert job.state is JobState.CANCELLED
    assert tidied == [job_id]
    with pytest.raises(Conflict), database.writing() as session:
        service.cancel(session, job_id)


def test_a_refusal_ends_a_job_with_its_sentence(kind: Callable[..., Any]) -> None:
    def work(_: Run) -> None:
        raise Conflict("名单已经变了，请重新提交。")

    kind(work)
    job_id = trial(make_user())

    assert work_off() == 1
    assert (state_of(job_id).state, state_of(job_id).said) == (JobState.FAILED, "名单已经变了，请重新提交。")


def test_a_job_that_keeps_failing_is_given_up(kind: Callable[..., Any]) -> None:
    def work(_: Run) -> None:
        raise ZeroDivisionError

    kind(work)
    job_id = trial(make_user())

    for _ in range(MOST_ATTEMPTS):
        assert work_off() == 1
        assert state_of(job_id).held_until is None or work_off() == 0, "it pauses before it is tried again"
        change(job_id, held_until=None)

    job = state_of(job_id)
    assert (job.state, job.attempts) == (JobState.FAILED, MOST_ATTEMPTS)
    assert "ZeroDivision" not in (job.said or "")


def test_a_job_that_kills_its_process_again_and_again_is_given_up() -> None:
    job_id = counting(make_user(), 2)
    for _ in range(MOST_ATTEMPTS):
        taken(Runner(threads=0))
        change(job_id, held_until=clock.now() - SOON)

    work_off()

    assert state_of(job_id).state is JobState.FAILED
    assert marks() == []


def test_a_process_that_goes_down_hands_its_jobs_back_uncounted(kind: Callable[..., Any]) -> None:
    runner = Runner(threads=0)

    def work(run: Run) -> None:
        runner.stop()
        run.say("不会写下")

    kind(work)
    job_id = trial(make_user())

    runner.run_next()

    job = state_of(job_id)
    assert (job.state, job.attempts, job.holder, job.said) == (JobState.WAITING, 0, None, None)


def test_nothing_runs_for_an_owner_who_may_no_longer() -> None:
    owner = make_user()
    job_id = counting(owner, 2)
    with database.writing() as session:
        session.execute(sa.update(User).where(User.id == owner.id).values(disabled_at=clock.now()))

    work_off()

    assert state_of(job_id).state is JobState.FAILED
    assert marks() == []


def test_a_kind_asks_for_its_permission(kind: Callable[..., Any]) -> None:
    kind(lambda _: None, permission="fact:write")
    auditor = make_user(Role.AUDIT)

    with pytest.raises(Forbidden):
        trial(auditor)


def test_nobody_fills_the_queue(kind: Callable[..., Any]) -> None:
    kind(lambda _: None)
    owner = make_user()

    for _ in range(service.MOST_UNDER_WAY):
        trial(owner)

    with pytest.raises(Throttled):
        trial(owner)


def test_old_files_and_old_jobs_are_forgotten(kind: Callable[..., Any], db: Session) -> None:
    def work(run: Run) -> None:
        with run.step() as (session, job):
            service.keep_file(session, job, name="a.csv", media_type="text/csv", content=b"a")
            service.finish(job, "好了。")

    kind(work)
    recent, older, oldest = (trial(make_user()) for _ in range(3))
    work_off()
    change(older, ended_at=clock.now() - service.FILES_STAY - SOON)
    change(oldest, ended_at=clock.now() - service.JOBS_STAY - SOON)

    with database.writing() as session:
        service.forget_old(session)

    assert set(db.scalars(sa.select(JobFile.job_id))) == {recent}
    assert set(db.scalars(sa.select(Job.id))) == {recent, older}


def test_the_page_shows_progress_and_can_be_reloaded(visitor: Callable[..., Visitor]) -> None:
    owner = make_user()
    job_id = counting(owner, 3)
    page = visitor(owner)

    waiting = page.get(f"/jobs/{job_id}")
    assert "等待中" in waiting
    assert waiting.one("[hx-get]")["hx-get"] == f"/jobs/{job_id}"
    assert waiting.one(f".notice a[href='/jobs/{job_id}']")
    work_off()

    done = page.get(f"/jobs/{job_id}", headers={"hx-request": "true"})
    assert "<html" not in done.text
    assert "已完成" in done
    assert not done.all("[hx-get]")
    assert "数到3" in page.get("/jobs")


def test_cancelling_on_the_page(visitor: Callable[..., Visitor]) -> None:
    owner = make_user()
    job_id = counting(owner, 3)
    page = visitor(owner)

    shown = page.follow(page.post(f"/jobs/{job_id}/cancellation"))

    assert "已取消" in shown
    page.post(f"/jobs/{job_id}/cancellation", status=409)


def test_a_made_file_is_downloaded_by_its_owner_and_traced(kind: Callable[..., Any], visitor: Any, db: Session) -> None:
    def work(run: Run) -> None:
        with run.step() as (session, job):
            service.keep_file(session, job, name="名单.csv", media_type="text/csv; charset=utf-8", content=b"a")

    kind(work)
    owner = make_user()
    job_id = trial(owner)
    work_off()

    got = visitor(owner).get(f"/jobs/{job_id}/file")

    assert got.response.content == b"a"
    assert "%E5%90%8D%E5%8D%95.csv" in got.headers["content-disposition"]
    assert db.scalar(sa.text("SELECT count(*) FROM event WHERE kind = 'job.file_read'")) == 1


def test_other_peoples_jobs_look_as_if_there_were_none(visitor: Callable[..., Visitor]) -> None:
    job_id = counting(make_user(), 1)
    stranger = visitor(make_user())

    stranger.get(f"/jobs/{job_id}", status=404)
    stranger.get(f"/jobs/{job_id}/file", status=404)
    stranger.post(f"/jobs/{job_id}/cancellation", status=404)
    assert "数到1" not in stranger.get("/jobs")
