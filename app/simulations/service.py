"""Keeping scenarios and computing them; a result is written once and never changed."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import audit
from app.accounts.models import User
from app.checks.queries import PoolState, pool_state
from app.core import clock
from app.core import db as database
from app.core.errors import NotFound, Stale
from app.jobs import service as jobs
from app.jobs.kinds import register
from app.jobs.models import Job
from app.jobs.run import Run
from app.policies.queries import RuleBook, rule_book
from app.rules import Anchors
from app.rules.vary import Place
from app.simulations import queries, scenarios
from app.simulations.computing import Computed, compute, rows_of
from app.simulations.forms import ScenarioFields, Value
from app.simulations.models import Scenario, SimulatedFirm, Simulation
from app.simulations.scenarios import Base
from app.simulations.shown import headline

# Above this a pool is computed in the background: its owner can leave the page.
MOST_AT_ONCE = 2_000
JOB = "scenario.compute"
INSERTED_AT_ONCE = 5_000
Changes = Mapping[Place, Value]


def create_scenario(db: Session, actor: User, base: Base, fields: ScenarioFields, changes: Changes) -> Scenario:
    """Keep a new scenario. FieldError where the rule language refuses a change."""
    scenarios.varied(base, changes)
    moment = clock.now()
    scenario = Scenario(
        rule_code=base.entry.rule.code,
        starts_on=base.version.starts,
        owner_id=actor.id,
        created_at=moment,
        changed_at=moment,
        **_values(base, fields, changes),
    )
    db.add(scenario)
    db.flush()  # the audit event needs its id
    audit.record(db, actor, "scenario.created", scenario, changes=_told(base, fields, changes))
    return scenario


def edit_scenario(
    db: Session, actor: User, scenario: Scenario, base: Base, fields: ScenarioFields, changes: Changes
) -> None:
    """Save a scenario anew; its earlier results stay.

    Raises:
        Stale: somebody else has saved it since the form was opened.
        FieldError: the rule language refuses a change.
    """
    database.lock(db, "scenario")
    db.refresh(scenario)
    if scenario.version != fields.version:
        raise Stale(scenario)
    scenarios.varied(base, changes)
    for name, value in _values(base, fields, changes).items():
        setattr(scenario, name, value)
    scenario.starts_on, scenario.changed_at = base.version.starts, clock.now()
    audit.record(db, actor, "scenario.edited", scenario, changes=_told(base, fields, changes))


def remove_scenario(db: Session, actor: User, scenario: Scenario) -> None:
    """Take a scenario off the list; its results stay readable for whoever has their address."""
    scenario.removed_at = clock.now()
    audit.record(db, actor, "scenario.removed", scenario)


def needs_a_job(db: Session) -> bool:
    """Whether the pool is so large that computing it should not keep anybody waiting."""
    return pool_state(db).firms > MOST_AT_ONCE


def enqueue(db: Session, actor: User, scenario: Scenario) -> Job:
    return jobs.enqueue(db, actor, JOB, title=f"测算“{scenario}”", arguments={"scenario": scenario.id})


def simulate(db: Session, actor: User, scenario: Scenario) -> Simulation:
    """Compute a scenario over the whole pool, as everything is known now.

    Raises:
        Conflict: the rule was changed since, so that the scenario no longer fits it.
    """
    return _Computing(db, scenario).keep(db, actor)


@register(JOB, "政策测算", permission="simulation:write")
def work(run: Run) -> None:
    """The same as a job: reading and judging hold no lock, the result is written in one step."""
    run.say("正在读取全库数据并测算。")
    with database.reading() as db:
        scenario = queries.scenario_of(db, run.arguments["scenario"])
        if scenario is None:
            raise NotFound("这个测算方案已删除，没有测算。")
        computing = _Computing(db, scenario)
    with run.step() as (db, job):
        made = computing.keep(db, run.owner(db))
        job.done = job.total = made.firms
        jobs.finish(
            job, f"已测算 {made.firms} 家企业。", route="simulations.result", parameters={"simulation_id": made.id}
        )


def why_outdated(db: Session, book: RuleBook, simulations: Iterable[Simulation]) -> dict[int, list[str]]:
    """Result → what has changed since it was computed, in words; nothing where it still holds."""
    state = pool_state(db)
    digests = {entry.rule.code: scenarios.digest_of(entry) for entry in book.entries}
    return {each.id: _changed_since(each, state, digests.get(each.scenario.rule_code, "")) for each in simulations}


def _changed_since(simulation: Simulation, state: PoolState, digest: str) -> list[str]:
    changed = {
        "企业数据在此后有变化": (simulation.firms, simulation.revisions) != state,
        "规则在此后改过": simulation.rule_digest != digest,
        "方案在此后改过": simulation.edition != simulation.scenario.version,
    }
    return [words for words, has in changed.items() if has]


class _Computing:
    """A scenario computed, ready to be kept."""

    def __init__(self, db: Session, scenario: Scenario) -> None:
        from app.checks.pool import read_pool  # noqa: PLC0415 - brings polars

        self.scenario_id, self.edition, self.budget = scenario.id, scenario.version, scenario.budget
        self.base = scenarios.base_of(rule_book(db), scenario)
        self.changes = scenarios.restored(self.base, scenario.changes)
        self.anchors = Anchors(scenario.as_of, scenario.as_of)
        self.known_at = clock.now()
        self.pool = read_pool(db)
        changed = scenarios.varied(self.base, self.changes)
        self.computed: Computed = compute(self.pool, self.base.entry.rule, changed, self.anchors)

    def keep(self, db: Session, actor: User) -> Simulation:
        """Write the result and its firms."""
        made = self._simulation(actor)
        db.add(made)
        db.flush()  # its rows refer to it
        rows = [{"simulation_id": made.id, **each} for each in rows_of(self.pool, self.computed)]
        for start in range(0, len(rows), INSERTED_AT_ONCE):
            db.execute(sa.insert(SimulatedFirm), rows[start : start + INSERTED_AT_ONCE])
        made.headline = headline(queries.tally(db, made).total)
        scenario = db.get_one(Scenario, self.scenario_id)
        told = {"count": made.firms, "基准日": made.as_of.isoformat()}
        audit.record(db, actor, "scenario.computed", scenario, changes=told)
        return made

    def _simulation(self, actor: User) -> Simulation:
        computed = self.computed
        return Simulation(
            scenario_id=self.scenario_id,
            edition=self.edition,
            rule_version_id=self.base.version_id,
            rule_digest=scenarios.digest_of(self.base.entry),
            as_of=self.anchors.facts_on,
            budget=self.budget,
            told=scenarios.told(self.base, self.changes),
            firms=self.pool.state.firms,
            revisions=self.pool.state.revisions,
            in_force_before=computed.in_force[0],
            in_force_after=computed.in_force[1],
            amount_before=computed.amounts[0],
            amount_after=computed.amounts[1],
            known_at=self.known_at,
            made_by_id=actor.id,
        )


def _values(base: Base, fields: ScenarioFields, changes: Changes) -> dict[str, Any]:
    return {
        "name": fields.name,
        "remarks": fields.remarks or None,
        "as_of": fields.as_of,
        "budget": fields.budget,
        "changes": scenarios.kept(base, changes),
    }


def _told(base: Base, fields: ScenarioFields, changes: Changes) -> dict[str, Any]:
    """What the trail tells of a scenario."""
    altered = "；".join(
        f"{each['label']}：{each['before']} → {each['after']}" for each in scenarios.told(base, changes)
    )
    return {
        "规则": base.entry.rule.name,
        "名称": fields.name,
        "基准日": fields.as_of.isoformat(),
        "改动": altered or "无",
    }
