"""Making an export: at once where it is short, as a job where it is long; either way one event of the trail."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import Event, User
from app.core import clock, text
from app.core import db as database
from app.core.errors import Forbidden, Throttled
from app.exports.delimited import as_csv
from app.exports.forms import Format
from app.exports.listing import LISTINGS, Drawn, Listing
from app.exports.workbook import as_workbook
from app.jobs import service as jobs
from app.jobs.kinds import register
from app.jobs.models import Job
from app.jobs.run import Run
from app.web.downloads import CSV, XLSX

MOST_AT_ONCE = 1_000
MOST_PER_HOUR = 60
TELL_EVERY = 500
JOB = "list.export"


@dataclass(frozen=True)
class Made:
    """An export as it leaves: its name, its bytes, and what the trail keeps of it."""

    name: str
    media_type: str
    content: bytes
    count: int
    filters: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def check_pace(db: Session, actor: User) -> None:
    """Throttled where somebody has exported again and again within the hour."""
    since = clock.now() - timedelta(hours=1)
    made = sa.select(sa.func.count()).where(Event.actor_id == actor.id, Event.kind == "list.exported", Event.at > since)
    if (db.scalar(made) or 0) >= MOST_PER_HOUR:
        raise Throttled(f"一小时内已导出 {MOST_PER_HOUR} 次，请稍后再试。")


def make(
    listing: Listing, actor: User, drawn: Drawn, wanted: Format, *, count: Callable[[int], None] = lambda _: None
) -> Made:
    """The file of a list as it was drawn for somebody."""
    if wanted == "csv":
        content, media_type = as_csv(drawn, count), CSV
    else:
        content, media_type = as_workbook(listing.title, _remarks(actor, drawn), drawn, count), XLSX
    name = f"{listing.title}-{clock.today().isoformat()}-{actor.name}.{wanted}"
    return Made(name, media_type, content, drawn.count, drawn.filters)


def _remarks(actor: User, drawn: Drawn) -> tuple[str, ...]:
    return (
        f"筛选：{drawn.filters or '无，全部'}；共 {drawn.count} 条",
        f"数据截止 {text.moment(clock.now())}；导出人 {actor.name}（{actor.username}）",
    )


def note(db: Session, actor: User, listing: Listing, made: Made) -> None:
    """The event that tells who took what out, and by which its file is known again."""
    told = {"count": made.count, "筛选": made.filters or "无", "文件": made.name, "sha256": made.sha256}
    audit.record(db, actor, "list.exported", None, changes={"名单": listing.title, **told})


def enqueue(db: Session, actor: User, listing: Listing, query: str, wanted: Format) -> Job:
    """The same export as a job: what it shows is what the list shows when the job is done."""
    arguments = {"listing": listing.code, "query": query, "format": wanted}
    return jobs.enqueue(db, actor, JOB, title=f"导出{listing.title}", arguments=arguments)


@register(JOB, "导出", permission="home:read")
def export(run: Run) -> None:
    """Draw the list anew for the owner, write it, and keep the file with the event in one step."""
    listing = LISTINGS[run.arguments["listing"]]
    with database.reading() as db:
        actor = run.owner(db)
        if not actor.may(listing.permission):
            raise Forbidden("您的岗位不再有这份名单的权限，没有导出。")
        drawn = listing.draw(db, actor, run.arguments["query"])
        made = make(listing, actor, drawn, run.arguments["format"], count=_teller(run, drawn.count))
    with run.step() as (db, job):
        jobs.keep_file(db, job, name=made.name, media_type=made.media_type, content=made.content)
        note(db, run.owner(db), listing, made)
        job.done = job.total = made.count
        jobs.finish(job, f"已导出 {made.count} 条。")


def _teller(run: Run, total: int) -> Callable[[int], None]:
    def tell(written: int) -> None:
        if written % TELL_EVERY == 0:
            run.say("正在写入文件。", done=written, total=total)

    return tell
