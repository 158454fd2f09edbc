"""The job behind a forecast: bring checks up to date, search proposals firm by firm, then write down what follows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks.service import count_behind, refresh_some
from app.checks.sheet import sheet_of
from app.core import clock, db
from app.core.errors import Conflict
from app.firms.models import Firm, FirmState
from app.forecasts import queries
from app.forecasts.models import Forecast, ForecastFirm, ForecastTarget, Proposal
from app.forecasts.outlook import Expected, Known, Outlook, Task, Way, outlook, questions, to_search
from app.forecasts.service import JOB
from app.jobs import service as jobs
from app.jobs.kinds import register
from app.jobs.run import Run
from app.policies.queries import Entry, rule_book
from app.rules import Anchors, find_gaps
from app.rules.gaps import is_ruled_out
from app.titles.certifying import Procedure
from app.titles.stock import held_until

ROWS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Setting:
    """One target with the rule that decides it and all that is known of the firms in scope."""

    target_id: int
    task: Task
    entry: Entry
    book: str
    known: Known
    most_searched: int


@register(JOB, "达标推演", permission="forecast:write")
def compute(run: Run) -> None:
    """What an earlier attempt found is still there and is not searched for again."""
    _bring_checks_up_to_date(run)
    with db.reading() as session:
        ids = [each.id for each in _forecast(session, run).targets]
    for place, target_id in enumerate(ids, 1):
        _search(run, target_id, f"（目标 {place}/{len(ids)}）" if len(ids) > 1 else "")
    _conclude(run)


def _forecast(session: Session, run: Run) -> Forecast:
    found = queries.forecast(session, run.arguments["forecast"])
    if found is None:
        raise Conflict("这个推演已不存在。")
    return found


def _bring_checks_up_to_date(run: Run) -> None:
    with db.reading() as session:
        behind = count_behind(session)
    done = 0
    while done < behind and (some := refresh_some()):
        done += some
        run.say("正在补齐落后的体检。", done=min(done, behind), total=behind)


def _setting(session: Session, target: ForecastTarget) -> Setting:
    """Everything a target hangs on, read in a fixed number of statements."""
    forecast, book, today = target.forecast, rule_book(session), clock.today()
    entry = queries.judged_kinds(session).get(target.kind)
    version = entry.rule.version_on(today) if entry else None
    if entry is None or version is None:
        raise Conflict(f"规则库里没有正在施行的“{target.label}”认定标准，不能推演。")
    procedure = Procedure(version.window, forecast.handling, queries.term_of(target.kind))
    known = Known(
        firms=queries.firms_of(session, forecast.unit),
        titles=queries.titles_of(session, target.kind, forecast.unit),
        standings=queries.standings_of(session, entry.rule.code, forecast.unit),
        proposals=queries.proposals_of(session, entry.rule.code, book.digest, today),
    )
    task = Task(target.kind, target.count, today, forecast.until, procedure)
    return Setting(target.id, task, entry, book.digest, known, forecast.most_searched)


def _settings(session: Session, run: Run) -> Iterator[Setting]:
    for target in _forecast(session, run).targets:
        yield _setting(session, target)


def _search(run: Run, target_id: int, which: str) -> None:
    with db.reading() as session:
        setting = _setting(session, next(each for each in _forecast(session, run).targets if each.id == target_id))
    wanted = to_search(setting.task, setting.known, setting.most_searched)
    for done, firm_id in enumerate(wanted):
        name = setting.known.firms[firm_id].name
        run.say(f"正在推算“{name}”的差距{which}。", done=done, total=len(wanted))
        found = _propose(setting, firm_id)
        with run.step() as (session, _):
            _keep(session, found)


def _propose(setting: Setting, firm_id: int) -> Proposal:
    """What one firm could do; the proof that nothing is quick enough is tried first, because it costs next to nothing.

    The firm is read anew: what is kept must be what its revision stands for.
    """
    task, rule = setting.task, setting.entry.rule
    with db.reading() as session:
        firm = session.get_one(Firm, firm_id)
        sheet = sheet_of(session, firm)
    found = Proposal(firm_id=firm_id, rule_code=rule.code, revision=firm.revision, book=setting.book, day=task.today)
    anchors, months = Anchors(task.today, task.today), task.months_left or 0
    if is_ruled_out(rule, sheet, anchors, months=months, until=task.until):
        found.ruled_months, found.ruled_until = months, task.until
    else:
        found.ways = [Way.of(gap).kept() for gap in find_gaps(rule, sheet, anchors)]
    return found


def _keep(session: Session, found: Proposal) -> None:
    same = Proposal.firm_id == found.firm_id, Proposal.rule_code == found.rule_code
    db.lock(session, f"proposal:{found.firm_id}")
    session.execute(sa.delete(Proposal).where(*same))
    session.add(found)


def _conclude(run: Run) -> None:
    """Work everything out from one reading, then write it in one step with the end of the job."""
    run.say("正在汇总。")
    with db.reading() as session:
        drawn = [(each, outlook(each.task, each.known)) for each in _settings(session, run)]
        extra = {each.target_id: _extra(session, run, each) for each, _ in drawn}
        state = queries.scope_state(session, _forecast(session, run).unit)
    with run.step() as (session, job):
        forecast = _forecast(session, run)
        for setting, found in drawn:
            target = next(each for each in forecast.targets if each.id == setting.target_id)
            _write(session, target, setting, found, extra[target.id])
        forecast.firms, forecast.revisions = state
        forecast.book, forecast.day = drawn[0][0].book, drawn[0][0].task.today
        forecast.computed_at = clock.now()
        job.done = job.total = sum(len(found.expected) for _, found in drawn)
        jobs.finish(
            job, "推演完成。", route="forecasts.show", parameters={"forecast_id": forecast.id}, label="查看推演结果"
        )


def _extra(session: Session, run: Run, setting: Setting) -> dict[str, Any]:
    """What is only told: firms that hold the title but do not count, and the words of the rule about declaring."""
    forecast = _forecast(session, run)
    away = sa.select(Firm.id).where(queries.in_scope(forecast.unit), Firm.state != FirmState.OPEN)
    gone = set(session.scalars(away))
    held = [firm for firm in gone if held_until(setting.known.titles.get(firm, ()), setting.task.today)]
    window = setting.task.procedure.window
    return {"away": len(held), "window": window.note if window else "", "rule": setting.entry.rule.code}


def _write(session: Session, target: ForecastTarget, setting: Setting, found: Outlook, extra: dict[str, Any]) -> None:
    selection = found.selection
    target.reach = selection.reach
    left = setting.task.months_left
    target.outcome = {
        **extra,
        **found.series,
        "today": _held_on(setting.known, setting.task.today),
        "kept": found.kept,
        "need": max(0, target.count - found.kept),
        "short": selection.short,
        "short_surely": selection.short_surely,
        "most": selection.most,
        "candidates": len(selection.chosen) + len(selection.spare),
        "unsearched": found.unsearched,
        "closed": found.closed,
        "months_left": left,
        "in_scope": len(setting.known.firms),
        "questions": [vars(each) for each in questions(found.expected)],
    }
    session.execute(sa.delete(ForecastFirm).where(ForecastFirm.target_id == target.id))
    rows = list(_rows(target.id, found))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        session.execute(sa.insert(ForecastFirm), rows[start : start + ROWS_AT_ONCE])


def _held_on(known: Known, day: date) -> int:
    return sum(held_until(known.titles.get(firm, ()), day) is not None for firm in known.firms)


def _rows(target_id: int, found: Outlook) -> Iterator[dict[str, Any]]:
    """Candidates in the order in which they were chosen, then everybody else in the order of names."""
    chosen = {each.firm_id for each in found.selection.chosen}
    order = (*found.selection.chosen, *found.selection.spare)
    places = {each.firm_id: place for place, each in enumerate(order)}
    for each in found.expected:
        yield _row(target_id, each, chosen, places.get(each.firm.id, len(order)))


def _row(target_id: int, each: Expected, chosen: Iterable[int], position: int) -> dict[str, Any]:
    candidate = each.candidate
    return {
        "target_id": target_id,
        "firm_id": each.firm.id,
        "fate": each.fate,
        "chosen": each.firm.id in chosen,
        "position": position,
        "lead_months": candidate.lead_months if candidate else None,
        "effort": candidate.effort if candidate else None,
        "issued_on": candidate.issued_on if candidate else None,
        "lapses_on": None if each.lapses_on == date.max else each.lapses_on,
        "summary": each.summary,
        "ways": [way.words for way in each.ways],
        "asks": [dict(one) for one in each.asks],
    }
