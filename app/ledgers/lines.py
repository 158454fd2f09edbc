"""What a line of the ledger says, wherever it comes from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.choices import Choice
from app.plans.schedule import Light


class LineKind(Choice):
    MEASURE = "measure", "方案措施"
    PROMISE = "promise", "走访承诺"
    VISIT = "visit", "走访记录"
    NEED = "need", "企业需求"


class LineState(Choice):
    """How far a line has come; a visit that promised nothing is only noted."""

    TODO = "todo", "未办"
    DOING = "doing", "在办"
    SHELVED = "shelved", "挂起"
    DONE = "done", "办结"
    NOTED = "noted", "仅记录"


OPEN = (LineState.TODO, LineState.DOING)
SIGNS = {
    LineState.TODO: "warn",
    LineState.DOING: "accent",
    LineState.SHELVED: "plain",
    LineState.DONE: "good",
    LineState.NOTED: "plain",
}


@dataclass(frozen=True)
class Line:
    """One line; `route` and `parameters` are where its link leads, `by` who entered it, `owner` who answers for it."""

    kind: LineKind
    state: LineState
    route: str
    parameters: dict[str, Any]
    firm: str
    place: str
    day: date
    by: str
    sort: str
    problem: str
    promised: str
    owner: str
    helper: str = ""
    due_on: date | None = None
    light: Light | None = None
    latest: str = ""
    done_on: date | None = None
    next_on: date | None = None
    clause: str = ""
    met: bool = False
    escalated: bool = False
