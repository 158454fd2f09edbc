"""Computing what a draft would change over the whole pool, by the same engine as simulations, and keeping it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.checks.queries import pool_state
from app.core import clock
from app.core import db as database
from app.core.chunks import chunks
from app.core.errors import Conflict, NotFound
from app.jobs import service as jobs
from app.jobs.kinds import register
from app.jobs.models import Job
from app.jobs.run import Run
from app.policies.queries import FIRM, Entry, rule_book
from app.rules import Anchors, Rule
from app.simulations.computing import compute, rows_of
from app.simulations.models import Shift
from app.simulations.scenarios import digest_of
from app.workbench import bench, queries
from app.workbench.models import DraftPurpose, Preview, PreviewedFirm, RuleDraft
from app.workbench.readings import problems_of
from app.workbench.reasons import reasons

JOB = "rule.preview"
INSERTED_AT_ONCE = 5_000
STEPS = 3


def insist_on_sense(db: Session, draft: RuleDraft) -> None:
    """Conflict where there is nothing to judge firms by."""
    if not draft.is_open:
        raise Conflict(f"这份草稿现在是“{draft.state.label}”，不再预览。")
    if draft.purpose is not DraftPurpose.END and problems_of(draft.body, draft.rule_code):
        raise Conflict("草稿还读不通，请先改好再预览。")
    _, after = _both(db, draft)
    if after.beneficiary not in {"", FIRM}:
        raise Conflict(f"这条规则的受益人是“{after.beneficiary}”，不以企业为对象，没有全库预览。")


def enqueue(db: Session, actor: User, draft: RuleDraft, day: date) -> Job:
    insist_on_sense(db, draft)
    return jobs.enqueue(
        db, actor, JOB, title=f"预览“{draft}”的影响", arguments={"draft": draft.id, "day": day.isoformat()}
    )


@register(JOB, "影响预览", permission="draft:write")
def work(run: Run) -> None:
    """Reading and judging hold no lock, the result is written in one step."""
    run.say("正在读取全库数据。", done=0, total=STEPS)
    with database.reading() as db:
        draft = queries.draft_of(db, run.arguments["draft"])
        if draft is None:
            raise NotFound("这份草稿不在了，没有预览。")
        previewing = _Previewing(db, draft, date.fromisoformat(run.arguments["day"]))
    run.say(f"正在按现行规则和草稿各判断 {previewing.pool.state.firms} 家企业。", done=1)
    previewing.judge()
    run.say(f"正在为 {len(previewing.changed)} 家有变化的企业找原因。", done=2)
    previewing.explain()
    with run.step() as (db, job):
        made = previewing.keep(db, run.owner(db))
        job.done = STEPS
        said = f"全库 {made.firms} 家企业，有变化的 {len(previewing.changed)} 家。"
        jobs.finish(job, said, route="previews.show", parameters={"draft_id": made.draft_id})


def why_outdated(db: Session, preview: Preview, draft: RuleDraft) -> list[str]:
    """What has changed since a preview was made, in words; nothing where it still holds or is history."""
    if not draft.is_open:
        return []
    moved = {
        "草稿在此后改过": preview.digest != _digest(draft.body),
        "企业数据在此后有变化": (preview.firms, preview.revisions) != pool_state(db),
        "规则库里的这条规则在此后改过": preview.rule_digest != _rule_digest(_entry(db, draft.rule_code)),
    }
    return [words for words, has in moved.items() if has]


class _Previewing:
    """A draft with the pool it is held against; judged and explained without the database."""

    def __init__(self, db: Session, draft: RuleDraft, day: date) -> None:
        from app.checks.pool import read_pool  # noqa: PLC0415 - brings polars

        insist_on_sense(db, draft)
        self.draft_id, self.digest, self.written_at = draft.id, _digest(draft.body), draft.changed_at
        self.rule_digest = _rule_digest(_entry(db, draft.rule_code))
        self.anchors = Anchors(day, day)
        self.before, self.after = _both(db, draft)
        self.known_at = clock.now()
        self.pool = read_pool(db)

    def judge(self) -> None:
        self.computed = compute(self.pool, self.before, self.after, self.anchors)
        self.rows = list(rows_of(self.pool, self.computed))
        self.changed = [row["firm_id"] for row in self.rows if row["shift"] is not Shift.SAME]

    def explain(self) -> None:
        """Why each of the changed firms changes; only their sheets are looked at again."""
        some = self.pool.of(self.changed)
        told = reasons(some, self.before, self.after, self.anchors) if some.firms else ()
        by_firm = {firm.id: words for firm, words in zip(some.firms, told, strict=True)}
        self.reasons = sorted(set(by_firm.values()))
        places = {words: place for place, words in enumerate(self.reasons)}
        for row in self.rows:
            row["reason"] = places[by_firm[row["firm_id"]]] if row["firm_id"] in by_firm else None

    def keep(self, db: Session, actor: User) -> Preview:
        """Write it in the place of the draft's earlier one."""
        database.lock(db, "rule_draft")
        draft = db.get_one(RuleDraft, self.draft_id)
        _forget(db, draft)
        made = self._preview(actor)
        db.add(made)
        db.flush()  # its rows refer to it
        for some in chunks(({"preview_id": made.id, **row} for row in self.rows), INSERTED_AT_ONCE):
            db.execute(sa.insert(PreviewedFirm), some)
        told = {"count": len(self.changed), "基准日": made.as_of.isoformat()}
        audit.record(db, actor, "rule_draft.previewed", draft, changes=told)
        return made

    def _preview(self, actor: User) -> Preview:
        version = self.before.version_on(self.anchors.policy_on)
        return Preview(
            draft_id=self.draft_id,
            digest=self.digest,
            written_at=self.written_at,
            rule_digest=self.rule_digest,
            compared_from=version.starts if version else None,
            as_of=self.anchors.facts_on,
            firms=self.pool.state.firms,
            revisions=self.pool.state.revisions,
            amount_before=self.computed.amounts[0],
            amount_after=self.computed.amounts[1],
            reasons=self.reasons,
            known_at=self.known_at,
            made_by_id=actor.id,
        )


def _both(db: Session, draft: RuleDraft) -> tuple[Rule, Rule]:
    """The rule as it is in the book, and as the draft would have it from the day that is looked at."""
    entry = _entry(db, draft.rule_code)
    if draft.purpose is DraftPurpose.END:
        if entry is None:
            raise Conflict("规则库里没有这条规则，没有可停用的。")
        return entry.rule, replace(entry.rule, versions=())
    after = bench.rule_on_the_bench(draft.body, draft.rule_code)
    return (entry.rule if entry else replace(after, versions=())), after


def _entry(db: Session, code: str) -> Entry | None:
    return next((each for each in rule_book(db).entries if each.rule.code == code), None)


def _forget(db: Session, draft: RuleDraft) -> None:
    earlier = sa.select(Preview.id).where(Preview.draft_id == draft.id)
    unsynchronized = {"synchronize_session": False}
    db.execute(sa.delete(PreviewedFirm).where(PreviewedFirm.preview_id.in_(earlier)), execution_options=unsynchronized)
    db.execute(sa.delete(Preview).where(Preview.draft_id == draft.id), execution_options=unsynchronized)


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _rule_digest(entry: Entry | None) -> str:
    return digest_of(entry) if entry else ""
