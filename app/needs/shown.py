"""A need in words: what was said part by part, and how far it has come."""

from typing import Any

from app.core.clock import local_day
from app.core.text import moment
from app.needs.declared import declared
from app.needs.matching.models import Result
from app.needs.models import Need, NeedState

SIGNS = {
    NeedState.OPEN: "warn",
    NeedState.PUBLISHED: "accent",
    NeedState.MATCHING: "accent",
    NeedState.SOLVED: "good",
    NeedState.TRACKED: "plain",
    NeedState.RETURNED: "bad",
}
RESULT_SIGNS = {Result.OPEN: "accent", Result.DONE: "good", Result.FAILED: "bad"}
# The steps of a need that goes well.
WAY = (NeedState.OPEN, NeedState.PUBLISHED, NeedState.MATCHING, NeedState.SOLVED)


def parts(need: Need) -> list[dict[str, str]]:
    """What was said, by part and label; what is still blank is shown as such."""
    kind = declared().kinds.get(need.kind)
    if kind is None:
        return [{"label": code, "value": text} for code, text in need.said.items()]
    return [{"label": each.label, "value": need.said.get(each.code) or "未填"} for each in kind.asked]


def contents(need: Need) -> str:
    """What was said, in one line of a ledger."""
    kind = declared().kinds.get(need.kind)
    asked = {each.code: each for each in kind.asked} if kind else {}
    # The day has a column of its own in every ledger.
    told = {code: text for code, text in need.said.items() if code not in asked or asked[code].shape != "day"}
    return "；".join(f"{asked[code].label if code in asked else code}：{text}" for code, text in told.items())


def progress(need: Need) -> str:
    """The steps that were taken, oldest first, in one cell of a ledger."""
    taken = [each for each in reversed(need.steps) if each.state is not NeedState.OPEN or each.remark]
    return "；".join(
        f"{local_day(each.taken_at)} {each.state}{f'：{each.remark}' if each.remark else ''}" for each in taken
    )


def history(need: Need) -> list[dict[str, Any]]:
    """The steps for a timeline, newest first."""
    return [
        {
            "when": moment(each.taken_at),
            "title": each.state.label if place else f"{each.state.label}（提出）",
            "who": each.taken_by.name if each.taken_by else "系统",
            "text": each.remark or "",
        }
        for place, each in reversed(list(enumerate(reversed(need.steps))))
    ]


def way(need: Need) -> list[dict[str, str]]:
    """Where a need stands among the steps of one that goes well."""
    here = WAY.index(need.state) if need.state in WAY else -1
    if need.state is NeedState.SOLVED:
        here = len(WAY)
    states = {True: "done", False: "later"}
    return [
        {"label": each.label, "state": "current" if place == here else states[place < here]}
        for place, each in enumerate(WAY)
    ]
