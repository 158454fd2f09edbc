"""The list of targets as page, paper and file share it: narrowed, judged, counted by state."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.targets.assess import Assessed, assess
from app.targets.models import Target
from app.targets.progress import TargetState
from app.targets.queries import OTHER, Wanted, narrowed

LONGEST_WORD = 100


@dataclass(frozen=True)
class Listed:
    """The rows asked for, and how many of them there are in each state before the state narrows them."""

    rows: list[Assessed]
    states: dict[TargetState, int]


def wanted_in(given: Mapping[str, str]) -> Wanted:
    """What an address asks for; what it does not know counts as not given."""
    state = given.get("state", "")
    return Wanted(
        other=given.get("whose", "") == OTHER,
        policy=given.get("policy", "")[:20],
        year=given.get("year", "")[:10],
        word=given.get("q", "").strip()[:LONGEST_WORD],
        state=state if state in {each.code for each in TargetState} else "",
    )


def listed(db: Session, found: Sequence[Target], wanted: Wanted, today: date) -> Listed:
    rows = assess(db, narrowed(found, wanted), today)
    counts = Counter(row.verdict.state for row in rows)
    kept = [row for row in rows if not wanted.state or row.verdict.state.code == wanted.state]
    return Listed(kept, {state: counts[state] for state in TargetState if counts[state]})
