"""The page that shows two versions of a policy's text side by side."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.fields import LARGEST_ID
from app.core.paging import Page as Paged
from app.core.paging import page_asked
from app.library import comparison, queries
from app.library.comparison import Line
from app.library.models import PolicyText
from app.library.wording import say
from app.policies.models import Policy
from app.policytext.versions.differing import Side
from app.policytext.versions.pair import Change
from app.rules import Answer
from app.web.database import Db
from app.web.pages import Page, Pages
from app.web.tabs import Tab, tabs_of

router = APIRouter(prefix="/policies")
Reader = Annotated[User, Depends(Gate("policy:read"))]
PolicyId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
SHOWN = 50
CODES = {change.name.lower(): change for change in Change}
CHANGED, EVERY = "changed", "all"


@router.get("/{policy_id}/comparison", name="policies.compare")
def compare(request: Request, page: Page, db: Db, actor: Reader, policy_id: PolicyId, tab: str = "") -> Response:
    asked = request.query_params
    policy = queries.get_policy(db, policy_id)
    texts = queries.versions(db, policy)
    if len(texts) < 2:  # noqa: PLR2004 - there is nothing to compare
        return page.go("policies.show", policy_id=policy.id, done="这份文件只收入过一个版本，没有可以对照的。")
    before, after = _chosen(texts, asked.get("old", ""), asked.get("new", ""))
    lines = comparison.lines_between(db, policy, before, after)
    tab = tab if tab in {*CODES, EVERY} else CHANGED
    shown = [line for line in lines if _belongs(line, tab)]
    number, _ = page_asked(asked)
    found = _paged(shown, number)
    return page.show(
        "library/comparison.html",
        policy=policy,
        texts=texts,
        before=before,
        after=after,
        found=found,
        tabs=_tabs(page, policy, before, after, lines, tab),
        findings=comparison.findings_resting_on(db, actor, found.items),
        touched=comparison.touched_by(db, actor, policy, found.items),
        answers={each.code: each.value for each in Answer},
        here=queries.rules_here(db),
        say=say,
        old_side=Side.OLD,
        new_side=Side.NEW,
        change_kinds={Change.SAME: "plain", Change.NEW: "good", Change.GONE: "bad"},
        differs=bool(comparison.counts_of(lines).keys() - {Change.SAME}),
    )


def _chosen(texts: list[PolicyText], old: str, new: str) -> tuple[PolicyText, PolicyText]:
    """The versions asked for, the earlier first; without being asked, the latest and the one before."""
    by_number = {str(text.number): text for text in texts}
    after = by_number.get(new, texts[-1])
    before = by_number.get(old, texts[max(0, texts.index(after) - 1)])
    first, second = sorted((before, after), key=lambda text: text.number)
    return (first, second) if first is not second else (texts[-2], texts[-1])


def _belongs(line: Line, tab: str) -> bool:
    if tab == CHANGED:
        return line.change is not Change.SAME
    return tab == EVERY or line.change is CODES[tab]


def _paged(lines: list[Line], number: int) -> Paged[Line]:
    pages = max(1, -(-len(lines) // SHOWN))
    number = max(1, min(number, pages))
    return Paged(lines[(number - 1) * SHOWN : number * SHOWN], number, SHOWN, len(lines))


def _tabs(page: Pages, policy: Policy, before: PolicyText, after: PolicyText, lines: list[Line], tab: str) -> list[Tab]:
    counts = comparison.counts_of(lines)
    numbers = {code: counts[change] for code, change in CODES.items()}
    asked = {"old": before.number, "new": after.number}
    return tabs_of(
        [(CHANGED, "有变化的"), *((code, change.value) for code, change in CODES.items()), (EVERY, "全部")],
        tab,
        lambda code: page.url("policies.compare", policy_id=policy.id, query={**asked, "tab": code}),
        {CHANGED: len(lines) - counts[Change.SAME], **numbers, EVERY: len(lines)},
    )
