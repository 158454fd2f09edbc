"""Asking for a forecast, and asking the same again; the work itself is a job."""

from datetime import date

from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import Unit, User
from app.core import clock
from app.core.errors import Conflict, FieldError
from app.forecasts import queries
from app.forecasts.forms import ForecastFields
from app.forecasts.models import Forecast, ForecastTarget
from app.jobs import service as jobs
from app.jobs.models import Job
from app.titles.stock import month_ends

JOB = "forecast.compute"
MONTHS_AHEAD = 60


def days_ahead() -> tuple[date, ...]:
    """The days a forecast may look at: the end of this month, and of sixty more."""
    today = clock.today()
    return month_ends(today, date(today.year + MONTHS_AHEAD // 12, today.month, 1))


def make_forecast(db: Session, actor: User, fields: ForecastFields) -> Forecast:
    """Write down what is asked, and have it computed. FieldError beside whatever cannot be forecast."""
    asked = _check_targets(db, fields)
    made = Forecast(
        name=fields.name,
        unit_id=_check_unit(db, fields.unit_id),
        until=_check_day(fields.until),
        handling=fields.handling,
        most_searched=fields.most_searched,
        made_by_id=actor.id,
        made_at=clock.now(),
        targets=[ForecastTarget(position=place, kind=kind, count=count) for place, kind, count in asked],
    )
    return _enqueue(db, actor, made)


def renew_forecast(db: Session, actor: User, old: Forecast) -> Forecast:
    """The same question on today's facts, as a new forecast beside the old. Conflict once its day is over."""
    check_can_renew(db, old)
    made = Forecast(
        name=old.name,
        unit_id=old.unit_id,
        until=old.until,
        handling=old.handling,
        most_searched=old.most_searched,
        made_by_id=actor.id,
        made_at=clock.now(),
        targets=[ForecastTarget(position=each.position, kind=each.kind, count=each.count) for each in old.targets],
    )
    return _enqueue(db, actor, made)


def can_renew(db: Session, old: Forecast) -> bool:
    return old.until >= clock.today() and not is_under_way(db, old)


def check_can_renew(db: Session, old: Forecast) -> None:
    if old.until < clock.today():
        raise Conflict("目标日期已过，不能重新推演。请新建一个推演。")
    if is_under_way(db, old):
        raise Conflict("这个推演还在进行，请等它完成。")


def is_under_way(db: Session, forecast: Forecast) -> bool:
    job = job_of(db, forecast) if forecast.computed_at is None else None
    return job is not None and job.is_under_way


def job_of(db: Session, forecast: Forecast) -> Job | None:
    """The job that computes or computed a forecast; None once it has been tidied away."""
    return db.get(Job, forecast.job_id) if forecast.job_id else None


def _enqueue(db: Session, actor: User, made: Forecast) -> Forecast:
    db.add(made)
    db.flush()  # the job needs its id
    job = jobs.enqueue(db, actor, JOB, title=f"达标推演：{made.name}", arguments={"forecast": made.id})
    made.job_id = job.id
    targets = "；".join(each.words for each in made.targets)
    changes = {"目标": targets, "范围": _scope_of(db, made), "截止日": made.until}
    audit.record(db, actor, "forecast.made", made, changes=changes)
    return made


def _scope_of(db: Session, made: Forecast) -> str:
    unit = db.get(Unit, made.unit_id) if made.unit_id else None
    return unit.name if unit else "全区"


def _check_targets(db: Session, fields: ForecastFields) -> list[tuple[int, str, int]]:
    kinds = queries.judged_kinds(db)
    found: list[tuple[int, str, int]] = []
    for place, kind, count in fields.asked():
        if kind not in kinds:
            raise FieldError(f"kind_{place}", "请从列表中选择资质；没有认定标准的资质不能推演。")
        if count is None:
            raise FieldError(f"count_{place}", "请填写目标家数，或把这一行的资质也留空。")
        if any(kind == other for _, other, _ in found):
            raise FieldError(f"kind_{place}", "这种资质前面已有目标，同一种资质只能设一个目标。")
        found.append((place, kind, count))
    return found


def _check_unit(db: Session, unit_id: int | None) -> int | None:
    if unit_id is not None and db.get(Unit, unit_id) is None:
        raise FieldError("unit_id", "没有这个单位，请从列表中重新选择。")
    return unit_id


def _check_day(month: str) -> date:
    for day in days_ahead():
        if day.strftime("%Y-%m") == month:
            return day
    raise FieldError("until", f"请从列表中选择月份，从本月到 {MONTHS_AHEAD // 12} 年之后。")
