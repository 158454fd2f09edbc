"""The kinds of jobs there are; each names its work and the permission it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from app.accounts.permissions import POLICY
from app.jobs.models import Job

if TYPE_CHECKING:
    from app.jobs.run import Run

Work = Callable[["Run"], None]
Cleaning = Callable[[Session, Job], None]


@dataclass(frozen=True)
class JobKind:
    """`given_up` tidies what the work has begun, in the transaction that ends a job without success."""

    code: str
    label: str
    permission: str
    work: Work
    given_up: Cleaning | None = None


KINDS: dict[str, JobKind] = {}


def register(code: str, label: str, *, permission: str, given_up: Cleaning | None = None) -> Callable[[Work], Work]:
    """Make a function the work of a kind of job; it may be run again from the start, so it looks at `run.place`."""
    assert permission in POLICY, f"unknown permission {permission}"

    def keep(work: Work) -> Work:
        KINDS[code] = JobKind(code, label, permission, work, given_up)
        return work

    return keep


def kind_of(job: Job) -> JobKind:
    """The kind of a job. KeyError where this program does not know it (any more)."""
    return KINDS[job.kind]


def label_of(job: Job) -> str:
    return KINDS[job.kind].label if job.kind in KINDS else job.kind
