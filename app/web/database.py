"""One request, one transaction: committed before the answer leaves, rolled back when the view raises."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Annotated

import anyio
from anyio.lowlevel import RunVar
from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from sqlalchemy.orm import Session

from app.core import db
from app.core.errors import Unavailable
from app.web.forms import SAFE, read_posted

# A request runs in several steps, each on a thread of its own. Were more of them under way than there are threads,
# one that holds SQLite's write lock could wait for a thread while all the threads wait for its lock.
MOST_AT_ONCE = 12
LONGEST_QUEUE = 10
BUSY = "现在使用的人太多，内容没有保存，请稍等几秒再试。"
_ADMITTED: RunVar[anyio.CapacityLimiter] = RunVar("requests admitted to the database")


async def open_session(request: Request) -> AsyncIterator[Session]:
    """A session that may write only where the method may change something.

    One dependency rather than three that rest on each other: FastAPI looks each of them through for every route anew.
    """
    await read_posted(request)  # a slow upload must not keep others waiting
    async with admitted(), contextmanager_in_threadpool(_transaction(request)) as session:
        yield session


# With FastAPI's default scope the commit would come after the response was sent: the browser could follow
# a redirect to a row that is not there yet, and a failed commit would already have said "saved".
Db = Annotated[Session, Depends(open_session, scope="function")]


@asynccontextmanager
async def admitted() -> AsyncIterator[None]:
    """Let a few requests at a time on to the database; whoever waits too long is told so."""
    limiter = _limiter()
    try:
        with anyio.fail_after(LONGEST_QUEUE):
            await limiter.acquire()
    except TimeoutError as error:
        raise Unavailable(BUSY) from error
    try:
        yield
    finally:
        limiter.release()


def _transaction(request: Request) -> AbstractContextManager[Session]:
    return db.reading() if request.method in SAFE else db.writing()


def _limiter() -> anyio.CapacityLimiter:
    try:
        return _ADMITTED.get()
    except LookupError:
        made = anyio.CapacityLimiter(MOST_AT_ONCE)
        _ADMITTED.set(made)
        return made
