"""Judging in columns what is due: rules over the whole pool, or many firms by every rule."""

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks import queries
from app.checks.models import Round
from app.checks.rounds import PoolRound, Row, RuleRound, version_id
from app.checks.snapshot import fresh_pool
from app.checks.standings import standings
from app.policies.queries import Entry
from app.rules import Anchors
from app.rules.pool import PoolResult, judge_pool


def judge_rules(session: Session, entries: Sequence[Entry], anchors: Anchors, *, every: bool) -> PoolRound:
    """Some rules over the whole pool; with every rule judged, the firms are up to date as they were read."""
    # What is stored is looked up before the pool is read: whoever writes in between is noticed.
    turns = {entry.rule.code: queries.turn(session, entry.rule.code) for entry in entries}
    rounds = queries.rounds(session)
    checked = queries.checked_revisions(session) if every else {}
    pool = fresh_pool(session)
    result = judge_pool([entry.rule for entry in entries], pool.frame, anchors, exact=pool.sheets)
    judged = [_round(session, result, entry, rounds, turns[entry.rule.code]) for entry in entries]
    behind = [firm for firm in pool.firms if every and checked.get(firm.id) != firm.revision]
    return PoolRound(judged, len(pool.firms), {firm.id: firm.revision for firm in behind})


def judge_many(
    session: Session, firms: Sequence[int], entries: Sequence[Entry], anchors: Anchors
) -> tuple[dict[int, int], list[Row]]:
    """Some firms by every rule: the revisions they were read at, and their standings as rows."""
    pool = fresh_pool(session).of(firms)
    result = judge_pool([entry.rule for entry in entries], pool.frame, anchors, exact=pool.sheets)
    rows = [(*row, None) for entry in entries for row in _rows(entry, standings(result, entry.rule.code))]
    return {firm.id: firm.revision for firm in pool.firms}, rows


def _round(session: Session, result: PoolResult, entry: Entry, rounds: dict[str, Round], turn: int) -> RuleRound:
    code = entry.rule.code
    found = standings(result, code)
    anchors = result.book.anchors
    before = rounds.get(code)
    if before is None:
        return RuleRound(entry, anchors, turn, None, list(_rows(entry, found)), reset=False)
    gone, come = _difference(queries.stored(session, code), found)
    reset = before.rule_version_id != version_id(entry, anchors) or before.facts_on == anchors.facts_on
    if 2 * len(gone) > result.frame.height:
        return RuleRound(entry, anchors, turn, None, list(_rows(entry, found)), reset=False)
    return RuleRound(entry, anchors, turn, gone, list(_rows(entry, come)), reset)


def _difference(stored: Sequence[sa.Row[Any]], found: pl.DataFrame) -> tuple[list[int], pl.DataFrame]:
    """The ids of the standings that are no longer so, and those that are new or other."""
    schema = {"id": pl.Int64(), **found.schema}
    before = pl.DataFrame([tuple(row) for row in stored], schema=schema, orient="row")
    same = before.join(found, on=found.columns, how="semi", nulls_equal=True)
    gone = before.join(same, on="id", how="anti")
    return gone["id"].to_list(), found.join(same, on="firm_id", how="anti")


def _rows(entry: Entry, table: pl.DataFrame) -> Iterator[Row]:
    return ((firm, entry.rule.code, *values, "[]") for firm, *values in table.iter_rows())
