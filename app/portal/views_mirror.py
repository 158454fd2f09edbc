"""核对信息: everything that is believed of a firm, with its source and age; and what is asked of it, once."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import FieldError, Stale
from app.firms import files
from app.firms.access import FirmAccess, FirmGate
from app.portal import frame
from app.portal.asking import Asked, asked_of
from app.statements import queries, service
from app.statements.beliefs import beliefs_of, collections_of, held_of
from app.statements.evidence import FIELD, attaching
from app.statements.models import StatementState
from app.visits.content import content_of, values_in
from app.visits.forms import Answered, answer_name, answers_in
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter()
Reader = Annotated[FirmAccess, Depends(FirmGate("portal:read"))]
Writer = Annotated[FirmAccess, Depends(FirmGate("statement:write"))]
HERE = "portal.mirror"
CHANGED = "页面上的值已变，请看过现在的值再回答。"
SIGNS = {
    StatementState.WAITING: "warn",
    StatementState.TAKEN: "good",
    StatementState.REFUSED: "bad",
    StatementState.SETTLED: "plain",
    StatementState.NOTED: "good",
}


@router.get("/firms/{firm_id}/mirror", name="portal.mirror")
def show(page: Page, db: Db, seen: Reader) -> Response:
    return _mirror_page(page, db, seen, Form())


@router.post("/firms/{firm_id}/answers", name="portal.answer")
def answer(page: Page, db: Db, seen: Writer, posted: Posted) -> Response:
    content = [pair for pair in content_of(posted) if pair[0] != FIELD]
    answers, errors = answers_in(content)
    form: Form[Any] = Form(values=values_in(content), errors=errors)
    if not errors and not answers:
        form.errors[""] = "还没有回答任何一个问题；知道哪个答哪个，不知道的空着。"
    if not form.errors:
        _keep(db, seen, form, answers, posted)
    if form.errors:
        return _mirror_page(page, db, seen, form, status=422)
    return page.go(HERE, firm_id=seen.firm.id, done=f"已提交 {len(answers)} 项回答，科技局核对后记入。")


def _keep(db: Session, seen: FirmAccess, form: Form[Any], answers: list[Answered], posted: Any) -> None:
    """All answers with their evidence, or none; what stands in the way is told beside its question."""
    try:
        with db.begin_nested():
            file = attaching(db, seen, posted)()
            for each in answers:
                service.answer(
                    db, seen.actor, seen.firm, each.kind, each.value, year=each.year, seen=each.seen, file=file
                )
    except FieldError as error:
        form.reject(error)
    except Stale as stale:
        form.errors[answer_name("answer", stale.current.code, stale.current.year)] = CHANGED


def _mirror_page(page: Pages, db: Session, seen: FirmAccess, form: Form[Any], *, status: int = 200) -> Response:
    asked: Asked = asked_of(db, seen.firm)
    held = held_of(db, [seen.firm])[seen.firm.id]
    return page.show(
        "portal/mirror.html",
        status=status,
        **frame.context(page, seen, HERE),
        groups=beliefs_of(held),
        collections=collections_of(held),
        said=queries.latest_of(db, seen.firm),
        signs=SIGNS,
        asked=asked,
        form=form,
        accept=files.ACCEPT,
    )
