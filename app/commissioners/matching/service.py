"""Solving a matching and keeping it, and what is decided about each pairing: taken, given to another, or to nobody."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import Unit, User
from app.commissioners.matching import features, queries
from app.commissioners.matching.forms import DecisionFields, MatchingFields
from app.commissioners.matching.models import Matching, Pairing, PairingState
from app.commissioners.models import Commissioner
from app.commissioners.queries import load_of
from app.commissioners.selection.models import SelectionRound
from app.core import clock
from app.core.db import lock
from app.core.errors import Conflict, FieldError, Stale
from app.firms import service as firms
from app.firms.forms import AssignmentFields
from app.firms.models import Assignment, Firm, FirmState

if TYPE_CHECKING:
    from app.commissioners.matching.solve import Runner

NOBODY_CAN = "没有可以派驻的专员：在任、有账号、申报过利益关系、没有到上限的才参加匹配。请到专员名册补齐。"
Firms = Sequence[features.Firm]
People = Sequence[features.Person]


def match(db: Session, actor: User, fields: MatchingFields) -> Matching:
    """Solve who should look after which firm, and keep the solution with its reasons.

    Raises:
        FieldError: there is nobody to send, or no firm without somebody.
    """
    unit, found = _chosen(db, fields)
    able, unable = queries.people_to_send(db, fields.starts_on, fields.round_id)
    if not able:
        raise FieldError("round_id", NOBODY_CAN)
    wanting = queries.firms_without(db, fields.starts_on, unit)
    if not wanting:
        raise FieldError("unit_id", "这个范围里的在营企业都已有专员。")
    of_whom = f"“{found}”聘任的专员" if found else "全部在任专员"
    matching = Matching(
        scope=f"{unit.name if unit else '全区'}没有专员的企业，{of_whom}",
        starts_on=fields.starts_on,
        left_out=[list(each) for each in unable],
        made_at=clock.now(),
        made_by_id=actor.id,
    )
    suggested = _solved(db, matching, wanting, able)
    told = {"企业": len(wanting), "专员": len(able), "建议": suggested, "开始日期": fields.starts_on}
    audit.record(db, actor, "matching.made", matching, changes=told)
    return matching


def decide(db: Session, actor: User, pairing: Pairing, fields: DecisionFields) -> Pairing:
    """Take a suggestion, send somebody else, or nobody; the latter two with a reason that the trail keeps.

    Raises:
        Stale: somebody else has decided.
        Conflict: it was decided already, or the firm has somebody by now.
        FieldError: the reason is missing, or the person cannot be sent.
    """
    lock(db, "assignment")
    db.refresh(pairing, with_for_update={"of": Pairing})
    if fields.version != pairing.version:
        raise Stale(pairing)
    check_open(db, pairing)
    match fields.decision:
        case "accept":
            _send(db, actor, pairing, pairing.commissioner)
            _close(db, actor, pairing, PairingState.ACCEPTED, pairing.commissioner, "")
        case "change":
            person = _other(db, pairing, fields)
            _send(db, actor, pairing, person)
            _close(db, actor, pairing, PairingState.CHANGED, person, fields.reason)
        case "decline":
            if not fields.reason:
                raise FieldError("reason", "不派请写明原因。")
            _close(db, actor, pairing, PairingState.DECLINED, None, fields.reason)
    return pairing


def accept_all(db: Session, actor: User, matching: Matching) -> tuple[int, list[str]]:
    """Take every suggestion that is open still: how many, and why the others could not be taken."""
    lock(db, "assignment")
    taken, refused = 0, []
    for pairing in db.scalars(queries.pairings_of(matching.id, PairingState.OPEN.code)).all():
        try:
            check_open(db, pairing)
            _send(db, actor, pairing, pairing.commissioner)
        except (Conflict, FieldError) as refusal:
            refused.append(f"{pairing.firm.name}：{refusal.message}")
        else:
            _close(db, actor, pairing, PairingState.ACCEPTED, pairing.commissioner, "")
            taken += 1
    return taken, refused


def check_open(db: Session, pairing: Pairing) -> None:
    if pairing.state is not PairingState.OPEN:
        raise Conflict(f"这条建议已经办理，结果是“{pairing.state}”。")
    if pairing.firm.merged_into_id is not None or pairing.firm.state is not FirmState.OPEN:
        raise Conflict("这家企业已经并入别的企业，或不再在营，不能派驻。")
    day = _first_day(pairing)
    lasting = Assignment.ends_on.is_(None) | (Assignment.ends_on >= day)
    now = sa.select(Assignment.id).where(Assignment.firm_id == pairing.firm_id, lasting)
    if db.scalar(now.limit(1)):
        raise Conflict("匹配之后这家企业已经派驻了专员。要换人请到企业页交接。")


def _chosen(db: Session, fields: MatchingFields) -> tuple[Unit | None, SelectionRound | None]:
    unit = db.get(Unit, fields.unit_id) if fields.unit_id else None
    found = db.get(SelectionRound, fields.round_id) if fields.round_id else None
    if fields.unit_id and unit is None:
        raise FieldError("unit_id", "请从列表中选择。")
    if fields.round_id and found is None:
        raise FieldError("round_id", "请从列表中选择。")
    return unit, found


def _solved(db: Session, matching: Matching, wanting: Firms, able: People) -> int:
    """Solve, and keep what comes out; how many firms somebody is suggested for."""
    from app.commissioners.matching.solve import Person, runners_up, solve  # noqa: PLC0415 - brings numpy and scipy

    pairs = [[features.compare(firm, person) for person in able] for firm in wanting]
    points = [[pair.points for pair in row] for row in pairs]
    slots = [Person(features.ease_of(person)) for person in able]
    best = solve(points, slots)
    runners = runners_up(points, slots, best)
    matching.total, matching.unmatched = best.total, _unmatched(wanting, points, best.chosen)
    matching.people = [[each.name, _share(each, at, best.chosen)] for at, each in enumerate(able)]
    db.add(matching)
    db.flush()  # the pairings need its number
    for at, runner in runners.items():
        options = [_option(person, pair) for person, pair in zip(able, pairs[at], strict=True)]
        db.add(_pairing(matching, wanting[at], able, best.chosen[at] or 0, runner, options))
    db.flush()
    return len(runners)


def _pairing(
    matching: Matching, firm: features.Firm, able: People, chosen: int, runner: "Runner", options: list[list[object]]
) -> Pairing:
    return Pairing(
        matching_id=matching.id,
        firm_id=firm.number,
        commissioner_id=able[chosen].number,
        points=options[chosen][1],
        options=options,
        other_id=None if runner.chosen is None else able[runner.chosen].number,
        loss=runner.loss,
        state=PairingState.OPEN,
    )


def _option(person: features.Person, pair: features.Pair) -> list[object]:
    return [person.number, pair.points, [[each.points, each.sentence] for each in pair.features]]


def _share(person: features.Person, at: int, chosen: Sequence[int | None]) -> str:
    more = sum(each == at for each in chosen)
    return f"现有 {person.load} 家，建议新增 {more} 家，最多 {person.most} 家"


def _unmatched(
    wanting: Firms, points: Sequence[Sequence[int | None]], chosen: Sequence[int | None]
) -> list[list[object]]:
    """Firms that nobody is suggested for: because nobody fits, or because those who do have enough."""
    return [
        [firm.number, "合适的专员都已排满" if any(each is not None for each in row) else "没有专员与它有共同点"]
        for firm, row, person in zip(wanting, points, chosen, strict=True)
        if person is None
    ]


def _other(db: Session, pairing: Pairing, fields: DecisionFields) -> Commissioner:
    person = db.get(Commissioner, fields.commissioner_id) if fields.commissioner_id else None
    if person is None:
        raise FieldError("commissioner_id", "请选择改派给谁。")
    if person.id == pairing.commissioner_id:
        raise FieldError("commissioner_id", f"建议的就是{person.name}，请直接采纳。")
    if not fields.reason:
        raise FieldError("reason", "改派请写明为什么不用建议的人选，以备查考。")
    return person


def _send(db: Session, actor: User, pairing: Pairing, person: Commissioner) -> None:
    day = _first_day(pairing)
    if person.user_id is None:
        raise FieldError("commissioner_id", f"{person.name}还没有登录账号，不能派驻。")
    carried = load_of(db, person.user_id, day)
    if carried >= person.most_firms:
        raise FieldError("commissioner_id", f"{person.name}已派驻 {carried} 家，到了上限，请改派他人或在名册中调整。")
    firm = db.get_one(Firm, pairing.firm_id)
    try:
        firms.assign_commissioner(db, actor, firm, AssignmentFields(user_id=person.user_id, starts_on=day))
    except FieldError as refusal:
        raise FieldError("commissioner_id", refusal.message) from refusal


def _close(
    db: Session, actor: User, pairing: Pairing, state: PairingState, person: Commissioner | None, reason: str
) -> None:
    pairing.state, pairing.decided, pairing.reason = state, person, reason
    pairing.decided_at, pairing.decided_by_id = clock.now(), actor.id
    db.flush()
    told = {"建议": pairing.commissioner.name, "结果": state, "派驻": person.name if person else None, "原因": reason}
    audit.record(db, actor, "pairing.decided", pairing, changes={name: each for name, each in told.items() if each})


def _first_day(pairing: Pairing) -> date:
    """The day that was matched for, or today where that is over."""
    return max(pairing.matching.starts_on, clock.today())
