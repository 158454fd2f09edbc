"""What a draft would change over the whole pool: asking for it, its result, and the firms behind every number."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core import clock
from app.core.errors import Conflict, NotFound
from app.core.paging import page_asked, paginate
from app.exports.answer import answer
from app.simulations import shown
from app.simulations.models import Judged, Shift
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.workbench import previewing, previews
from app.workbench.forms import PreviewFields
from app.workbench.models import DraftPurpose, RuleDraft
from app.workbench.previews import Part
from app.workbench.views_drafts import DraftGate, Shown, Written

router = APIRouter()
Listed = Annotated[RuleDraft, Depends(DraftGate("draft:list"))]
Lister = Annotated[User, Depends(Gate("draft:list"))]
ORDER = (Judged.MET, Judged.UNKNOWN, Judged.UNMET)


@router.get("/workbench/drafts/{draft_id}/preview", name="previews.show")
def show(request: Request, page: Page, db: Db, draft: Shown) -> Response:
    return _show(page, db, request.state.actor, draft, Form(values={"as_of": clock.today().isoformat()}))


@router.post("/workbench/drafts/{draft_id}/preview", name="previews.create")
def create(request: Request, page: Page, db: Db, draft: Written, posted: Posted) -> Response:
    form = Form.bind(PreviewFields, posted)
    if form.data is None:
        return _show(page, db, request.state.actor, draft, form, status=422)
    job = previewing.enqueue(db, request.state.actor, draft, form.data.as_of)
    return page.go("jobs.show", job_id=job.id, done="正在后台按全库预览，可以离开本页。")


@router.get("/workbench/drafts/{draft_id}/preview/firms", name="previews.firms")
def firms(request: Request, page: Page, db: Db, draft: Listed) -> Response:
    preview = previews.preview_of(db, draft)
    if preview is None:
        raise NotFound("这份草稿还没有做过全库预览。")
    part = Part.read(request.query_params).within(preview)
    number, size = page_asked(request.query_params)
    address = page.url("previews.firms", draft_id=draft.id)
    return page.show(
        "workbench/preview_firms.html",
        draft=draft,
        preview=preview,
        found=paginate(db, previews.firms_in(request.state.actor, preview, part), number=number, size=size),
        part=part,
        chips=[
            {"label": label, "value": value, "remove_url": f"{address}?{part.without(name).query}"}
            for name, label, value in part.words(preview)
        ],
        clear_url=address,
        outdated=previewing.why_outdated(db, preview, draft),
        is_new=draft.purpose is DraftPurpose.NEW,
        side_words=shown.side_words,
    )


@router.post("/exports/previews", name="previews.export")
def export(page: Page, db: Db, actor: Lister, posted: Posted) -> Response:
    return answer(page, db, actor, previews.FIRMS, posted)


def _show(page: Pages, db: Session, actor: User, draft: RuleDraft, form: Form[Any], *, status: int = 200) -> Response:
    preview = previews.preview_of(db, draft)
    found: dict[str, Any] = {}
    if preview is not None:
        groups = previews.groups_of(db, preview)
        total = previews.totals_of(preview, groups)
        found = {
            "total": total,
            "matrix": previews.matrix_of(groups),
            "units": previews.units_of(preview, groups),
            "changes": [each for each in Shift if each is not Shift.SAME and total.shifts[each]],
            "cost_words": shown.cost_words,
            "reasons": previews.reasons_of(db, preview),
            "outdated": previewing.why_outdated(db, preview, draft),
            "cost": (shown.cost_words(total.cost_before), shown.cost_words(total.cost_after)),
            "difference": shown.difference_words(total.cost_before, total.cost_after),
        }
    return page.show(
        "workbench/preview.html",
        status=status,
        draft=draft,
        preview=preview,
        form=form,
        refused=_why_not(db, draft),
        order=ORDER,
        Shift=Shift,
        url=_Urls(page, draft, open_=bool(actor.may(previews.LIST))),
        **found,
    )


def _why_not(db: Session, draft: RuleDraft) -> str:
    """Why nothing can be previewed now; empty where it can."""
    try:
        previewing.insist_on_sense(db, draft)
    except Conflict as refusal:
        return str(refusal)
    return ""


class _Urls:
    """The addresses behind the numbers of a preview; none for whoever may not see firms."""

    def __init__(self, page: Pages, draft: RuleDraft, *, open_: bool) -> None:
        self.address = page.url("previews.firms", draft_id=draft.id) if open_ else ""

    def __call__(
        self,
        *,
        shift: Shift | None = None,
        before: Judged | None = None,
        after: Judged | None = None,
        reason: int = 0,
        unit: str = "",
    ) -> str:
        return f"{self.address}?{Part(shift, before, after, reason, unit).query}" if self.address else ""
