"""Changing the cases of a draft, and measuring how well they hold it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.core import clock
from app.core import db as database
from app.core.errors import Conflict, NotFound
from app.jobs import service as jobs
from app.jobs.kinds import register
from app.jobs.models import Job
from app.jobs.run import Run
from app.workbench import bench, queries
from app.workbench.models import DraftPurpose, DraftState, Measurement, RuleCase, RuleDraft
from app.workbench.readings import problems_of

JOB = "rule.measure"
MOST_CASES = 400


def add_case(db: Session, actor: User, draft: RuleDraft, name: str, body: Mapping[str, Any]) -> RuleCase:
    """Put a case beside a draft. Conflict where the draft is no longer one, or has too many."""
    _insist_on_open(db, draft)
    made = _case(actor, draft, name, body)
    db.add(made)
    db.flush()  # the audit event needs its id
    audit.record(db, actor, "rule_case.added", made, changes={"规则": draft.name, "应得": body["expect"]["answer"]})
    return made


def remove_case(db: Session, actor: User, draft: RuleDraft, row: RuleCase) -> None:
    """Take a case away from a draft."""
    _insist_on_open(db, draft)
    audit.record(db, actor, "rule_case.removed", row, changes={"规则": draft.name})
    db.delete(row)


def accept(db: Session, actor: User, draft: RuleDraft, measurement: Measurement, places: Iterable[int]) -> int:
    """Make cases of what was found at the edges, as somebody has found it right; how many there were."""
    _insist_on_open(db, draft)
    edges = measurement.body["edges"]
    chosen = [edges[place] for place in dict.fromkeys(places) if place < len(edges)]
    there = {row.name for row in bench.cases(db, draft)}
    fresh = [each for each in chosen if each["name"] not in there]
    db.add_all(_case(actor, draft, each["name"], each["body"]) for each in fresh)
    if fresh:
        audit.record(db, actor, "rule_cases.accepted", draft, changes={"count": len(fresh)})
    return len(fresh)


def needs_a_job(db: Session, draft: RuleDraft) -> bool:
    return bench.effort(draft, bench.cases(db, draft)) > bench.MOST_AT_ONCE


def enqueue(db: Session, actor: User, draft: RuleDraft) -> Job:
    return jobs.enqueue(db, actor, JOB, title=f"检验“{draft}”的用例", arguments={"draft": draft.id})


def measure(db: Session, actor: User, draft: RuleDraft) -> Measurement:
    """Change the rule in every place a little and see which changes some case catches; kept."""
    return _Measuring(db, draft).keep(db, actor)


@register(JOB, "检验用例", permission="draft:write")
def work(run: Run) -> None:
    """The same as a job: judging holds no lock, the result is written in one step."""
    run.say("正在逐处改动规则，看哪个用例能发现。")
    with database.reading() as db:
        draft = queries.draft_of(db, run.arguments["draft"])
        if draft is None:
            raise NotFound("这份草稿不在了，没有检验。")
        measuring = _Measuring(db, draft)
    with run.step() as (db, job):
        made = measuring.keep(db, run.owner(db))
        said = f"抓住 {made.caught} / 共 {made.changes}。"
        jobs.finish(job, said, route="cases.index", parameters={"draft_id": made.draft_id})


def insist_on_sense(db: Session, draft: RuleDraft) -> None:
    """Conflict where there is nothing to measure."""
    if draft.purpose is DraftPurpose.END:
        raise Conflict("停用没有用例可检验。")
    if problems_of(draft.body, draft.rule_code):
        raise Conflict("草稿还读不通，请先改好再检验用例。")
    rows = bench.cases(db, draft)
    if not rows:
        raise Conflict("还没有用例，请先加一个符合的企业作用例。")
    if all(each.wrong for each in bench.verdicts(draft, rows)):
        raise Conflict("没有一个用例判得对，无从检验。请先改规则，或改用例的应得。")


class _Measuring:
    """A draft measured, ready to be kept."""

    def __init__(self, db: Session, draft: RuleDraft) -> None:
        insist_on_sense(db, draft)
        rows = bench.cases(db, draft)
        self.draft_id, self.edition, self.cases = draft.id, draft.version, [row.id for row in rows]
        self.caught, self.changes, self.body = bench.measured(draft, rows)

    def keep(self, db: Session, actor: User) -> Measurement:
        made = Measurement(
            draft_id=self.draft_id,
            edition=self.edition,
            cases=self.cases,
            caught=self.caught,
            changes=self.changes,
            body=self.body,
            made_at=clock.now(),
            made_by_id=actor.id,
        )
        db.add(made)
        told = {"结果": f"抓住 {self.caught} / 共 {self.changes}"}
        audit.record(db, actor, "rule_draft.measured", db.get_one(RuleDraft, self.draft_id), changes=told)
        return made


def _case(actor: User, draft: RuleDraft, name: str, body: Mapping[str, Any]) -> RuleCase:
    return RuleCase(draft_id=draft.id, name=name[:200], body=dict(body), made_at=clock.now(), made_by_id=actor.id)


def _insist_on_open(db: Session, draft: RuleDraft) -> None:
    database.lock(db, "rule_draft")
    db.refresh(draft)
    if draft.state is not DraftState.DRAFT or draft.purpose is DraftPurpose.END:
        raise Conflict(f"这份草稿现在是“{draft.state.label}”，用例不能再改。")
    if len(bench.cases(db, draft)) >= MOST_CASES:
        raise Conflict(f"一份草稿最多 {MOST_CASES} 个用例，请先删去用不着的。")
