"""The workbench: rules with their state and versions, what differs between two of them, and starting a draft."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core import clock
from app.core.address import row_number
from app.core.errors import NotFound
from app.core.paging import counts_of, page_asked, paginate
from app.policies import publishing
from app.policies.models import Rule, RuleVersion
from app.policies.shown import KINDS
from app.web.database import Db
from app.web.pages import Page
from app.web.tabs import tabs_of
from app.workbench import queries, service
from app.workbench.differences import Difference, differences
from app.workbench.models import DraftPurpose, DraftState, RuleDraft
from app.workbench.queries import Standing

router = APIRouter(prefix="/workbench")
Reader = Annotated[User, Depends(Gate("draft:read"))]
Writer = Annotated[User, Depends(Gate("draft:write"))]

GROUPS = (("ladder", "梯度资质"), ("plans", "方案条款"), ("examples", "其他地区示例"))
STATES = ("已发布", "未施行", "已停用")
STARTED = "已建草稿，保存后可送审。"


@router.get("", name="workbench.index")
def index(page: Page, db: Db, _actor: Reader, group: str = "", kind: str = "", state: str = "") -> Response:
    today = clock.today()
    found = [each for each in queries.rules(db) if _wanted(each, group, kind) and state in {"", each.state(today)}]
    return page.show(
        "workbench/index.html",
        rows=found,
        open=queries.drafts(db, queries.OPEN),
        day=today,
        groups=GROUPS,
        kinds=KINDS,
        wanted={"group": group, "kind": kind, "state": state},
        states=[(each, each) for each in STATES],
    )


@router.get("/rules/{code}", name="workbench.rule")
def rule(page: Page, db: Db, _actor: Reader, code: str, before: str = "", after: str = "") -> Response:
    found = queries.rule_of(db, code)
    every = sorted(found.versions, key=lambda each: (each.starts_on, each.recorded_at))
    one, two = _pair(every, before, after)
    return page.show(
        "workbench/rule.html",
        rule=found,
        standing=Standing(found, publishing.standing(found), None),
        versions=every,
        chosen=(one, two),
        said=_said(found, one, two),
        drafts=queries.drafts(db, DraftState, code),
        kinds=KINDS,
        day=clock.today(),
    )


@router.post("/drafts", name="drafts.create")
def create(page: Page, db: Db, actor: Writer, rule: str = "", provision: str = "", purpose: str = "") -> Response:
    draft = _start(db, actor, rule, provision, purpose)
    return page.go("drafts.edit", draft_id=draft.id, done=STARTED)


@router.get("/drafts", name="drafts.index")
def drafts(page: Page, db: Db, actor: Reader, state: str = queries.REVIEW) -> Response:
    asked = state if state in dict(queries.TABS) else queries.REVIEW
    number, size = page_asked(page.request.query_params)
    return page.show(
        "workbench/drafts.html",
        found=paginate(db, queries.drafts_in(actor, asked), number=number, size=size),
        tabs=tabs_of(
            queries.TABS,
            asked,
            lambda each: page.url("drafts.index", query={"state": each}),
            counts_of(db, {each: queries.drafts_in(actor, each) for each, _ in queries.TABS}),
        ),
    )


def _start(db: Session, actor: User, code: str, provision: str, purpose: str) -> RuleDraft:
    if provision:
        return service.start_from_provision(db, actor, queries.provision_of(db, _number(provision)))
    if not code:
        return service.start_new(db, actor)
    found = queries.rule_of(db, code)
    return (service.start_end if purpose == DraftPurpose.END.code else service.start_next)(db, actor, found)


def _wanted(row: Standing, group: str, kind: str) -> bool:
    own: dict[str, Any] = row.rule.body
    there = own.get("group", "plans")
    return (there == group if group else there != "examples") and kind in {"", row.rule.kind}


def _pair(versions: list[RuleVersion], before: str, after: str) -> tuple[RuleVersion, RuleVersion]:
    """The two versions to compare: those asked for, or else the last two."""
    by_id = {str(each.id): each for each in versions}
    last = versions[-1]
    return by_id.get(before, versions[-2] if len(versions) > 1 else last), by_id.get(after, last)


def _said(rule: Rule, one: RuleVersion, two: RuleVersion) -> list[Difference]:
    return differences(queries.body_of_version(rule, one), queries.body_of_version(rule, two))


def _number(text: str) -> int:
    """The number of a row in an address. NotFound for what cannot be one."""
    if number := row_number(text):
        return number
    raise NotFound
