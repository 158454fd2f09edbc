"""More people at once than there are threads and connections: everybody is answered, nobody waits for a deadlock."""

import asyncio
from collections import Counter
from datetime import timedelta

import httpx2
import pytest
import sqlalchemy as sa

from app.accounts import sessions
from app.accounts.models import SignedIn
from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.web import database as admission
from tests.browser import HEADERS
from tests.conftest import served
from tests.factories import make_firm, make_user, sign_in_directly

MANY = 60


def test_a_rush_of_readers_and_writers_is_answered(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "LONGEST_QUEUE", 60)
    firm = make_firm()
    token = sign_in_directly(make_user(Role.BUREAU))
    # Everybody's presence is due to be noted, which takes the one writer's turn in every reading request.
    with database.writing() as session:
        session.execute(sa.update(SignedIn).values(seen_at=clock.now() - timedelta(minutes=5)))

    answers = asyncio.run(_rush(token, f"/firms/{firm.id}"))

    assert answers == Counter({200: MANY - MANY // 3, 303: MANY // 3})


async def _rush(token: str, firm: str) -> Counter[int]:
    transport = httpx2.ASGITransport(served(), raise_app_exceptions=False)
    headers = HEADERS | {"cookie": f"s={token}"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8321", timeout=60) as client:
        contact = {"csrf_token": sessions.form_token_for(token), "name": "张建国", "phone": "13800000000"}
        asked = [
            client.get(firm, headers=headers)
            if number % 3
            else client.post(f"{firm}/contacts", headers=headers, data=contact)
            for number in range(MANY)
        ]
        return Counter(answer.status_code for answer in await asyncio.gather(*asked))
