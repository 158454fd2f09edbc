"""What belongs to a firm and cannot simply be handed over: each ledger says itself how it goes over and comes back.

Facts and titles stand above firms, so they fill their places here, as filters and columns do in a list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.firms.models import Firm

PLACES = ("facts", "titles")


@dataclass(frozen=True)
class Clash:
    """The same thing known differently of both firms; somebody has to choose."""

    key: str
    label: str
    kept: str
    gone: str


class Part(Protocol):
    """A ledger. Its rows are never re-labelled: the kept firm learns them now, the merged firm's own stay as they were.

    So a page or a kept finding of either firm as known on an earlier day says what it said then.
    """

    tables: Sequence[str]

    def clashes(self, db: Session, kept: Firm, gone: Firm) -> list[Clash]: ...

    def brought(self, db: Session, kept: Firm, gone: Firm) -> dict[str, int]:
        """Label → how many rows the kept firm would learn."""
        ...

    def bring(
        self, db: Session, actor: User, kept: Firm, gone: Firm, *, chosen: frozenset[str], moment: datetime
    ) -> dict[str, Any]:
        """Let the kept firm know what the other one holds; of clashes in `chosen` the other one's. What was written."""
        ...

    def take_back(self, db: Session, actor: User, written: dict[str, Any]) -> list[str]:
        """Undo what `bring` wrote; what could not be undone, and why."""
        ...


_filled: dict[str, Part] = {}


def register(place: str, part: Part) -> None:
    assert place in PLACES, f"add {place} to PLACES"
    _filled[place] = part


def parts() -> dict[str, Part]:
    """Every ledger by its place."""
    empty = [place for place in PLACES if place not in _filled]
    assert not empty, f"nobody registered {empty}: a merge would leave rows behind"
    return {place: _filled[place] for place in PLACES}
