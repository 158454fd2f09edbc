"""Reading targets and their actual values."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from app.core.address import ListSearch, asked, one_of
from app.core.errors import NotFound
from app.firms.names import plain
from app.library.models import Provision
from app.policies.models import Policy
from app.targets.models import Actual, Target
from app.targets.progress import TargetState

# Whose plans a list shows: those of this district, or what other districts plan.
OTHER = "other"
WHOSE = (("", "本区方案"), (OTHER, "其他区县示例"))


@dataclass(frozen=True)
class TargetSearch(ListSearch):
    """What a list of targets is narrowed to; `year` is “every” for those of every year."""

    whose: str = asked(one_of(lambda: dict(WHOSE)))
    policy: str = asked(str)
    year: str = asked(str)
    q: str = asked(str)
    state: str = asked(one_of(TargetState.codes))

    @property
    def other(self) -> bool:
        """Whether the plans of other districts are looked at."""
        return self.whose == OTHER


def targets(db: Session, *, policy_id: int | None = None) -> list[Target]:
    """Every target that is followed, plan by plan in the order of the text."""
    wanted = sa.select(Target).where(Target.withdrawn_at.is_(None)).options(*_whole())
    if policy_id is not None:
        wanted = wanted.where(Target.policy_id == policy_id)
    return list(db.scalars(wanted.order_by(Target.policy_id, Target.position, Target.id)))


def _whole() -> tuple[ORMOption, ...]:
    return joinedload(Target.policy), joinedload(Target.repeats), joinedload(Target.parent)


def narrowed(found: Iterable[Target], wanted: TargetSearch) -> list[Target]:
    """The targets that a filter asks for; the state is judged elsewhere."""
    return [target for target in found if _is_wanted(target, wanted)]


def _is_wanted(target: Target, wanted: TargetSearch) -> bool:
    if target.is_own is wanted.other:
        return False
    if wanted.policy and str(target.policy_id) != wanted.policy:
        return False
    if wanted.year and wanted.year != ("every" if target.every_year else str(target.year or "")):
        return False
    return not wanted.q or plain(wanted.q) in plain(f"{target.scope}{target.indicator}")


def policies_of(found: Iterable[Target]) -> list[Policy]:
    """The plans that targets stand in, in order."""
    return list({target.policy_id: target.policy for target in found}.values())


def target(db: Session, target_id: int) -> Target | None:
    return db.scalar(sa.select(Target).where(Target.id == target_id).options(*_whole()))


def target_at(db: Session, code: str) -> Target | None:
    """The target of the seeds under a code."""
    return db.scalar(sa.select(Target).where(Target.code == code))


def target_from(db: Session, provision: Provision, policy_id: int) -> Target | None:
    """The target that a provision made, or that the same provision of an earlier version made."""
    made = db.scalar(sa.select(Target).where(Target.provision_id == provision.id))
    if made is not None:
        return made
    body = provision.body
    same = sa.select(Target).where(
        Target.policy_id == policy_id,
        Target.path == provision.path,
        Target.indicator == body["indicator"],
        Target.scope == body["scope"],
        Target.measure == body["measure"],
        Target.every_year == body["every_year"],
        Target.year.is_(None) if body["year"] is None else Target.year == body["year"],
        Target.provision_id.is_distinct_from(provision.id),
        ~sa.exists().where(Provision.id == Target.provision_id, Provision.text_id == provision.text_id),
    )
    return db.scalar(same.order_by(Target.id).limit(1))


def children(db: Session, target: Target) -> list[Target]:
    """The parts of a group, in the order of the plan."""
    parts = sa.select(Target).where(Target.parent_id == target.id, Target.withdrawn_at.is_(None))
    return list(db.scalars(parts.options(*_whole()).order_by(Target.position, Target.id)))


def actuals(db: Session, target_ids: Iterable[int]) -> dict[int, list[Actual]]:
    """Target → the values that stand, the earliest first."""
    statement = sa.select(Actual).where(Actual.target_id.in_(set(target_ids)), Actual.superseded_at.is_(None))
    found: dict[int, list[Actual]] = {}
    for actual in db.scalars(statement.order_by(Actual.day, Actual.id)):
        found.setdefault(actual.target_id, []).append(actual)
    return found


def history(db: Session, target_id: int) -> Sequence[Actual]:
    """Every value ever reported, the latest day first; what was superseded too."""
    statement = sa.select(Actual).where(Actual.target_id == target_id).options(joinedload(Actual.recorded_by))
    return db.scalars(statement.order_by(Actual.day.desc(), Actual.id.desc())).all()


def actual_of(db: Session, target: Target, actual_id: int, *, held: bool = False) -> Actual:
    """A standing value of a target; `held` keeps it from others for a change; NotFound where it no longer stands."""
    mine = sa.select(Actual).where(
        Actual.id == actual_id, Actual.target_id == target.id, Actual.superseded_at.is_(None)
    )
    actual = db.scalar(mine.with_for_update(of=Actual) if held else mine)
    if actual is None:
        raise NotFound("这个实际值不存在，或刚被他人更正。请返回目标页查看现在的值。")
    return actual


def latest_of(db: Session, target: Target, actual_id: int) -> Actual | None:
    """The value that stands on the day of one that was replaced; None where none was, or where it was taken back."""
    gone = db.scalar(sa.select(Actual).where(Actual.id == actual_id, Actual.target_id == target.id))
    return standing_on(db, target, gone.day) if gone is not None else None


def standing_on(db: Session, target: Target, day: object) -> Actual | None:
    mine = Actual.target_id == target.id, Actual.day == day, Actual.superseded_at.is_(None)
    return db.scalar(sa.select(Actual).where(*mine))
