"""Which conditions of a rule a move can reach, and the sheet once moves are made."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from app.rules import Anchors, Answer, FactSheet, Finding, KnownFact, KnownRecord, Vouch
from app.rules.gaps import Gap, Move, say_gap
from app.rules.language import Fact, Named, Node, Records, Title, walk
from app.rules.rule import RuleVersion
from app.rules.values import show_date

MEASURE = "拟采取的措施"


def in_the_way(finding: Finding) -> list[str]:
    """The ids of the conditions that are not as they should be, in the order of the rule."""
    vetoes = set(finding.vetoes)
    wanted = {each.id: Answer.UNMET if each.id in vetoes else Answer.MET for each in finding.conditions}
    return [each.id for each in finding.conditions if each.answer is not wanted[each.id]]


def reaching(version: RuleVersion, finding: Finding, code: str) -> list[str]:
    """The conditions that read a fact or a collection: those in the way, or any where none of these is."""
    reading = [name for name, codes in codes_read(version).items() if code in codes]
    blocking = set(in_the_way(finding))
    return [name for name in reading if name in blocking] or reading


def codes_read(version: RuleVersion) -> dict[str, set[str]]:
    """Condition → the codes of everything its test looks at, through terms, scores and totals."""
    return {name: set(_codes(version, condition.test, set())) for name, condition in version.conditions.items()}


def carried_out(sheet: FactSheet, anchors: Anchors, gap: Gap) -> tuple[FactSheet, Anchors]:
    """The sheet and the dates once every move of a proposal is made."""
    if gap.on is not None:
        anchors = replace(anchors, facts_on=gap.on)
    for number, move in enumerate(gap.moves):
        sheet = _made(sheet, anchors, move, number)
    return sheet, anchors


def say_move(move: Move) -> str:
    """“2025年度研发费用增加38.6万元（由…到…）”."""
    return say_gap(Gap("supply", (move,), 0, 0, None))


def say_wait(gap: Gap) -> str:
    return f"最早于{show_date(gap.on)}满足" if gap.on else ""


def _codes(version: RuleVersion, expression: Node, seen: set[str]) -> Iterator[str]:
    for node in walk(expression):
        match node:
            case Fact():
                yield node.kind.code
            case Records() | Title():
                yield node.collection.code
            case Named() if node.name not in seen:
                for inner in _behind(version, node.name):
                    yield from _codes(version, inner, seen | {node.name})


def _behind(version: RuleVersion, name: str) -> Iterator[Node]:
    """The expressions that a name stands for: a total stands for its scores, a score without a value for its parts."""
    if name in version.parameters:
        return
    if name in version.terms:
        yield version.terms[name].value
        return
    score = version.scores.get(name)
    if score is not None and score.value is not None:
        yield score.value
        return
    parts = [each for each in version.scores.values() if each.part_of == name]
    for each in parts or (version.scores.values() if score is None else ()):
        yield from _behind(version, each.name)


def _made(sheet: FactSheet, anchors: Anchors, move: Move, number: int) -> FactSheet:
    today = anchors.facts_on
    if move.collection and move.confirm:
        return sheet.with_vouches(Vouch(move.collection, {}, None, today, MEASURE, f"v{number}"))
    if move.collection:
        more = int(move.change or Decimal(0))
        places = (f"{MEASURE}{number}-{place}" for place in range(more))
        attributes = dict(move.attributes)
        return sheet.with_records(
            *(KnownRecord(move.collection, attributes, today, None, MEASURE, today, each) for each in places)
        )
    return sheet.with_facts(KnownFact(move.code, move.year, move.after, MEASURE, today, f"{MEASURE}{number}"))
