"""Checking firms: one on demand, all that are behind, and findings kept for good."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.checks import queries
from app.checks.check import Check, Result, open_missing
from app.checks.models import Checked, KeptFinding, Standing
from app.checks.sheet import sheet_of
from app.core import clock, db
from app.firms.models import Firm
from app.policies.queries import Entry, RuleBook, rule_book
from app.rules import Anchors, Finding, evaluate
from app.rules.gaps import Gap, find_gaps

AT_ONCE = 25


def check_firm(session: Session, firm: Firm, anchors: Anchors, *, entries: Sequence[Entry] | None = None) -> Check:
    """Judge a firm by every rule that binds here (or by the given ones), on the dates of the anchors."""
    chosen = rule_book(session, at=anchors.known_at).here() if entries is None else entries
    sheet = sheet_of(session, firm, at=anchors.known_at)
    return Check(firm, anchors, tuple(Result(entry, evaluate(entry.rule, sheet, anchors)) for entry in chosen))


def gaps_of(session: Session, firm: Firm, result: Result, anchors: Anchors) -> tuple[Gap, ...]:
    """What would turn a result to 符合, soonest first; each proposal verified and minimal."""
    return find_gaps(result.entry.rule, sheet_of(session, firm, at=anchors.known_at), anchors)


def refresh_all() -> int:
    """Check every firm that is behind; how many there were."""
    done = 0
    while batch := refresh_some():
        done += batch
    return done


def refresh_some(limit: int = AT_ONCE) -> int:
    """Check some of the firms that are behind: read and judge first, then write in one short transaction."""
    with db.reading() as session:
        book = rule_book(session)
        behind = queries.behind(session, book.digest, clock.today(), limit)
        judged = [_judge(session, firm, book) for firm in behind]
    if judged:
        with db.writing() as session:
            _write(session, judged, book.digest)
    return len(judged)


def keep_finding(session: Session, actor: User, firm: Firm, code: str, anchors: Anchors, *, reason: str) -> KeptFinding:
    """Keep a finding byte for byte, so that it can be shown and computed again whatever changes later."""
    moment = anchors.known_at or clock.now()
    fixed = Anchors(anchors.facts_on, anchors.policy_on, moment)
    finding, entry = finding_again(session, firm, code, fixed)
    body = finding.to_json()
    starts = finding.version_from.isoformat() if finding.version_from else ""
    kept = KeptFinding(
        firm_id=firm.id,
        rule_code=code,
        rule_version_id=entry.versions.get(starts),
        facts_on=fixed.facts_on,
        policy_on=fixed.policy_on,
        known_at=moment,
        kept_at=clock.now(),
        kept_by_id=actor.id,
        reason=reason,
        body=body,
        digest=hashlib.sha256(body.encode()).hexdigest(),
    )
    session.add(kept)
    session.flush()  # the audit event needs its id
    changes = {"rule": finding.rule_name, "answer": finding.answer.value, "reason": reason, "digest": kept.digest}
    audit.record(session, actor, "finding.kept", firm, changes=changes)
    return kept


def replay(session: Session, firm: Firm, kept: KeptFinding) -> bool:
    """Whether computing a kept finding again, from what was known then, gives the same bytes."""
    anchors = Anchors(kept.facts_on, kept.policy_on, kept.known_at)
    finding, _ = finding_again(session, firm, kept.rule_code, anchors)
    return finding.to_json() == kept.body


def finding_again(session: Session, firm: Firm, code: str, anchors: Anchors) -> tuple[Finding, Entry]:
    """The finding of one rule, from the book and the ledger as known at the anchors' moment."""
    entry = rule_book(session, at=anchors.known_at).entry(code)
    return evaluate(entry.rule, sheet_of(session, firm, at=anchors.known_at), anchors), entry


@dataclass(frozen=True)
class _Judged:
    firm_id: int
    revision: int
    standings: tuple[Standing, ...]


def _judge(session: Session, firm: Firm, book: RuleBook) -> _Judged:
    day = clock.today()
    sheet = sheet_of(session, firm)
    results = [Result(entry, evaluate(entry.rule, sheet, Anchors(day, day))) for entry in book.here()]
    return _Judged(firm.id, firm.revision, tuple(_standing(firm, result) for result in results))


def _standing(firm: Firm, result: Result) -> Standing:
    distance = result.distance
    return Standing(
        firm_id=firm.id,
        rule_code=result.entry.rule.code,
        answer=result.finding.answer.code,
        summary=distance.words,
        unmet=distance.unmet,
        unknown=distance.unknown,
        total=distance.total,
        missing=[
            {"what": each.what, "year": each.year, "by": each.supplied_by} for each in open_missing(result.finding)
        ],
    )


def _write(session: Session, judged: Sequence[_Judged], digest: str) -> None:
    db.lock(session, "standing")
    ids = [each.firm_id for each in judged]
    session.execute(sa.delete(Standing).where(Standing.firm_id.in_(ids)))
    session.execute(sa.delete(Checked).where(Checked.firm_id.in_(ids)))
    for each in judged:
        session.add_all(each.standings)
        session.add(
            Checked(
                firm_id=each.firm_id,
                revision=each.revision,
                book=digest,
                day=clock.today(),
                checked_at=clock.now(),
            )
        )
