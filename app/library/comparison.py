"""Two versions of a text clause by clause, and what rests on the clauses that changed."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import User
from app.checks.models import Standing
from app.firms.access import visible
from app.firms.models import Firm
from app.library import queries
from app.library.carrying import aligned
from app.library.models import PolicyClause, PolicyText, Provision, ProvisionState
from app.library.resting import Resting, resting_on
from app.policies.models import Policy, Rule, RuleVersion
from app.policytext.versions.differing import Difference, Side, differences
from app.policytext.versions.pair import Change

FINDINGS = "board:read"
MATTERING = ("met", "unknown")


@dataclass(frozen=True)
class Line:
    """One clause in both versions: what it was, what it is, and what rests on it."""

    change: Change
    moved: bool
    old: PolicyClause | None
    new: PolicyClause | None
    wording: tuple[Difference, ...]
    provisions: tuple[Provision, ...]
    rules: tuple[Rule, ...]

    def side(self, side: Side) -> list[tuple[str, bool]]:
        """(words, changed) of one of the two wordings, in order."""
        return [(each.words, each.side is side) for each in self.wording if each.side in (side, Side.BOTH)]


def lines_between(db: Session, policy: Policy, old: PolicyText, new: PolicyText) -> list[Line]:
    """Every clause of two versions exactly once, in the order of the new one."""
    before, after = queries.clauses(db, old), queries.clauses(db, new)
    confirmed, rules = _confirmed(db, old), rules_by_clause(db, policy)
    made = []
    for pair in aligned(before, after):
        was = before[pair.old] if pair.old is not None else None
        is_ = after[pair.new] if pair.new is not None else None
        changed = pair.change in (Change.REWORDED, Change.GONE)
        resting = confirmed.get(was.path, ()) if was and changed else ()
        citing = rules.get(was.path, ()) if was and pair.change is not Change.SAME else ()
        told = _wording(pair.change, _original(old, was), _original(new, is_))
        made.append(Line(pair.change, pair.moved, was, is_, told, tuple(resting), tuple(citing)))
    return made


def _original(text: PolicyText, clause: PolicyClause | None) -> str:
    return text.words[clause.starts : clause.ends].strip() if clause else ""


def _wording(change: Change, old: str, new: str) -> tuple[Difference, ...]:
    """Both wordings with what is different in them; another number, script or width is no other wording."""
    if change is Change.REWORDED:
        return tuple(differences(old, new))
    if change in (Change.SAME, Change.MOVED):
        return (Difference(Side.BOTH, new),)
    return tuple(Difference(side, words) for side, words in ((Side.OLD, old), (Side.NEW, new)) if words)


def _confirmed(db: Session, text: PolicyText) -> dict[str, list[Provision]]:
    found: defaultdict[str, list[Provision]] = defaultdict(list)
    for each in queries.provisions(db, text):
        if each.state in (ProvisionState.CONFIRMED, ProvisionState.MENDED):
            found[each.path].append(each)
    return found


def rules_by_clause(db: Session, policy: Policy) -> dict[str, list[Rule]]:
    """Path → the rules of the book whose standing versions cite it."""
    standing = selectinload(Rule.versions.and_(RuleVersion.superseded_at.is_(None)))
    statement = sa.select(Rule).where(Rule.policy_id == policy.id).options(standing).order_by(Rule.position)
    found: defaultdict[str, list[Rule]] = defaultdict(list)
    for rule in db.scalars(statement):
        for path in sorted(_cited(rule)):
            found[path].append(rule)
    return found


def _cited(rule: Rule) -> set[str]:
    bodies: list[Mapping[str, Any]] = [rule.body, *(version.body for version in rule.versions)]
    inside = [part for body in bodies for name in ("conditions", "scores") for part in body.get(name) or ()]
    return {str(each["clause"]) for each in (*bodies, *inside) if isinstance(each, Mapping) and each.get("clause")}


def touched_by(db: Session, actor: User, policy: Policy, lines: Sequence[Line]) -> dict[str, list[Resting]]:
    """Path in the old version → what rests on that clause, of the clauses that were renumbered, reworded or dropped."""
    paths = {line.old.path for line in lines if line.old is not None and line.change is not Change.SAME}
    return resting_on(db, actor, policy, paths)


def counts_of(lines: Sequence[Line]) -> Counter[Change]:
    return Counter(line.change for line in lines)


def findings_resting_on(db: Session, actor: User, lines: Sequence[Line]) -> dict[str, dict[str, int]]:
    """Rule → answer → how many firms, of the rules that cite a changed clause; empty for who may not see findings."""
    codes = {rule.code for line in lines for rule in line.rules}
    if not codes or not actor.may(FINDINGS):
        return {}
    counted = sa.select(Standing.rule_code, Standing.answer, sa.func.count()).join(Firm, Firm.id == Standing.firm_id)
    mine = counted.where(visible(actor, FINDINGS), Standing.rule_code.in_(codes), Standing.answer.in_(MATTERING))
    found: dict[str, dict[str, int]] = {}
    for code, answer, firms in db.execute(mine.group_by(Standing.rule_code, Standing.answer)):
        found.setdefault(code, {})[answer] = firms
    return found
