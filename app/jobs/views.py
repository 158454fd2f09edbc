"""One's own jobs: what is under way, how far it is, what it made; stopping one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts import audit
from app.accounts.gate import Gate, ObjectGate, writing_apart
from app.accounts.models import User
from app.core.errors import NotFound
from app.core.paging import page_asked, paginate
from app.jobs import queries, service
from app.jobs.kinds import label_of
from app.jobs.models import Job, JobState
from app.web.database import Db
from app.web.downloads import download
from app.web.pages import Page, Pages

router = APIRouter()


class JobGate(ObjectGate):
    """Lets a user reach jobs of their own; anybody else's look as if there were none."""

    about = "job_id"

    def find(self, db: Session, actor: User, number: int) -> Job | None:
        return queries.job_of(db, actor, number)


Reader = Annotated[User, Depends(Gate("job:read"))]
Shown = Annotated[Job, Depends(JobGate("job:read"))]
Stopped = Annotated[Job, Depends(JobGate("job:cancel"))]

SIGNS = {
    JobState.WAITING: "plain",
    JobState.RUNNING: "accent",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "plain",
}


@router.get("/jobs", name="jobs.index")
def index(request: Request, page: Page, db: Db, actor: Reader) -> Response:
    number, size = page_asked(request.query_params)
    jobs = paginate(db, queries.jobs_of(actor), number=number, size=size)
    return page.show("jobs/index.html", fragment="results", jobs=jobs, label_of=label_of, signs=SIGNS)


@router.get("/jobs/{job_id}", name="jobs.show")
def show(page: Page, db: Db, job: Shown) -> Response:
    file = queries.file_of(db, job)
    leads_to = _next_page(page, job)
    return page.show(
        "jobs/show.html", fragment="status", job=job, file=file, leads_to=leads_to, kind=label_of(job), signs=SIGNS
    )


def _next_page(page: Pages, job: Job) -> str:
    route = job.outcome.get("route")
    return page.url(route, **job.outcome.get("parameters", {})) if route else ""


@router.post("/jobs/{job_id}/cancellation", name="jobs.cancel")
def cancel(page: Page, db: Db, job: Stopped) -> Response:
    stopped = service.cancel(db, job.id)
    done = "已取消。" if stopped.state is JobState.CANCELLED else "正在停止，做完手上的一步就停。"
    return page.go("jobs.show", job_id=job.id, done=done)


@router.get("/jobs/{job_id}/file", name="jobs.file")
def file(request: Request, db: Db, job: Shown) -> Response:
    made = queries.file_of(db, job)
    if made is None:
        raise NotFound("这个文件已过保存期（7 天），请重新导出。")
    with writing_apart(request) as own:
        audit.record(own, request.state.actor, "job.file_read", job, changes={"文件": made.name, "sha256": made.sha256})
    return download(made.content, name=made.name, media_type=made.media_type)
