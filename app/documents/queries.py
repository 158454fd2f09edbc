"""Reading which template is in use."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.documents.models import DocumentTemplate


def templates_in_use(db: Session) -> dict[str, DocumentTemplate]:
    """Kind → the template that staff put in place of ours."""
    wanted = sa.select(DocumentTemplate).where(DocumentTemplate.ended_at.is_(None))
    whole = wanted.options(joinedload(DocumentTemplate.kept_by)).order_by(DocumentTemplate.id)
    return {template.kind: template for template in db.scalars(whole)}


def template_in_use(db: Session, kind: str) -> DocumentTemplate | None:
    return templates_in_use(db).get(kind)
