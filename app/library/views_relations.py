"""The relations of a policy: what its text says of other documents, what theirs say of it."""

from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Path
from starlette.responses import Response

from app.accounts.gate import Gate
from app.accounts.models import User
from app.core.address import row_number
from app.core.errors import FieldError, Stale
from app.core.fields import LARGEST_ID
from app.library import queries, relations
from app.library.forms import Rejection, RelationDecision, RelationFields
from app.library.models import PolicyRelation, RelationKind, RelationState
from app.library.service import clause_of_quote
from app.policies.models import Policy
from app.web.database import Db
from app.web.forms import Form, Posted
from app.web.pages import Page, Pages

router = APIRouter(prefix="/policies/{policy_id}/relations")
Reader = Annotated[User, Depends(Gate("policy:read"))]
Writer = Annotated[User, Depends(Gate("policy:write"))]
PolicyId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
RelationId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("", name="policies.relations")
def index(page: Page, db: Db, _actor: Reader, policy_id: PolicyId, relation: str = "") -> Response:
    return _show(page, db, queries.get_policy(db, policy_id), row_number(relation))


def _show(page: Pages, db: Db, policy: Policy, chosen: int, *, status: int = 200, **more: Any) -> Response:
    found = relations.relations_of(db, policy)
    mine = next((each for each in found if each.id == chosen and each.policy_id == policy.id), None)
    text = queries.text_of(db, policy)
    stated = {"kind": mine.kind.code, "version": mine.version, "note": mine.note or ""} if mine else {}
    shown = {
        "stated": [each for each in found if each.policy_id == policy.id],
        "elsewhere": [each for each in found if each.other_id == policy.id],
        "positions": {each.path: each.position for each in queries.clauses(db, text)} if text else {},
        "chosen": mine,
        "form": Form[Any](values=stated),
        "adding": Form[Any](),
        "late": False,
        "kinds": [(each.code, each.label) for each in RelationKind],
        "others": [(each.id, each.title) for each in _others(db, policy)],
        "ended_by": queries.ended_by(found, policy),
    }
    return page.show("library/relations.html", status=status, policy=policy, **{**shown, **more})


def _others(db: Db, policy: Policy) -> list[Policy]:
    return list(db.scalars(sa.select(Policy).where(Policy.id != policy.id).order_by(Policy.title)))


@router.post("", name="policies.add_relation")
def add(page: Page, db: Db, actor: Writer, policy_id: PolicyId, posted: Posted) -> Response:
    policy = queries.get_policy(db, policy_id)
    form = Form.bind(RelationFields, posted)
    if form.data:
        try:
            path = clause_of_quote(db, queries.text_of(db, policy), form.data.quote)
            relations.add(db, actor, policy, form.data, path)
        except FieldError as error:
            form.reject(error)
        else:
            return page.go("policies.relations", policy_id=policy.id, done="已添加。")
    return _show(page, db, policy, 0, status=422, adding=form)


@router.post("/{relation_id}/decision", name="policies.decide_relation")
def decide(page: Page, db: Db, actor: Writer, policy_id: PolicyId, relation_id: RelationId, posted: Posted) -> Response:
    policy = queries.get_policy(db, policy_id)
    relation = relations.relation_of(db, policy, relation_id)
    form = Form.bind(RelationDecision, posted)
    if form.data is None:
        return _show(page, db, policy, relation.id, status=422, form=form)
    try:
        relations.confirm(db, actor, relation, form.data.kind, version=form.data.version, note=form.data.note)
    except FieldError as error:
        form.reject(error)
        return _show(page, db, policy, relation.id, status=422, form=form)
    except Stale:
        return _show(page, db, policy, relation.id, status=409, form=form, late=True)
    return _decided(page, relation)


@router.post("/{relation_id}/rejection", name="policies.reject_relation")
def reject(page: Page, db: Db, actor: Writer, policy_id: PolicyId, relation_id: RelationId, posted: Posted) -> Response:
    policy = queries.get_policy(db, policy_id)
    relation = relations.relation_of(db, policy, relation_id)
    form = Form.bind(Rejection, posted)
    if form.data is None:
        return _show(page, db, policy, relation.id, status=422)
    try:
        relations.reject(db, actor, relation, version=form.data.version, note=form.data.reason)
    except Stale:
        return _show(page, db, policy, relation.id, status=409, late=True)
    return _decided(page, relation)


def _decided(page: Pages, relation: PolicyRelation) -> Response:
    said = f"{relation.state.label}。"
    if relation.state is RelationState.CONFIRMED and relation.kind is RelationKind.REPLACES:
        said = f"已确认。被替代的《{relation.other.title}》是否失效，请到那份文件的页面核对。"
    return page.go("policies.relations", policy_id=relation.policy_id, done=said)
