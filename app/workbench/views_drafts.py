"""One draft: reading it, writing it, sending it in, and what somebody else decides."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import Response

from app.accounts.conflicts import both_versions
from app.accounts.gate import ObjectGate
from app.accounts.models import User
from app.core.errors import FieldError, Stale
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.workbench import forms, queries, service
from app.workbench.differences import in_words
from app.workbench.forms import Decision, EndFields, Return, RuleFields, Submission, VersionFields
from app.workbench.models import DraftPurpose, DraftState, RuleDraft
from app.workbench.page import editing, shown

router = APIRouter(prefix="/workbench/drafts")
CHECK = "check"
SUBMIT = "submit"


class DraftGate(ObjectGate):
    about = "draft_id"

    def find(self, db: Session, actor: User, number: int) -> RuleDraft | None:  # noqa: ARG002
        return queries.draft_of(db, number)


Shown = Annotated[RuleDraft, Depends(DraftGate("draft:read"))]
Written = Annotated[RuleDraft, Depends(DraftGate("draft:write"))]
Reviewed = Annotated[RuleDraft, Depends(DraftGate("draft:review"))]


@router.get("/{draft_id}", name="drafts.show")
def show(request: Request, page: Page, db: Db, draft: Shown) -> Response:
    return _show(page, db, request.state.actor, draft)


@router.get("/{draft_id}/edit", name="drafts.edit")
def edit(page: Page, db: Db, draft: Written) -> Response:
    if draft.state is not DraftState.DRAFT:
        return page.go("drafts.show", draft_id=draft.id, done=f"这份草稿现在是“{draft.state.label}”，不能修改。")
    values = {**forms.values_of(draft.body), "version": draft.version}
    return _edit(page, db, draft, Form(values=values), draft.body)


@router.post("/{draft_id}", name="drafts.update")
def update(request: Request, page: Page, db: Db, draft: Written, posted: Posted) -> Response:
    if draft.purpose is DraftPurpose.END:
        return _update_end(page, db, request.state.actor, draft, posted)
    form, rows = forms.bind(RuleFields if draft.purpose is DraftPurpose.NEW else VersionFields, posted)
    then = str(form.values.get("then", ""))
    moved = forms.rearranged(rows, then)
    if moved is not None or then == CHECK:
        return _checked(page, db, draft, form, moved or rows)
    if form.data:
        body = forms.body_of_form(form, rows, compact=True)
        try:
            service.save(db, request.state.actor, draft, body, version=form.data.version)
        except Stale:
            conflict = both_versions(db, draft, in_words(body), in_words(draft.body))
            form.values["version"] = draft.version
            return _edit(page, db, draft, form, body, status=Stale.status, conflict=conflict)
        return page.go("drafts.show", draft_id=draft.id, done="已保存。")
    return _edit(page, db, draft, form, forms.body_of_form(form, rows, compact=False), status=422)


@router.post("/{draft_id}/submission", name="drafts.submit")
def submit(request: Request, page: Page, db: Db, draft: Written, posted: Posted) -> Response:
    form = Form.bind(Submission, posted)
    if form.data:
        try:
            service.submit(db, request.state.actor, draft, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale:
            return _late(page, db, request.state.actor, draft, submitting=form)
        else:
            return page.go("drafts.show", draft_id=draft.id, done="已送审，等另一人复核。")
    return _show(page, db, request.state.actor, draft, submitting=form, status=422)


@router.post("/{draft_id}/removal", name="drafts.remove")
def remove(request: Request, page: Page, db: Db, draft: Written, posted: Posted) -> Response:
    form = Form.bind(Decision, posted)
    if form.data is None:
        return _show(page, db, request.state.actor, draft, deciding=form, status=422)
    try:
        service.remove(db, request.state.actor, draft, version=form.data.version)
    except Stale:
        return _late(page, db, request.state.actor, draft)
    return page.go("workbench.index", done=f"已作废：{draft}。")


@router.post("/{draft_id}/return", name="drafts.send_back")
def send_back(request: Request, page: Page, db: Db, draft: Reviewed, posted: Posted) -> Response:
    form = Form.bind(Return, posted)
    if form.data is None:
        return _show(page, db, request.state.actor, draft, returning=form, status=422)
    try:
        service.send_back(db, request.state.actor, draft, version=form.data.version, remark=form.data.remark)
    except Stale:
        return _late(page, db, request.state.actor, draft, returning=form)
    return page.go("drafts.show", draft_id=draft.id, done="已退回起草人。")


@router.post("/{draft_id}/publication", name="drafts.publish")
def publish(request: Request, page: Page, db: Db, draft: Reviewed, posted: Posted) -> Response:
    form = Form.bind(Decision, posted)
    if form.data:
        try:
            service.publish(db, request.state.actor, draft, form.data)
        except FieldError as error:
            form.reject(error)
        except Stale:
            return _late(page, db, request.state.actor, draft, deciding=form)
        else:
            return page.go("workbench.rule", code=draft.rule_code, done="已发布；全库将按新的规则重新体检。")
    return _show(page, db, request.state.actor, draft, deciding=form, status=422)


def _update_end(page: Pages, db: Session, actor: User, draft: RuleDraft, posted: FormData) -> Response:
    form = Form.bind(EndFields, posted)
    if form.data is None:
        return _edit(page, db, draft, form, draft.body, status=422)
    single = {"starts": form.data.starts.isoformat(), "notes": form.data.notes}
    body = {**draft.body, "single": single}
    try:
        service.save(db, actor, draft, body, version=form.data.version)
    except Stale:
        conflict = both_versions(db, draft, in_words(body), in_words(draft.body))
        form.values["version"] = draft.version
        return _edit(page, db, draft, form, body, status=Stale.status, conflict=conflict)
    return page.go("drafts.show", draft_id=draft.id, done="已保存。")


def _checked(page: Pages, db: Session, draft: RuleDraft, form: Form[Any], rows: forms.Rows) -> Response:
    """The form again with every text read, and its rows rearranged; nothing is saved."""
    body = forms.body_of_form(form, rows, compact=False)
    typed = {name: text for name, text in form.values.items() if not forms.ROW_FIELD.fullmatch(name)}
    rowed = {name: text for name, text in forms.values_of(body).items() if forms.ROW_FIELD.fullmatch(name)}
    errors = {name: said for name, said in form.errors.items() if not forms.ROW_FIELD.fullmatch(name)}
    return _edit(page, db, draft, Form(values={**typed, **rowed}, errors=errors), body)


def _edit(
    page: Pages,
    db: Session,
    draft: RuleDraft,
    form: Form[Any],
    body: dict[str, Any],
    *,
    status: int = 200,
    conflict: dict[str, Any] | None = None,
) -> Response:
    if draft.purpose is DraftPurpose.END:
        return page.show("workbench/end.html", status=status, draft=draft, form=form, conflict=conflict)
    more = editing(db, draft, form, body)
    return page.show(
        "workbench/edit.html", fragment="fields", status=status, draft=draft, form=form, conflict=conflict, **more
    )


def _show(page: Pages, db: Session, actor: User, draft: RuleDraft, *, status: int = 200, **forms_: Any) -> Response:
    decisions = {"returning": Form(), "deciding": Form(), "submitting": Form(), "late": False, **forms_}
    return page.show("workbench/show.html", status=status, draft=draft, **decisions, **shown(db, actor, draft))


def _late(page: Pages, db: Session, actor: User, draft: RuleDraft, **forms_: Any) -> Response:
    """Somebody changed the draft after this page was opened; what was typed about it stays."""
    return _show(page, db, actor, draft, status=Stale.status, late=True, **forms_)
