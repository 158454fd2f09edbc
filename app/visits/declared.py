"""What seeds/visits.yaml declares: the topics of visits, and how an answer given on one becomes a fact."""

from functools import cache
from typing import Any

from app.core.choices import Choice
from app.core.seedfiles import SEEDS, read_yaml
from app.facts.sheet import is_registration
from app.facts.vocabulary import vocabulary
from app.rules import FactKind


class Handling(Choice):
    """What happens to an answer before it counts."""

    RECORD = "record", "直接记入"
    FIRM = "firm", "待企业或科技局确认"
    BUREAU = "bureau", "待科技局核对"
    NEVER = "never", "走访不问"


@cache
def topics() -> tuple[str, ...]:
    return tuple(_seed()["topics"])


def handling_of(kind: FactKind) -> Handling:
    """How an answer about a figure is taken: as declared for its kind, or else for who supplies it."""
    if kind.subject != "firm" or kind.type == "text" or is_registration(kind):
        return Handling.NEVER
    replies = _replies()
    return replies["kinds"].get(kind.code) or replies["suppliers"].get(kind.supplied_by, Handling.BUREAU)


@cache
def _replies() -> dict[str, dict[str, Handling]]:
    declared = {part: {name: Handling.of(code) for name, code in of.items()} for part, of in _seed()["replies"].items()}
    unknown = declared["kinds"].keys() - vocabulary().facts.keys()
    assert not unknown, f"seeds/visits.yaml names undeclared figures: {unknown}"
    return declared


@cache
def _seed() -> dict[str, Any]:
    declared: dict[str, Any] = read_yaml(SEEDS / "visits.yaml")
    return declared
