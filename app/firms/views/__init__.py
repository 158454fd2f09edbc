"""The pages of firms, a module for each thing they are about."""

from fastapi import APIRouter

from app.firms.views import assignments, contacts, files, identity, listing, marks, saved, timeline

PARTS = (listing, identity, contacts, assignments, files, marks, timeline, saved)

router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])
