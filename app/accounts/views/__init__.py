"""The pages of accounts: signing in, passwords, one's own account, users, units, the audit trail."""

from fastapi import APIRouter

from app.accounts.views import account, events, factor, passwords, sign_in, units, users

router = APIRouter()
for part in (sign_in, passwords, factor, account, users, units, events):
    router.include_router(part.router)

__all__ = ["router"]
