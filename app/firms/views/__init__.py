"""The pages of firms, a module for each thing they are about."""

from fastapi import APIRouter

from app.firms.views import assignments, contacts, files, identity, listing, marks, saved, timeline

router = APIRouter()
for part in (listing, identity, contacts, assignments, files, marks, timeline, saved):
    router.include_router(part.router)
