"""The pages of accounts: signing in, passwords, one's own account, users, units, the audit trail."""

from fastapi import APIRouter

from app.accounts.views import account, events, factor, passwords, sign_in, units, users

PARTS = (sign_in, passwords, factor, account, users, units, events)

router = APIRouter(routes=[route for part in PARTS for route in part.router.routes])

__all__ = ["router"]
