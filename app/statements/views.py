"""核对意见: the form in which a firm says what is right, and the list in which the bureau decides."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.errors import FieldError, NotFound, Stale
from app.core.paging import page_asked, paginate
from app.facts.values import entry_unit, typed
from app.firms import files
from app.firms.access import FirmAccess, FirmGate
from app.statements import queries, service
from app.statements.beliefs import NOTHING, Belief, Held, belief_of, find_belief, held_of
from app.statements.evidence import attaching
from app.statements.forms import DecisionFields, RefusalFields, StatementFields, SubjectFields
from app.statements.models import Sort, Stance, Statement, StatementState
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages
from app.web.tabs import tabs_of

router = APIRouter()
Reader = Annotated[User, Depends(Gate("statement:read"))]
Writer = Annotated[FirmAccess, Depends(FirmGate("statement:write"))]
Approver = Annotated[FirmAccess, Depends(FirmGate("statement:approve"))]
SAID = {
    StatementState.NOTED: "已记下：您确认这一项属实。",
    StatementState.WAITING: "已提交，科技局核对后会告诉您结果。",
}
OFFERED = (Stance.CORRECT, Stance.OBJECT)
# Where the bureau mends what is not a figure.
MENDED = {Sort.IDENTITY: "firms.edit", Sort.TITLE: "titles.index", Sort.RECORD: "records.index"}


@router.get("/statements", name="statements.index")
def index(page: Page, db: Db, actor: Reader) -> Response:
    return _list_page(page, db, actor)


@router.get("/firms/{firm_id}/statements/new", name="statements.new")
def new(request: Request, page: Page, db: Db, seen: Writer) -> Response:
    asked = _asked(request.query_params)
    belief = belief_of(db, seen.firm, asked.sort, asked.code, asked.year)
    stance = Stance.VOUCH if asked.sort is Sort.COLLECTION else asked.stance if asked.stance in OFFERED else OFFERED[0]
    values = {"stance": stance.code, "seen": belief.seen, "value": _as_typed(belief), "remark": ""}
    return _form_page(page, seen, belief, Form(values=values))


@router.post("/firms/{firm_id}/statements", name="statements.create")
def create(page: Page, db: Db, seen: Writer, posted: Posted) -> Response:
    asked = _asked(posted)
    belief = belief_of(db, seen.firm, asked.sort, asked.code, asked.year)
    form = Form.bind(StatementFields, posted)
    if form.data:
        try:
            made = service.state(db, seen.actor, seen.firm, form.data, attaching(db, seen, posted))
        except FieldError as error:
            form.reject(error)
        except Stale:
            form.values["seen"] = belief.seen
            return _form_page(page, seen, belief, form, changed=True, status=Stale.status)
        else:
            place = f"#{belief.name}"
            return page.go_to(page.url("portal.mirror", firm_id=seen.firm.id) + place, done=SAID[made.state])
    return _form_page(page, seen, belief, form, status=422)


@router.post("/firms/{firm_id}/statements/{statement_id}/acceptance", name="statements.accept")
def accept(page: Page, db: Db, seen: Approver, statement_id: int, posted: Posted) -> Response:
    statement = queries.get_statement(db, seen.firm, statement_id)
    form = Form.bind(DecisionFields, posted)
    if form.data is None:
        raise FieldError("seen", "没有读出页面上的值，请刷新页面后重新操作。")
    service.accept(db, seen.actor, seen.firm, statement, seen=form.data.seen)
    return page.go("statements.index", done=f"已采纳：{statement}。")


@router.post("/firms/{firm_id}/statements/{statement_id}/refusal", name="statements.refuse")
def refuse(page: Page, db: Db, seen: Approver, statement_id: int, posted: Posted) -> Response:
    statement = queries.get_statement(db, seen.firm, statement_id)
    form = Form.bind(RefusalFields, posted)
    if form.data is None:
        return _list_page(page, db, seen.actor, refused={"id": statement.id, "form": form}, status=422)
    service.refuse(db, seen.actor, statement, reason=form.data.reason)
    return page.go("statements.index", done=f"没有采纳：{statement}。企业会看到原因。")


@router.post("/firms/{firm_id}/statements/{statement_id}/acknowledgement", name="statements.settle")
def settle(page: Page, db: Db, seen: Writer, statement_id: int) -> Response:
    statement = queries.get_statement(db, seen.firm, statement_id)
    service.settle(db, seen.actor, statement)
    return page.go("statements.index", query={"state": StatementState.SETTLED.code}, done="已标为知悉。")


def _asked(given: Mapping[str, Any]) -> SubjectFields:
    """The value that an address or a form names; NotFound where it names none."""
    named = {name: given[name] for name in SubjectFields.model_fields if name in given}
    try:
        return SubjectFields.model_validate(named)
    except ValidationError as error:
        raise NotFound("没有找到要核对的这一项，请回到“核对信息”重新选择。") from error


def _as_typed(belief: Belief) -> str:
    """The value as its field starts with it."""
    if belief.kind is None or belief.value is None:
        return belief.text
    return typed(belief.kind, belief.value)


def _form_page(
    page: Pages, seen: FirmAccess, belief: Belief, form: Form[Any], *, changed: bool = False, status: int = 200
) -> Response:
    form.values.setdefault("stance", Stance.CORRECT.code)
    return page.show(
        "statements/new.html",
        status=status,
        firm=seen.firm,
        belief=belief,
        vouching=belief.sort is Sort.COLLECTION,
        unit=entry_unit(belief.kind) if belief.kind else "",
        choices=[(each, each) for each in belief.kind.choices] if belief.kind else [],
        stances=[(each.code, each.label) for each in OFFERED],
        form=form,
        changed=changed,
        accept=files.ACCEPT,
    )


def _list_page(page: Pages, db: Session, actor: User, *, refused: Any = None, status: int = 200) -> Response:
    state = StatementState.find(page.request.query_params.get("state", "")) or StatementState.WAITING
    number, size = page_asked(page.request.query_params)
    found = paginate(db, queries.statements(actor, queries.READ, state), number=number, size=size)
    held = held_of(db, {each.firm for each in found.items})
    return page.show(
        "statements/index.html",
        status=status,
        found=found,
        rows=[_row(held[each.firm_id], each) for each in found.items],
        tabs=tabs_of(
            ((each, each.label) for each in StatementState),
            state,
            lambda each: page.url("statements.index", query={"state": each.code}),
            queries.state_counts(db, actor),
        ),
        decides=actor.may(queries.APPROVE),
        states=actor.may(queries.WRITE),
        mended=MENDED,
        refused=refused,
    )


def _row(held: Held, statement: Statement) -> dict[str, Any]:
    """A statement beside what is believed now."""
    now = find_belief(held, statement.subject)
    return {
        "statement": statement,
        "value": service.value_of(statement),
        "now": now,
        "seen": now.seen if now else NOTHING,
        "changed": (now.seen if now else NOTHING) != statement.seen,
    }
