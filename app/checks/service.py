"""Checking firms: one on demand, all that are behind, and findings kept for good."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.checks import queries
from app.checks.check import Check, Result
from app.checks.models import KeptFinding, Round, Standing
from app.checks.rounds import (
    MANY,
    FirmRound,
    PoolRound,
    basis_of,
    judge_firms,
    missing_of,
    version_id,
)
from app.checks.sheet import sheet_of
from app.core import clock, db
from app.firms.models import Firm
from app.policies.queries import Entry, rule_book
from app.rules import Anchors, Answer, Finding, evaluate
from app.rules.gaps import Gap, find_gaps

AT_ONCE = 100


def check_firm(session: Session, firm: Firm, anchors: Anchors, *, entries: Sequence[Entry] | None = None) -> Check:
    """Judge a firm by every rule that binds here (or by the given ones), on the dates of the anchors."""
    chosen = rule_book(session, at=anchors.known_at).here() if entries is None else entries
    sheet = sheet_of(session, firm, at=anchors.known_at)
    return Check(firm, anchors, sheet, tuple(Result(entry, evaluate(entry.rule, sheet, anchors)) for entry in chosen))


def gaps_of(check: Check, result: Result) -> tuple[Gap, ...]:
    """What would turn a result of a check to 符合, soonest first; each proposal verified and minimal."""
    return find_gaps(result.entry.rule, check.sheet, check.anchors)


def refresh_all() -> int:
    """Check every firm that is behind, and work out what is best asked; how many firms there were."""
    done = 0
    while batch := refresh_some():
        done += batch
    while ask_some():
        pass
    return done


def refresh_some() -> int:
    """Judge the rules that are due over the whole pool, else the firms that are behind; how many firms that were.

    A rule is due on a new day and with a new version; a firm is behind when anything known about it has changed. Reads
    and judges first, then writes in short transactions.
    """
    anchors = Anchors(clock.today(), clock.today())
    with db.reading() as session:
        entries, rounds = rule_book(session).here(), queries.rounds(session)
        behind = queries.behind(session, MANY + 1)
        due = list(entries) if len(behind) > MANY else _due(entries, rounds, anchors)
        work: PoolRound | FirmRound | None = None
        if due:
            from app.checks.columnar import judge_rules  # noqa: PLC0415 - brings polars

            work = judge_rules(session, due, anchors, every=len(due) == len(entries))
        elif behind:
            work = judge_firms(session, behind, entries, anchors, basis_of(rounds))
    _forget(rounds.keys() - {entry.rule.code for entry in entries})
    return work.write() if work else 0


def count_behind(session: Session) -> int:
    """How many firms the next calls of `refresh_some` will judge: all of them while a rule is due."""
    anchors = Anchors(clock.today(), clock.today())
    if _due(rule_book(session).here(), queries.rounds(session), anchors):
        return queries.pool_state(session).firms
    return queries.count_behind(session)


def ask_some(limit: int = AT_ONCE) -> int:
    """Work out what would settle some of the open answers; how many answers there were."""
    anchors = Anchors(clock.today(), clock.today())
    with db.reading() as session:
        basis = basis_of(queries.rounds(session))
        waiting = queries.unasked(session, anchors.facts_on, limit)
        found = {standing.id: missing for standing, missing in _asked(session, waiting, anchors)}
    if found:
        with db.writing() as session:
            db.lock(session, "standing")
            if basis_of(queries.rounds(session)) == basis:
                for standing_id, missing in found.items():
                    change = sa.update(Standing).where(Standing.id == standing_id)
                    session.execute(change.values(missing=missing, asked_on=anchors.facts_on))
    return len(found)


def missing_of_rows(session: Session, standings: Sequence[Standing]) -> dict[int, list[dict[str, Any]]]:
    """Standing id → what is missing, worked out now where the background has not come to it yet."""
    known = {each.id: each.missing for each in standings if each.asked_on or each.answer != Answer.UNKNOWN.code}
    waiting = [each for each in standings if each.id not in known]
    if not waiting:
        return known
    today = Anchors(clock.today(), clock.today())
    return known | {standing.id: missing for standing, missing in _asked(session, waiting, today)}


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


def replay(session: Session, kept: KeptFinding) -> bool:
    """Whether computing a kept finding again, from what was known then, gives the same bytes."""
    anchors = Anchors(kept.facts_on, kept.policy_on, kept.known_at)
    # A finding of a firm that was merged is computed of that firm, whose own ledger stays as it was.
    finding, _ = finding_again(session, session.get_one(Firm, kept.firm_id), kept.rule_code, anchors)
    return finding.to_json() == kept.body


def finding_again(session: Session, firm: Firm, code: str, anchors: Anchors) -> tuple[Finding, Entry]:
    """The finding of one rule, from the book and the ledger as known at the anchors' moment."""
    entry = rule_book(session, at=anchors.known_at).entry(code)
    return evaluate(entry.rule, sheet_of(session, firm, at=anchors.known_at), anchors), entry


def _due(entries: Sequence[Entry], rounds: Mapping[str, Round], anchors: Anchors) -> list[Entry]:
    return [each for each in entries if _is_due(each, rounds.get(each.rule.code), anchors)]


def _is_due(entry: Entry, judged: Round | None, anchors: Anchors) -> bool:
    if judged is None or judged.rule_version_id != version_id(entry, anchors):
        return True
    return (judged.facts_on, judged.policy_on) != (anchors.facts_on, anchors.policy_on)


def _forget(codes: Collection[str]) -> None:
    """Drop what rules said that bind here no longer."""
    if codes:
        with db.writing() as session:
            session.execute(sa.delete(Standing).where(Standing.rule_code.in_(codes)))
            session.execute(sa.delete(Round).where(Round.rule_code.in_(codes)))


def _asked(
    session: Session, standings: Sequence[Standing], anchors: Anchors
) -> Iterator[tuple[Standing, list[dict[str, Any]]]]:
    rules = {entry.rule.code: entry.rule for entry in rule_book(session).here()}
    for firm_id, waiting in groupby(standings, key=lambda each: each.firm_id):
        sheet = sheet_of(session, session.get_one(Firm, firm_id))
        for standing in waiting:
            if standing.rule_code in rules:
                yield standing, missing_of(evaluate(rules[standing.rule_code], sheet, anchors))
