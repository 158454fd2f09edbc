"""One request, one transaction: committed before the answer leaves, rolled back when the view raises."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.core import db
from app.web.forms import SAFE


def open_session(request: Request) -> Iterator[Session]:
    """A session that may write only where the method may change something."""
    with db.reading() if request.method in SAFE else db.writing() as session:
        yield session


# With FastAPI's default scope the commit would come after the response was sent: the browser could follow
# a redirect to a row that is not there yet, and a failed commit would already have said "saved".
Db = Annotated[Session, Depends(open_session, scope="function")]
