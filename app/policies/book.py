"""The rule book between its files and the database: loaded without loss, exported without difference."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.accounts import audit
from app.core import clock
from app.core.seedfiles import SEEDS, read_yaml
from app.facts.vocabulary import vocabulary_of
from app.policies.models import Policy, Rule, RuleVersion
from app.rules import load_rule

GROUPS = ("ladder", "plans", "examples")
RULE_COLUMNS = ("code", "name", "kind", "scope", "example", "policy")


@dataclass(frozen=True)
class Loaded:
    """What loading did: documents and rules there are, versions that are new, rules that are kept on the pages."""

    policies: int
    rules: int
    new_versions: int
    left_alone: int = 0


def load_book(db: Session, folder: Path = SEEDS) -> Loaded:
    """Bring the documents and rules of a seeds folder into the database; unchanged ones are left alone.

    So is every rule that was published or ended on a page: from then on its file says no longer what holds.

    Raises:
        RuleError: a rule does not read; nothing is written then.
    """
    documents, rules = _checked(folder)
    policies = {each["code"]: _save_policy(db, each) for each in documents}
    kept_on_pages = set(db.scalars(sa.select(Rule.code).where(Rule.published_at.is_not(None))))
    ours = [(place, data) for place, data in enumerate(rules) if data["code"] not in kept_on_pages]
    new = sum(_save_rule(db, policies, data, position) for position, data in ours)
    if new:
        audit.record(db, None, "rulebook.loaded", changes={"rules": len(ours), "versions": new})
    return Loaded(len(policies), len(rules), new, len(rules) - len(ours))


def export_book(db: Session) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The documents and rules as they stand, in the form of their files."""
    policies = [policy.body for policy in db.scalars(sa.select(Policy).order_by(Policy.id))]
    statement = sa.select(Rule).options(selectinload(Rule.versions)).order_by(Rule.position)
    return policies, [rule_data(rule) for rule in db.scalars(statement)]


def rule_data(rule: Rule) -> dict[str, Any]:
    """A rule as its file says it, with the versions that stand."""
    standing = [version for version in rule.versions if version.superseded_at is None]
    return {**rule.body, "versions": [restored_dates(version.body) for version in standing]}


def read_rules(folder: Path) -> Iterator[dict[str, Any]]:
    """Every rule file of a seeds folder; `group` says which part of the book it is in."""
    for group in GROUPS:
        for file in sorted((folder / "rules" / group).glob("*.yaml")):
            yield {**read_yaml(file), "group": group}


OUTSIDE_THE_LANGUAGE = ("group",)


def engine_view(data: Mapping[str, Any]) -> dict[str, Any]:
    """What of a rule's data the engine reads."""
    return {key: value for key, value in data.items() if key not in OUTSIDE_THE_LANGUAGE}


def restored_dates(body: Mapping[str, Any]) -> dict[str, Any]:
    """A stored version with its dates as dates again."""
    return {key: _day(value) if key in {"from", "until"} else value for key, value in body.items()}


@cache
def _checked(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The documents and rules of a folder, each rule read by the engine once to see that it can be."""
    rules = list(read_rules(folder))
    for data in rules:
        load_rule(engine_view(data), vocabulary_of(data))
    return read_yaml(folder / "policies.yaml"), rules


def _save_policy(db: Session, data: dict[str, Any]) -> Policy:
    policy = db.scalar(sa.select(Policy).where(Policy.code == data["code"])) or Policy(code=data["code"])
    policy.title, policy.number, policy.issuer = data["title"], data.get("number"), data.get("issuer")
    policy.level, policy.status = data["level"], data["status"]
    policy.starts_on, policy.ends_on = data.get("from"), data.get("until")
    policy.body = plain_data(data)
    db.add(policy)
    return policy


def _save_rule(db: Session, policies: Mapping[str, Policy], data: dict[str, Any], position: int) -> int:
    """Save one rule; the number of its versions that are new."""
    statement = sa.select(Rule).where(Rule.code == data["code"]).options(selectinload(Rule.versions))
    rule = db.scalar(statement) or Rule(code=data["code"], versions=[])
    rule.name, rule.kind, rule.scope = data["name"], data["kind"], data["scope"]
    rule.example, rule.position = bool(data.get("example", False)), position
    rule.policy = policies.get(data.get("policy", ""))
    rule.body = plain_data({key: value for key, value in data.items() if key != "versions"})
    db.add(rule)
    return _save_versions(rule, [plain_data(version) for version in data["versions"]])


def _save_versions(rule: Rule, bodies: list[dict[str, Any]]) -> int:
    wanted = {_digest(body): body for body in bodies}
    standing = {version.digest: version for version in rule.versions if version.superseded_at is None}
    moment = clock.now()
    for digest in standing.keys() - wanted.keys():
        standing[digest].superseded_at = moment
    fresh = [digest for digest in wanted if digest not in standing]
    for digest in fresh:
        rule.versions.append(new_version(wanted[digest], moment))
    return len(fresh)


def new_version(body: Mapping[str, Any], moment: datetime) -> RuleVersion:
    """A version of plain data, known from a moment on."""
    return RuleVersion(
        starts_on=_day(body["from"]),
        ends_on=_day(body.get("until")),
        body=dict(body),
        digest=_digest(body),
        recorded_at=moment,
    )


def plain_data(data: Any) -> Any:
    """Data of a file as JSON keeps it: dates as text, everything else as it is."""
    return json.loads(json.dumps(data, ensure_ascii=False, default=str))


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value
