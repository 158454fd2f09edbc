"""What boards, radars and questions list, as files: the same rows as their pages, in the same order."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.checks.models import Standing
from app.core import clock
from app.core.address import row_number, values_in
from app.core.errors import NotFound
from app.core.paging import count
from app.exports.listing import Column, Drawn, Value, register
from app.facts.vocabulary import vocabulary
from app.firms.models import Firm
from app.policies.queries import rule_book
from app.reports import queries
from app.reports.wording import ANSWERS, LANES, STATES, question_words
from app.titles import ladder
from app.titles.models import Title

AT_ONCE = 500
FIRM = (Column("企业名称", width=36), Column("统一社会信用代码", width=22), Column("责任单位", width=20))
STANDING = (
    *FIRM,
    Column("规则", width=30),
    Column("结论", width=10),
    Column("条件", width=40),
    Column("还不知道", width=50),
)
EXPIRY = (
    *FIRM,
    Column("资质", width=24),
    Column("证书编号", width=22),
    Column("有效期至", "day", 14),
    Column("剩余天数", "number", 12),
)
QUESTIONS = (
    Column("还不知道", width=50),
    Column("年度", width=8),
    Column("由谁提供", width=20),
    Column("可定的结论", "number", 14),
)
BOARD = (*FIRM, Column("目前所在", width=20))


def draw_expiry(db: Session, actor: User, query: str) -> Drawn:
    """The titles of one lane of the radar, of one kind where the address names it."""
    given = values_in(query)
    lane, kind = given.get("lane", ""), given.get("kind", "")
    lane = lane if lane in LANES else queries.LANES[0]
    kinds = vocabulary().titles
    said = f"到期时间“{LANES[lane]}”" + (f"；资质种类“{kinds[kind].label}”" if kind in kinds else "")
    wanted = queries.expiring(actor, lane, kind)
    loaded = joinedload(Title.firm).joinedload(Firm.unit)
    return Drawn(EXPIRY, said, count(db, wanted), _rows(db, wanted.options(loaded), _expiry_row))


def draw_judged(db: Session, actor: User, query: str) -> Drawn:
    """The firms to which one rule gives one answer."""
    given = values_in(query)
    entry, answer = rule_book(db).entry(given.get("code", "")), given.get("answer", "")
    if answer not in ANSWERS:
        raise NotFound
    wanted = queries.judged(actor, entry.rule.code, answer)
    said = f"规则“{entry.rule.name}”；结论“{ANSWERS[answer]}”"
    return Drawn(STANDING, said, count(db, wanted), _standings(db, wanted))


def draw_questions(db: Session, actor: User, query: str) -> Drawn:  # noqa: ARG001 - the page is narrowed by nothing
    """What is best asked, by how many answers it would settle."""
    found = queries.open_questions(db, actor)
    rows = ((each.what, str(each.year) if each.year else None, each.by or None, each.answers) for each in found)
    return Drawn(QUESTIONS, "", len(found), rows)


def draw_answers(db: Session, actor: User, query: str) -> Drawn:
    """The answers that wait for one missing thing."""
    given = values_in(query)
    what, number = given.get("what", ""), row_number(given.get("year", ""))
    wanted = queries.rows_of_question(db, actor, what, number or None)
    return Drawn(STANDING, f"还不知道“{question_words(what, number)}”", count(db, wanted), _standings(db, wanted))


def draw_board(db: Session, actor: User, query: str) -> Drawn:
    """The firms behind one number of the board."""
    given = values_in(query)
    kind, state = vocabulary().titles.get(given.get("kind", "")), given.get("state", "")
    if kind not in queries.rungs() or kind is None or state not in STATES:
        raise NotFound
    wanted = queries.rows_on_board(actor, kind.code, state)
    ids = list(db.scalars(wanted.with_only_columns(Firm.id, maintain_column_froms=True)))
    return Drawn(BOARD, f"资质“{kind.label}”；名单“{STATES[state]}”", len(ids), _on_board(db, ids))


def _rows(
    db: Session, wanted: sa.Select[Title], row: Callable[[Title], tuple[Value, ...]]
) -> Iterator[tuple[Value, ...]]:
    return (row(each) for each in db.scalars(wanted.execution_options(yield_per=AT_ONCE)))


def _expiry_row(title: Title) -> tuple[Value, ...]:
    left = ladder.days_left(title, clock.today())
    return *_firm(title.firm), title.label, title.number, title.valid_until, left


def _standings(db: Session, wanted: sa.Select[Standing]) -> Iterator[tuple[Value, ...]]:
    names = {entry.rule.code: entry.rule.name for entry in rule_book(db).here()}
    loaded = wanted.options(joinedload(Standing.firm).joinedload(Firm.unit))
    for each in db.scalars(loaded.execution_options(yield_per=AT_ONCE)):
        missing = "；".join(question_words(one["what"], one["year"]) for one in each.missing)
        said = ANSWERS.get(each.answer, each.answer)
        yield *_firm(each.firm), names.get(each.rule_code, each.rule_code), said, each.summary, missing or None


def _on_board(db: Session, ids: list[int]) -> Iterator[tuple[Value, ...]]:
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        wanted = sa.select(Firm).where(Firm.id.in_(some)).options(joinedload(Firm.unit))
        found = {firm.id: firm for firm in db.scalars(wanted)}
        firms = [found[each] for each in some if each in found]
        stays = queries.stays_of(db, firms)
        for firm in firms:
            rung = stays[firm.id].rung
            yield *_firm(firm), rung.label if rung else "尚无资质"


def _firm(firm: Firm) -> tuple[Value, ...]:
    return firm.name, firm.credit_code, firm.unit.name if firm.unit else None


EXPIRING = register("expiry", "到期预警", permission=queries.READ, draw=draw_expiry)
JUDGED = register("judged", "体检结论", permission=queries.READ, draw=draw_judged)
ASKED = register("questions", "待问事项", permission=queries.READ, draw=draw_questions)
WAITING = register("answers", "等待一项的结论", permission=queries.READ, draw=draw_answers)
ON_BOARD = register("board", "梯度名单", permission=queries.READ, draw=draw_board)
