"""待我处理: what waits for each role, derived from the state of things; every count is the length of its list."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import users_matching
from app.accounts.search import UserSearch
from app.commissioners.deeds.models import AppraisalState, DeedState
from app.commissioners.deeds.queries import appraisals_in, deeds_in
from app.duties.queries import OVERDUE, TaskSearch, tasks
from app.ledgers.lines import LineKind, LineState
from app.ledgers.queries import rows as ledger_rows
from app.ledgers.search import ME, LedgerSearch
from app.needs.models import NeedState
from app.needs.queries import needs_matching
from app.needs.search import NeedSearch
from app.notices.queries import notices_of
from app.plans.models import PlanState
from app.plans.queries import PlanSearch, plans
from app.portal.models import SignUpState
from app.portal.signups import signups
from app.reports import queries
from app.statements import queries as statements
from app.statements.models import StatementState
from app.visits.models import ReplyState
from app.visits.queries import replies
from app.web.pages import Pages, Todo
from app.workbench.queries import REVIEW, drafts_in

WITHOUT_PASSWORD = "waiting"  # noqa: S105 - the name of a state


@dataclass(frozen=True)
class Kind:
    """One sort of work: for whom, which rows, and the page that shows exactly these rows."""

    label: str
    permission: str
    rows: Callable[[User], sa.Select[Any]]
    route: str
    query: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Waiting:
    kind: Kind
    count: int


MY_PROMISES = {"kind": LineKind.PROMISE.code, "state": LineState.TODO.code, "person": ME}
KINDS = (
    Kind("30天内到期的资质", queries.READ, lambda actor: queries.expiring(actor, "30"), "expiry.index", {"lane": "30"}),
    Kind(
        "还没有设置密码的账号",
        "user:list",
        lambda _: users_matching(UserSearch(state=WITHOUT_PASSWORD)),
        "users.index",
        {"state": WITHOUT_PASSWORD},
    ),
    Kind(
        "待审核的一企一策",
        "plan:approve",
        lambda actor: plans(actor, PlanSearch(state=PlanState.SUBMITTED.code)),
        "plans.index",
        {"state": PlanState.SUBMITTED.code},
    ),
    Kind(
        "待诊断的需求",
        "need:approve",
        lambda actor: needs_matching(actor, NeedSearch(state=NeedState.OPEN.code)),
        "needs.index",
        {"state": NeedState.OPEN.code},
    ),
    Kind(
        "逾期的任务",
        "feedback:write",
        lambda actor: tasks(actor, TaskSearch(state=OVERDUE)),
        "duties.index",
        {"state": OVERDUE},
    ),
    Kind(
        "企业的核对意见",
        statements.APPROVE,
        lambda actor: statements.statements(actor, statements.APPROVE, StatementState.WAITING),
        "statements.index",
        {"state": StatementState.WAITING.code},
    ),
    Kind(
        "未采纳的核对意见",
        statements.WRITE,
        lambda actor: statements.statements(actor, statements.WRITE, StatementState.REFUSED),
        "statements.index",
        {"state": StatementState.REFUSED.code},
    ),
    Kind(
        "待核对的开通申请",
        "signup:approve",
        lambda _: signups(SignUpState.WAITING),
        "signups.index",
        {"state": SignUpState.WAITING.code},
    ),
    Kind(
        "待确认的走访回答",
        "reply:approve",
        lambda actor: replies(actor, ReplyState.WAITING),
        "replies.index",
        {"state": ReplyState.WAITING.code},
    ),
    Kind(
        "我要办的承诺",
        "visit:write",
        lambda actor: ledger_rows(actor, LedgerSearch.read(MY_PROMISES)),
        "ledger.show",
        MY_PROMISES,
    ),
    Kind(
        "待确认的服务事项",
        "deed:approve",
        lambda _: deeds_in(DeedState.WAITING),
        "deeds.index",
        {"state": DeedState.WAITING.code},
    ),
    Kind(
        "待核定的专员考核",
        "appraisal:approve",
        lambda _: appraisals_in(AppraisalState.PROPOSED),
        "appraisals.index",
        {"state": AppraisalState.PROPOSED.code},
    ),
    Kind(
        "待复核的规则草稿",
        "draft:review",
        lambda actor: drafts_in(actor, REVIEW),
        "drafts.index",
        {"state": REVIEW},
    ),
    Kind("未读的消息", "notice:read", lambda actor: notices_of(actor, "unread"), "notices.index", {"state": "unread"}),
)


def waiting_for(db: Session, actor: User) -> list[Waiting]:
    """Each sort of work of the actor with its count, in one statement."""
    kinds = [kind for kind in KINDS if actor.may(kind.permission)]
    counts = [_count(kind.rows(actor)) for kind in kinds]
    found = db.execute(sa.select(*counts)).one() if counts else ()
    return [Waiting(kind, number) for kind, number in zip(kinds, found, strict=True)]


def waiting_counts(db: Session, actor: User) -> list[tuple[str, int]]:
    """The same as plain words and numbers, for the digest; unread notices are counted there apart."""
    return [(each.kind.label, each.count) for each in waiting_for(db, actor) if each.kind.route != "notices.index"]


def todo_of(page: Pages, db: Session, actor: User) -> Todo:
    """The number in the top bar: the sum of the page it leads to."""
    return Todo(page.url("todo.show"), sum(each.count for each in waiting_for(db, actor)))


def _count(rows: sa.Select[Any]) -> sa.ScalarSelect[int]:
    """How many rows there are, without naming their columns first: this is asked on every page."""
    counted = rows.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return counted.order_by(None).scalar_subquery()
