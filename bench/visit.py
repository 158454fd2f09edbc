"""Somebody signed in, asking the real application for pages: the time each takes, and its statements."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
import sqlalchemy as sa

from app.accounts.models import SignedIn, User
from app.core import clock, db
from app.main import create_app
from app.settings import settings

HEADERS = {"sec-fetch-site": "same-origin", "user-agent": "bench"}
COOKIE = "s"


@dataclass(frozen=True)
class Timed:
    """One page asked for repeatedly: seconds in ascending order, of the processor on average; statements; bytes."""

    seconds: tuple[float, ...]
    processor: float
    statements: int
    size: int

    def percentile(self, share: float) -> float:
        return self.seconds[min(len(self.seconds) - 1, int(share * len(self.seconds)))]


def sign_in(username: str) -> str:
    """A live session's token for the cookie."""
    token, moment = secrets.token_urlsafe(32), clock.now()
    with db.writing() as session:
        user = session.scalars(sa.select(User).where(User.username == username)).one()
        session.add(
            SignedIn(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                user_id=user.id,
                started_at=moment,
                seen_at=moment,
                address="127.0.0.1",
                browser="bench",
            )
        )
    return token


def visit(token: str, addresses: Sequence[str], runs: int) -> Iterator[tuple[str, Timed]]:
    """Every address so many times, after two to warm up; AssertionError where one is not answered with a page."""
    transport = httpx2.ASGITransport(create_app(), raise_app_exceptions=True)
    cookies, origin = {COOKIE: token}, settings().public_origin
    with asyncio.Runner() as loop:
        client = httpx2.AsyncClient(transport=transport, base_url=origin, cookies=cookies, headers=HEADERS)
        for address in addresses:
            yield address, loop.run(_repeat(client, address, runs))
        loop.run(client.aclose())


async def _repeat(client: httpx2.AsyncClient, address: str, runs: int) -> Timed:
    with counted() as asked:
        first = await client.get(address)
    assert first.status_code == 200, f"{first.status_code} for {address}"
    await client.get(address)
    seconds, used = [], time.process_time()
    for _ in range(runs):
        start = time.perf_counter()
        await client.get(address)
        seconds.append(time.perf_counter() - start)
    used = (time.process_time() - used) / runs
    return Timed(tuple(sorted(seconds)), used, len(asked), len(first.content))


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that are asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            asked.append(statement)

    sa.event.listen(db.engine(), "before_cursor_execute", note)
    yield asked
    sa.event.remove(db.engine(), "before_cursor_execute", note)
