"""From a finding and a proposal to the measures of a draft; nothing is read or written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.checks.wording import say_all_missing
from app.plans import schedule
from app.plans.measurekinds import ASK, AWAIT, MeasureKind, measure_kinds
from app.plans.reach import in_the_way, reaching, say_move, say_wait
from app.rules import Answer, Finding, Missing
from app.rules.gaps import Gap, Move
from app.rules.rule import RuleVersion

MOST_NAMED = 3


@dataclass(frozen=True)
class Proposed:
    """One measure of a draft; `owner` is the library's word, or who supplies what is asked."""

    kind: MeasureKind
    name: str
    detail: str
    aims: list[str]
    lead_months: int
    owner: str
    moves: list[dict[str, Any]] = field(default_factory=list)
    due_on: date = date.max

    @property
    def asking(self) -> bool:
        return self.kind.code == ASK

    @property
    def steps(self) -> str:
        return "\n".join(self.kind.steps)


def proposed(version: RuleVersion, finding: Finding, gap: Gap | None) -> list[Proposed]:
    """The measures that carry out a proposal, and one question to each supplier of what is not known.

    A proposal takes for granted only what has to be known for it, so nothing else is asked; without one, everything
    that keeps a condition open is. Every measure aims at conditions of the finding: those that read what it moves.
    """
    changes = [move for move in gap.moves if not move.confirm] if gap else []
    made = [_change(version, finding, code, moves) for code, moves in _grouped(changes).items()]
    if gap is not None and gap.on is not None:
        made.append(_await(finding, gap))
    return [*_questions(version, finding, gap), *made]


def dated(measures: Iterable[Proposed], *, today: date, declares_on: date) -> list[Proposed]:
    """With the day each is due, the earliest first."""
    found = [
        replace(
            each,
            due_on=schedule.due_of(each.lead_months, today=today, declares_on=declares_on, asking=each.asking),
        )
        for each in measures
    ]
    return sorted(found, key=lambda each: (each.due_on, not each.asking))


def kept_move(move: Move) -> dict[str, Any]:
    """A move as a plan keeps it."""
    return {"code": move.code, "year": move.year, "collection": move.collection, "words": say_move(move)}


def _grouped(moves: Sequence[Move]) -> dict[str, list[Move]]:
    """Measure of the library → the moves it carries out."""
    found: dict[str, list[Move]] = {}
    for move in moves:
        found.setdefault(move.measure, []).append(move)
    return found


def _change(version: RuleVersion, finding: Finding, code: str, moves: Sequence[Move]) -> Proposed:
    kind = measure_kinds()[code]
    return Proposed(
        kind=kind,
        name=kind.name,
        detail="；".join(map(say_move, moves)),
        aims=_aims(version, finding, [move.code for move in moves]),
        lead_months=max(move.lead_months for move in moves),
        owner=kind.owner,
        moves=[kept_move(move) for move in moves],
    )


def _await(finding: Finding, gap: Gap) -> Proposed:
    kind = measure_kinds()[AWAIT]
    return Proposed(kind, kind.name, say_wait(gap), in_the_way(finding), gap.lead_months, kind.owner)


def _questions(version: RuleVersion, finding: Finding, gap: Gap | None) -> list[Proposed]:
    """One measure per supplier."""
    asked: dict[str, list[dict[str, Any]]] = {}
    labels: dict[str, list[str]] = {}
    for each in _wanted(finding, gap):
        by = each.pop("by")
        labels.setdefault(by, []).append(each.pop("label"))
        asked.setdefault(by, []).append(each)
    return [_question(version, finding, by, moves, labels[by]) for by, moves in asked.items()]


def _wanted(finding: Finding, gap: Gap | None) -> list[dict[str, Any]]:
    """What is to be found out, each with its name and its supplier."""
    if gap is not None:
        confirms = [move for move in gap.moves if move.confirm]
        return [{**kept_move(move), "label": _label(move), "by": move.supplied_by} for move in confirms]
    return [
        {
            "code": each.code,
            "year": each.year,
            "collection": each.collection,
            "words": "；".join(say_all_missing([each])),
            "label": each.what,
            "by": each.supplied_by,
        }
        for each in dict.fromkeys(_missing(finding))
    ]


def _label(move: Move) -> str:
    return move.label.removesuffix("除台账所列外没有其他")


def _missing(finding: Finding) -> list[Missing]:
    blocking = set(in_the_way(finding))
    waiting = (each for each in finding.conditions if each.id in blocking and each.answer is Answer.UNKNOWN)
    return [missing for each in waiting for missing in each.missing if missing.code]


def _question(
    version: RuleVersion, finding: Finding, by: str, moves: list[dict[str, Any]], labels: Sequence[str]
) -> Proposed:
    kind = measure_kinds()[ASK]
    names = list(dict.fromkeys(labels))
    more = f"等 {len(names)} 项" if len(names) > MOST_NAMED else ""
    return Proposed(
        kind=kind,
        name=f"补齐{'、'.join(names[:MOST_NAMED])}{more}{f'（由{by}提供）' if by else ''}",
        detail="；".join(dict.fromkeys(str(each["words"]).removesuffix(f"，由{by}提供") for each in moves)),
        aims=_aims(version, finding, [str(each["code"]) for each in moves]),
        lead_months=kind.lead_months,
        owner=by or kind.owner,
        moves=moves,
    )


def _aims(version: RuleVersion, finding: Finding, codes: Iterable[str]) -> list[str]:
    """The conditions that read any of the codes, in the order of the rule; all that are in the way where none does."""
    found = {name for code in codes for name in reaching(version, finding, code)}
    return [name for name in version.conditions if name in found] or in_the_way(finding)
