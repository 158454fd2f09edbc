"""Carrying out a proposed gap on a sheet, written apart from the search that proposed it."""

from dataclasses import replace
from decimal import Decimal

from app.rules import Anchors, FactSheet, Gap, KnownFact, KnownRecord, Move, Vouch


def after(sheet: FactSheet, anchors: Anchors, gap: Gap) -> tuple[FactSheet, Anchors]:
    """The sheet and the dates once every move of a gap is made."""
    if gap.on is not None:
        anchors = replace(anchors, facts_on=gap.on)
    for number, move in enumerate(gap.moves):
        sheet = _made(sheet, anchors, move, number)
    return sheet, anchors


def _made(sheet: FactSheet, anchors: Anchors, move: Move, number: int) -> FactSheet:
    today = anchors.facts_on
    if move.collection and move.confirm:
        return sheet.with_vouches(Vouch(move.collection, {}, None, today, "确认", f"v{number}"))
    if move.collection:
        assert isinstance(move.change, Decimal)
        more = [
            KnownRecord(move.collection, dict(move.attributes), today, None, "措施", today, f"m{number}-{place}")
            for place in range(int(move.change))
        ]
        return sheet.with_records(*more)
    return sheet.with_facts(KnownFact(move.code, move.year, move.after, "措施", today, f"m{number}"))
