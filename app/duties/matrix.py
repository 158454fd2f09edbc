"""责任矩阵: clauses down, units across, each cell a unit's part; what stands for no unit of ours keeps its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.permissions import Scope
from app.duties import queries
from app.duties.models import Duty, DutyClause
from app.policies.models import Policy
from app.policies.queries import Entry, rule_book
from app.targets import queries as target_queries
from app.targets.models import Target

Key = int | str


@dataclass(frozen=True)
class Column:
    """One unit, or one name as written."""

    key: Key
    label: str

    @property
    def is_unit(self) -> bool:
        return isinstance(self.key, int)


@dataclass(frozen=True)
class Row:
    """One clause: who answers for it, which targets stand in it, which incentives it promises."""

    clause: DutyClause
    cells: dict[Key, Duty]
    targets: list[Target]
    incentives: list[Entry]


@dataclass(frozen=True)
class Matrix:
    """The matrix as one person sees it; `waiting` names nobody has decided about yet, `unmatched` stand for no unit.

    Both are empty for a unit that sees its own tasks only.
    """

    policy: Policy
    columns: list[Column]
    rows: list[Row]
    waiting: list[str]
    unmatched: list[str]

    @property
    def is_own(self) -> bool:
        return bool(self.policy.body.get("own"))


def matrix_of(db: Session, actor: User, policy: Policy) -> Matrix:
    clauses = queries.clauses(db, policy.id)
    duties = queries.duties_in(db, actor, (clause.id for clause in clauses))
    targets = _by_path(target_queries.targets(db, policy_id=policy.id), lambda target: target.path)
    entries = (entry for entry in rule_book(db).entries if entry.policy.get("code") == policy.code)
    incentives = _by_path(entries, lambda entry: str(entry.body.get("clause", "")))
    rows = [
        Row(clause, {_key(duty): duty for duty in mine}, targets.get(clause.path, []), incentives.get(clause.path, []))
        for clause in clauses
        if (mine := duties.get(clause.id, []))
    ]
    whole = actor.scope(queries.READ) is Scope.ANY
    decided = {each.name: each for each in queries.names(db, policy.id) if whole}
    return Matrix(
        policy,
        _columns(duty for row in rows for duty in row.cells.values()),
        rows,
        [name for name, each in decided.items() if each.decided_at is None],
        [name for name, each in decided.items() if each.decided_at is not None and not each.unit_ids],
    )


def _by_path(rows: Iterable[Any], path_of: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(path_of(row), []).append(row)
    return found


def _key(duty: Duty) -> Key:
    return duty.unit_id or duty.name


def _columns(duties: Iterable[Duty]) -> list[Column]:
    """Units in the order of the tree, then names in the order in which the plan writes them."""
    units: dict[int, Duty] = {}
    names: dict[str, Column] = {}
    for duty in duties:
        if duty.unit is not None:
            units.setdefault(duty.unit.id, duty)
        else:
            names.setdefault(duty.name, Column(duty.name, duty.name))
    known = [duty.unit for duty in units.values() if duty.unit is not None]
    ordered = sorted(known, key=lambda unit: [int(part) for part in unit.path.strip("/").split("/") if part])
    return [*(Column(unit.id, unit.name) for unit in ordered), *names.values()]
