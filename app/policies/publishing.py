"""Writing into the rule book what was decided on a page: a version is never edited, only followed or cut short."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.core import clock
from app.core import db as database
from app.core.errors import Conflict
from app.facts.vocabulary import vocabulary_of
from app.policies.book import engine_view, new_version, plain_data, rule_data
from app.policies.models import Policy, Rule, RuleVersion
from app.rules import load_rule

# Rules made on a page stand after those of the files, whatever the files may still gain.
AFTER_THE_FILES = 10_000
GROUP = "plans"


def rule_under(db: Session, code: str) -> Rule | None:
    """A rule with its versions, those included that were superseded."""
    return db.scalar(sa.select(Rule).where(Rule.code == code).options(selectinload(Rule.versions)))


def standing(rule: Rule) -> list[RuleVersion]:
    """The versions of a rule that stand, oldest first."""
    return [version for version in rule.versions if version.superseded_at is None]


def publish_rule(db: Session, code: str, data: Mapping[str, Any]) -> RuleVersion:
    """A new rule with its first version. RuleError where it does not read."""
    head = plain_data({key: value for key, value in data.items() if key != "versions"})
    last = db.scalar(sa.select(sa.func.max(Rule.position))) or 0
    rule = Rule(
        code=code,
        name=head["name"],
        kind=head["kind"],
        scope=head.get("scope", ""),
        policy=db.scalar(sa.select(Policy).where(Policy.code == head.get("policy", ""))),
        position=max(AFTER_THE_FILES, last) + 1,
        body={**head, "group": GROUP},
        versions=[],
    )
    db.add(rule)
    return _append(db, rule, data["versions"][0])


def follow(db: Session, rule: Rule, body: Mapping[str, Any]) -> RuleVersion:
    """The next version: what holds ends where it begins, and what would have begun later stands no longer."""
    _end(rule, body["from"])
    return _append(db, rule, body)


def end_rule(db: Session, rule: Rule, day: date) -> None:
    """From a day on the rule holds no longer. Conflict where it would never have held at all."""
    _end(rule, day)
    if not standing(rule):
        raise Conflict("停用日须晚于规则开始施行的日期。")
    _note(db, rule)


def _end(rule: Rule, day: date) -> None:
    """Let nothing reach beyond a day: a version that does is superseded, and stands again cut short."""
    moment = clock.now()
    for version in standing(rule):
        if version.ends_on is not None and version.ends_on <= day:
            continue
        version.superseded_at = moment
        if version.starts_on < day:
            rule.versions.append(new_version({**version.body, "until": day.isoformat()}, moment))


def _append(db: Session, rule: Rule, body: Mapping[str, Any]) -> RuleVersion:
    made = new_version(plain_data(body), clock.now())
    rule.versions.append(made)
    _note(db, rule)
    return made


def _note(db: Session, rule: Rule) -> None:
    """From now on the pages keep this rule; its file says no longer what holds."""
    database.lock(db, "rulebook")
    data = engine_view(rule_data(rule))
    load_rule(data, vocabulary_of(data))
    rule.published_at = clock.now()
    db.flush()
