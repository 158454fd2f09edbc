"""A plan as a Word file."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from app.accounts import audit
from app.documents import filling
from app.plans import document
from app.plans.access import PlanGate
from app.plans.models import Plan
from app.policies.queries import rule_book
from app.web.database import Db
from app.web.downloads import download

router = APIRouter()
Shown = Annotated[Plan, Depends(PlanGate("plan:read"))]


@router.post("/plans/{plan_id}/document", name="plans.document")
def make_document(request: Request, db: Db, plan: Shown) -> Response:
    name = rule_book(db).entry(plan.rule_code).rule.name
    content = filling.rendered(db, document.PLAN, document.content_of(plan, name))
    audit.record(db, request.state.actor, "plan.downloaded", plan)
    return download(content, name=document.file_name(plan), media_type=filling.DOCX)
