"""Judging and writing what is due: one rule over the whole pool, or some firms by every rule."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks import queries
from app.checks.check import distance_of, open_missing
from app.checks.models import Checked, Round, Standing
from app.checks.sheet import sheet_of
from app.core import bulk, clock, db
from app.core.chunks import chunks
from app.firms.models import Firm
from app.policies.queries import Entry
from app.rules import Anchors, Finding, evaluate

TABLE = cast("sa.Table", Standing.__table__)
WRITTEN = ("firm_id", "rule_code", *queries.COLUMNS, "missing")
# Judging in columns costs the same for one firm as for a thousand; so many are quicker judged alone.
ALONE = 25
# Of so many firms it is quicker to compare what is stored with what is found than to write it all anew.
MANY = 2000

Row = tuple[Any, ...]
# Rule code → the id of its version and the day it was judged on.
Basis = dict[str, tuple[int | None, Any]]


@dataclass(frozen=True)
class RuleRound:
    """One rule over the whole pool, held against what is stored: which standings go and which come."""

    entry: Entry
    anchors: Anchors
    turn: int
    gone: list[int] | None
    come: list[Row]
    reset: bool

    def write(self) -> bool:
        """Write the difference; not if another process has written standings of this rule since they were read."""
        code = self.entry.rule.code
        with db.writing() as session:
            db.lock(session, "standing")
            if queries.turn(session, code) != self.turn:
                return False
            if self.gone is None:
                session.execute(sa.delete(Standing).where(Standing.rule_code == code))
            for some in chunks(self.gone or ()):
                session.execute(sa.delete(Standing).where(Standing.id.in_(some)))
            bulk.append(session, TABLE, WRITTEN, self.come)
            if self.reset:
                asked = Standing.rule_code == code, Standing.asked_on.is_not(None)
                session.execute(sa.update(Standing).where(*asked).values(asked_on=None))
            self._note(session)
        return True

    def _note(self, session: Session) -> None:
        code = self.entry.rule.code
        session.execute(sa.delete(Round).where(Round.rule_code == code))
        session.add(
            Round(
                rule_code=code,
                rule_version_id=version_id(self.entry, self.anchors),
                facts_on=self.anchors.facts_on,
                policy_on=self.anchors.policy_on,
                judged_at=clock.now(),
                turn=self.turn + 1,
            )
        )


@dataclass(frozen=True)
class PoolRound:
    """Rules over the whole pool, and the firms that are up to date once all of it is written."""

    rules: list[RuleRound]
    firms: int
    revisions: dict[int, int]

    def write(self) -> int:
        """Write rule by rule; how many firms were judged."""
        written = [each.write() for each in self.rules]
        if all(written) and self.revisions:
            with db.writing() as session:
                db.lock(session, "standing")
                note_checked(session, self.revisions)
        return self.firms


@dataclass(frozen=True)
class FirmRound:
    """Some firms by every rule, and the revisions they were read at; `basis` is what the rules were judged by."""

    revisions: dict[int, int]
    rows: list[Row]
    basis: Basis

    def write(self) -> int:
        """Write the standings of the firms anew; not if a rule has changed since. How many firms were judged."""
        with db.writing() as session:
            db.lock(session, "standing")
            if basis_of(queries.rounds(session)) != self.basis:
                return len(self.revisions)
            for some in chunks(self.revisions):
                session.execute(sa.delete(Standing).where(Standing.firm_id.in_(some)))
            bulk.append(session, TABLE, (*WRITTEN, "asked_on"), self.rows)
            session.execute(sa.update(Round).values(turn=Round.turn + 1))
            note_checked(session, self.revisions)
        return len(self.revisions)


def version_id(entry: Entry, anchors: Anchors) -> int | None:
    """The version of a rule that is in force on the day of the policy."""
    version = entry.rule.version_on(anchors.policy_on)
    return None if version is None else entry.versions[version.starts.isoformat()]


def basis_of(rounds: dict[str, Round]) -> Basis:
    return {code: (each.rule_version_id, each.facts_on) for code, each in rounds.items()}


def judge_firms(
    session: Session, firms: Sequence[int], entries: Sequence[Entry], anchors: Anchors, basis: Basis
) -> FirmRound:
    """Some firms by every rule: a few by themselves, many in columns."""
    if len(firms) <= ALONE:
        found = list(session.scalars(sa.select(Firm).where(Firm.id.in_(firms)).order_by(Firm.id)))
        rows = [row for firm in found for row in _alone(session, firm, entries, anchors)]
        return FirmRound({firm.id: firm.revision for firm in found}, rows, basis)
    from app.checks import columnar  # noqa: PLC0415 - brings polars

    revisions, rows = columnar.judge_many(session, firms, entries, anchors)
    return FirmRound(revisions, rows, basis)


def missing_of(finding: Finding) -> list[dict[str, Any]]:
    """What is not known and would decide an answer, as it is stored."""
    return [{"what": each.what, "year": each.year, "by": each.supplied_by} for each in open_missing(finding)]


def note_checked(session: Session, revisions: dict[int, int]) -> None:
    """Note the revisions that the standings of some firms now rest on."""
    for some in chunks(revisions):
        session.execute(sa.delete(Checked).where(Checked.firm_id.in_(some)))
        moment = clock.now()
        rows = [{"firm_id": firm, "revision": revisions[firm], "checked_at": moment} for firm in some]
        session.execute(sa.insert(Checked), rows)


def _alone(session: Session, firm: Firm, entries: Iterable[Entry], anchors: Anchors) -> Iterator[Row]:
    sheet = sheet_of(session, firm)
    for entry in entries:
        finding = evaluate(entry.rule, sheet, anchors)
        far, amount = distance_of(finding), finding.amount
        low, high = (None if each is None else int(each * 100) for each in (amount.low, amount.high))
        missing = json.dumps(missing_of(finding))
        said = (finding.answer.code, far.unmet, far.unknown, far.total, amount.kind, low, high)
        yield firm.id, entry.rule.code, *said, missing, anchors.facts_on.isoformat()
