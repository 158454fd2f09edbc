"""The rule book as the engine reads it, and the documents behind it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.core.db import is_reading
from app.core.errors import NotFound
from app.facts.vocabulary import vocabulary_of
from app.policies.book import engine_view, restored_dates
from app.policies.models import Rule, RuleVersion
from app.rules import Rule as EngineRule
from app.rules import load_rule

LADDER, PLANS = "ladder", "plans"
FIRM = "企业"


@dataclass(frozen=True)
class Entry:
    """One rule of the book: what the engine judges by, and what people want to know of it."""

    rule: EngineRule
    policy: Mapping[str, Any]
    group: str
    example: bool
    preset: bool
    versions: Mapping[str, int]
    body: Mapping[str, Any]

    @property
    def applies_here(self) -> bool:
        """Whether the rule binds this district; examples and presets only show what could be said."""
        return not self.example and not self.preset

    @property
    def judges_firms(self) -> bool:
        """Whether a firm is what the rule judges; some clauses reward agencies, people or units instead."""
        return self.rule.beneficiary in {"", FIRM}


@dataclass(frozen=True)
class RuleBook:
    """Every rule as known at one moment; `digest` names exactly this set of texts."""

    entries: tuple[Entry, ...]
    digest: str

    def here(self) -> tuple[Entry, ...]:
        """The rules that bind here and judge firms."""
        return tuple(entry for entry in self.entries if entry.applies_here and entry.judges_firms)

    def entry(self, code: str) -> Entry:
        """The rule under a code; NotFound when the book has none."""
        for entry in self.entries:
            if entry.rule.code == code:
                return entry
        raise NotFound("规则库里没有这条规则。")


def rule_book(db: Session, *, at: datetime | None = None) -> RuleBook:
    """The book as known at a moment (None: now), parsed once for each distinct set of texts."""
    if not is_reading(db):
        return _book(db, at)
    asked: dict[datetime | None, RuleBook] = db.info.setdefault(rule_book, {})
    if at not in asked:
        asked[at] = _book(db, at)
    return asked[at]


def _book(db: Session, at: datetime | None) -> RuleBook:
    stood: sa.ColumnElement[bool] = RuleVersion.superseded_at.is_(None)
    if at is not None:
        stood = (RuleVersion.recorded_at <= at) & (stood | (RuleVersion.superseded_at > at))
    named = sa.select(RuleVersion.id, RuleVersion.digest, Rule.code).join(Rule, Rule.id == RuleVersion.rule_id)
    rows = db.execute(named.where(stood).order_by(RuleVersion.id)).all()
    digest = hashlib.sha256("\n".join(f"{row.id} {row.code} {row.digest}" for row in rows).encode()).hexdigest()
    if digest not in _books:
        _remember(digest, _parse(db, digest, {row.id for row in rows}))
    return _books[digest]


def rules_citing(db: Session) -> dict[int, int]:
    """Document id → how many rules rest on it."""
    rows = db.execute(sa.select(Rule.policy_id, sa.func.count()).group_by(Rule.policy_id))
    return {policy_id: count for policy_id, count in rows if policy_id is not None}


# Parsing the whole book takes a noticeable part of a second; a book never changes once it has a digest.
_books: dict[str, RuleBook] = {}
MOST_BOOKS = 8


def _remember(digest: str, book: RuleBook) -> None:
    if len(_books) >= MOST_BOOKS:
        _books.clear()
    _books[digest] = book


def _parse(db: Session, digest: str, ids: set[int]) -> RuleBook:
    statement = sa.select(Rule).options(selectinload(Rule.versions), joinedload(Rule.policy)).order_by(Rule.position)
    entries = (_entry(rule, [each for each in rule.versions if each.id in ids]) for rule in db.scalars(statement))
    return RuleBook(tuple(entry for entry in entries if entry is not None), digest)


def _entry(rule: Rule, versions: list[RuleVersion]) -> Entry | None:
    if not versions:
        return None
    data = {**rule.body, "versions": [restored_dates(version.body) for version in versions]}
    return Entry(
        rule=load_rule(engine_view(data), vocabulary_of(data)),
        policy=rule.policy.body if rule.policy else {},
        group=str(rule.body.get("group", PLANS)),
        example=rule.example,
        preset=bool(rule.body.get("preset", False)),
        versions={version.starts_on.isoformat(): version.id for version in versions},
        body=rule.body,
    )
