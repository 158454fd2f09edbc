"""The certificates of the firms of a list as a file, with their state today; it can be imported again."""

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core import clock
from app.exports.listing import Column, Drawn, Value, register
from app.facts.record_exports import SOURCE
from app.firms.exports import draw_entries
from app.rules.vocabulary import TITLES
from app.titles.models import Title
from app.titles.queries import newest_first
from app.titles.shown import show_titles

HEADING = (
    Column("资质", width=24),
    Column("证书编号", width=22),
    Column("状态", width=10),
    Column("剩余", width=16),
    Column("认定日期", "day", 14),
    Column("有效期止", "day", 14),
    Column("认定机关", width=24),
    Column("撤销日期", "day", 14),
    Column("撤销原因", width=24),
    *SOURCE,
)


def draw(db: Session, actor: User, query: str) -> Drawn:
    """The standing certificates of the firms that a list's address shows this person, past and revoked ones too."""
    return draw_entries(db, actor, query, newest_first(), heading=HEADING, lines=_lines)


def _lines(titles: Sequence[Title]) -> Iterable[tuple[Value, ...]]:
    for shown in show_titles(titles, clock.today()):
        title = shown.title
        terms = title.issued_on, title.valid_until, title.authority, title.revoked_on, title.revoke_reason
        yield title.label, title.number, shown.word, shown.left, *terms, title.source.label, title.source_note


CERTIFICATES = register(TITLES, "资质", permission="firm:list", draw=draw, of_firms=True)
