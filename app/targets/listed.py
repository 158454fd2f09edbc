"""The list of targets as page, paper and file share it: narrowed, judged, counted by state."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.targets.assess import Assessed, assess
from app.targets.models import Target
from app.targets.progress import TargetState
from app.targets.queries import TargetSearch, narrowed


@dataclass(frozen=True)
class Listed:
    """The rows asked for, and how many of them there are in each state before the state narrows them."""

    rows: list[Assessed]
    states: dict[TargetState, int]


def listed(db: Session, found: Sequence[Target], wanted: TargetSearch, today: date) -> Listed:
    rows = assess(db, narrowed(found, wanted), today)
    counts = Counter(row.verdict.state for row in rows)
    kept = [row for row in rows if not wanted.state or row.verdict.state.code == wanted.state]
    return Listed(kept, {state: counts[state] for state in TargetState if counts[state]})
