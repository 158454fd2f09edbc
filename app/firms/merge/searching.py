"""Looking for likely pairs: within the request where the firms are few, as a job where they are many."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Event, User
from app.core import db as database
from app.core.errors import Conflict
from app.core.paging import count
from app.firms.access import visible
from app.firms.merge import pairs
from app.firms.models import Firm
from app.jobs import service as jobs
from app.jobs.kinds import register
from app.jobs.models import Job
from app.jobs.queries import UNDER_WAY
from app.jobs.run import Run

MOST_AT_ONCE = 2_000
JOB = "pairs.search"


@dataclass(frozen=True)
class LastSearch:
    """When the register was last searched, and how many firms were entered or changed since."""

    at: datetime
    changed: int


def search_or_enqueue(db: Session, actor: User) -> Job | str:
    """What was found, in words; the job that looks for it where the register is long.

    Raises:
        Conflict: somebody's search is under way.
    """
    if count(db, sa.select(Firm).where(visible(actor, "firm:edit"))) <= MOST_AT_ONCE:
        found = pairs.find(db)
        return found.told(pairs.keep(db, actor, found))
    if db.scalar(sa.select(Job.id).where(Job.kind == JOB, Job.state.in_(UNDER_WAY)).limit(1)):
        raise Conflict("正在查找疑似重复的企业，完成后刷新本页即可。")
    return jobs.enqueue(db, actor, JOB, title="查找疑似重复的企业", arguments={})


def last_search(db: Session) -> LastSearch | None:
    """Told by the trail; None where nobody has searched yet."""
    at = db.scalar(sa.select(Event.at).where(Event.kind == pairs.SEARCHED).order_by(Event.id.desc()).limit(1))
    if at is None:
        return None
    return LastSearch(at, count(db, sa.select(Firm).where(Firm.changed_at > at)))


@register(JOB, "查找疑似重复", permission="merge:write")
def search(run: Run) -> None:
    """Compare every firm with every other outside any transaction, then write what differs."""
    with database.reading() as db:
        run.say("正在比对全部企业。")
        found = pairs.find(db)
    with run.step() as (db, job):
        waiting = pairs.keep(db, run.owner(db), found)
        jobs.finish(job, found.told(waiting), route="duplicates.index")
