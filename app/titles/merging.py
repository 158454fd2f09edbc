"""How titles go over to a firm into which another is merged, and come back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.facts.merging import close, copy_of
from app.firms.merge import parts
from app.firms.merge.parts import Clash
from app.firms.models import Firm
from app.titles.models import Title
from app.titles.queries import titles_of


def register() -> None:
    """Fill the place that is kept for titles."""
    parts.register("titles", TitlesPart())


class TitlesPart:
    """Titles. The same certificate on both sides stays as the kept firm has it."""

    tables: Sequence[str] = ("title",)

    def clashes(self, db: Session, kept: Firm, gone: Firm) -> list[Clash]:  # noqa: ARG002 - nothing clashes
        """None: a certificate of the other firm is another certificate, or the same."""
        return []

    def brought(self, db: Session, kept: Firm, gone: Firm) -> dict[str, int]:
        """How many titles the kept firm does not have."""
        count = len(_fresh(db, kept, gone))
        return {"资质": count} if count else {}

    def bring(
        self,
        db: Session,
        actor: User,
        kept: Firm,
        gone: Firm,
        *,
        chosen: frozenset[str],  # noqa: ARG002 - nothing clashes
        moment: datetime,
    ) -> dict[str, Any]:
        """Write the titles that the kept firm lacks; {titles: [new]}."""
        made = [copy_of(db, title, kept, gone, actor, moment) for title in _fresh(db, kept, gone)]
        db.flush()
        return {"titles": [title.id for title in made]}

    def take_back(self, db: Session, actor: User, written: dict[str, Any]) -> list[str]:
        """Close what was written, where it still stands."""
        notes = []
        for number in written["titles"]:
            title = db.get_one(Title, number)
            if title.superseded_at is not None:
                notes.append(f"资质“{title}”在合并之后又有更正，保留。")
            else:
                close(db, title, actor)
        return notes


def _fresh(db: Session, kept: Firm, gone: Firm) -> list[Title]:
    known = {_essence(title) for title in titles_of(db, kept.id)}
    return [title for title in titles_of(db, gone.id) if _essence(title) not in known]


def _essence(title: Title) -> tuple[Any, ...]:
    """What makes it the same certificate: its number, or the day where it has none."""
    return title.kind, title.number or title.issued_on
