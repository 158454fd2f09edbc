"""From a reading to rows: clauses, and provisions that wait for a person."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.firms.names import plain
from app.library.awards import incentive_body
from app.library.models import PolicyClause, Provision, ProvisionKind
from app.policytext.clauses.clause import Clause
from app.policytext.duties.duty import Duty, Part
from app.policytext.targets.target import Target
from app.policytext.text.original import Span

if TYPE_CHECKING:
    from app.policytext.reading import Reading

LONGEST_HEADING = 300


def clauses_of(reading: "Reading") -> list[PolicyClause]:
    """Every clause that says something, in the order of the text."""
    said = [clause for clause in reading.root.walk() if clause.own.text.strip()]
    return [_clause(clause, position) for position, clause in enumerate(said)]


def _clause(clause: Clause, position: int) -> PolicyClause:
    own, words = clause.own.span, clause.own.text.strip()
    return PolicyClause(
        position=position,
        depth=clause.path.count("/"),
        path=clause.path,
        heading=f"{clause.marker.text}{clause.heading.text}".strip()[:LONGEST_HEADING],
        words=words,
        search_text=plain(words),
        starts=own.start,
        ends=own.end,
    )


def provisions_of(reading: "Reading") -> list[Provision]:
    """What was read in the clauses, in the order of the text."""
    found = [*_targets(reading), *_duties(reading), *_incentives(reading)]
    return sorted(found, key=lambda provision: (provision.starts, provision.ends))


def _provision(kind: ProvisionKind, path: str, span: Span, body: dict[str, Any]) -> Provision:
    return Provision(kind=kind, path=path, starts=span.start, ends=span.end, read=body, body=body)


def _targets(reading: "Reading") -> Iterator[Provision]:
    for target in reading.targets:
        yield _provision(ProvisionKind.TARGET, target.path, target.piece.span, target_body(target))


def target_body(target: Target) -> dict[str, Any]:
    """A target in the fields of its form."""
    return {
        "indicator": target.indicator,
        "scope": target.scope,
        "year": target.year,
        "every_year": target.every_year,
        "comparator": target.comparator.value,
        "low": f"{target.low.normalize():f}",
        "high": f"{target.high.normalize():f}" if target.high != target.low else None,
        "unit": target.unit,
        "measure": target.kind.value,
        "baseline": target.baseline.words if target.baseline else "",
    }


def _duties(reading: "Reading") -> Iterator[Provision]:
    for duty in reading.duties:
        yield _provision(ProvisionKind.DUTY, duty.path, duty.piece.span, duty_body(duty))


def _incentives(reading: "Reading") -> Iterator[Provision]:
    for incentive in reading.incentives:
        body = incentive_body(incentive, reading.front)
        yield _provision(ProvisionKind.INCENTIVE, incentive.path, incentive.piece.span, body)


def duty_body(duty: Duty) -> dict[str, Any]:
    """A duty in the fields of its form."""
    return {
        "lead": "、".join(duty.names(Part.LEAD)),
        "responsible": "、".join(duty.names(Part.RESPONSIBLE)),
        "supporting": "、".join(duty.names(Part.SUPPORTING)),
        "others": duty.others,
    }
