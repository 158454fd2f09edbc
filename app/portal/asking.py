"""What is asked of a firm on its own page: everything that would decide something, most first, each thing once."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import clock
from app.core.paging import counts
from app.firms.models import Firm
from app.statements.queries import A_YEAR, answered_lately, refused
from app.visits.models import Reply, ReplyState
from app.visits.questions import Asking, questions_of

MOST = 200
# A firm is asked for what it holds or has filed itself; what an office or a list must say is not its to answer.
ASKED_OF_FIRMS = frozenset({"企业", "审计报告", "税务", "统计"})


@dataclass(frozen=True)
class Asked:
    """The open questions; how many were answered within a year, here and on visits; what waits for the firm."""

    questions: list[Asking]
    answered_here: int
    answered_on_visits: int
    to_confirm: int
    refused: int

    @property
    def is_something(self) -> bool:
        """Whether there is anything for the firm to look at."""
        return bool(self.questions or self.to_confirm or self.refused)


def asked_of(db: Session, firm: Firm) -> Asked:
    """Everything asked of one firm, as it stands now."""
    mine = sa.select(Reply).where(Reply.firm_id == firm.id)
    lately = mine.where(Reply.given_at >= clock.now() - A_YEAR)
    waiting = mine.where(Reply.state == ReplyState.WAITING)
    here, on_visits, to_confirm, turned_down = counts(db, (answered_lately(firm), lately, waiting, refused(firm)))
    found = questions_of(db, [firm.id], most=MOST)[firm.id]
    questions = [each for each in found if each.kind.supplied_by in ASKED_OF_FIRMS]
    return Asked(
        questions,
        answered_here=here,
        answered_on_visits=on_visits,
        to_confirm=to_confirm,
        refused=turned_down,
    )
