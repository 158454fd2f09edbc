"""What speaks against a draft before anybody is judged by it, each with the conditions concerned."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.checks.queries import pool_state
from app.checks.sheet import FOUNDED
from app.core import clock
from app.facts.models import Fact, Record, RegionFact, Vouch
from app.facts.queries import known_at
from app.firms.models import Firm
from app.policies.queries import Entry, rule_book
from app.rules import CollectionKind, FactKind, Rule, RuleError, RuleVersion, render
from app.rules.flaws import Clash, clashes, flaws_of
from app.rules.language import Fact as FactNode
from app.rules.language import Named, Node, Records, Title, walk
from app.rules.vocabulary import TITLES
from app.titles.models import Title as TitleRow
from app.workbench import bench
from app.workbench.drafted import Body
from app.workbench.models import DraftPurpose, RuleDraft

LONGEST_TEST = 60
MOST_CLASHES = 10


@dataclass(frozen=True)
class Doubt:
    """The conditions concerned, by id (none: the whole rule), and what is doubtful; `blocks`: it must be mended."""

    conditions: tuple[str, ...]
    sentence: str
    blocks: bool = False


def doubts_about(db: Session, draft: RuleDraft, body: Body | None = None) -> tuple[Doubt, ...]:
    """Everything that speaks against a draft, or against what was typed for it, what must be mended first.

    Nothing while it cannot be read, and nothing against ending a rule.
    """
    if draft.purpose is DraftPurpose.END:
        return ()
    try:
        rule = bench.rule_on_the_bench(draft.body if body is None else body, draft.rule_code)
    except RuleError:
        return ()
    version = rule.versions[0]
    own = [Doubt(each.conditions, each.sentence, each.fatal) for each in flaws_of(version)]
    return (*own, *_against_others(db, rule, version), *_unsupplied(db, version))


def by_condition(doubts: Iterable[Doubt]) -> Mapping[str, list[Doubt]]:
    """Condition → what is doubtful about it."""
    found: defaultdict[str, list[Doubt]] = defaultdict(list)
    for each in doubts:
        for name in each.conditions:
            found[name].append(each)
    return found


def _against_others(db: Session, rule: Rule, version: RuleVersion) -> list[Doubt]:
    """Where a rule in force for the same title or the same award demands otherwise of the same figure."""
    found: list[Doubt] = []
    for entry in rule_book(db).here():
        other = entry.rule.version_on(clock.today())
        if other is not None and entry.rule.code != rule.code and _same_matter(rule, version, entry.rule, other):
            found += [Doubt((each.own.id,), _otherwise(each, entry)) for each in clashes(version, other)]
    return found[:MOST_CLASHES]


def _same_matter(rule: Rule, version: RuleVersion, other: Rule, standing: RuleVersion) -> bool:
    """Both decide on one title, or both pay out of one group."""
    if rule.kind != other.kind:
        return False
    if version.stacking is not None and standing.stacking is not None:
        return version.stacking.group == standing.stacking.group
    return bool(rule.title) and rule.title == other.title


def _otherwise(clash: Clash, entry: Entry) -> str:
    title = entry.policy.get("title") or entry.rule.name
    clause = clash.other.clause or entry.rule.clause
    theirs, mine = _short(render(clash.other.test)), _short(render(clash.own.test))
    impossible = "；没有企业能两条都符合" if clash.apart else ""
    return f"“{clash.own.id}”（{mine}）与《{title}》{clause}（{theirs}）不同{impossible}。"


def _unsupplied(db: Session, version: RuleVersion) -> Iterator[Doubt]:
    """Figures and records that nobody is declared to supply, or of which the whole pool has none."""
    users = _used_by(version)
    kinds = [kind for kind in users if isinstance(kind, FactKind)]
    collections = [kind for kind in users if isinstance(kind, CollectionKind)]
    present = _present(db, kinds, collections)
    firms = pool_state(db).firms
    for kind, names in users.items():
        if not kind.supplied_by:
            yield Doubt(names, f"词汇表没有写明“{kind.label}”由谁提供，用到它的条件会一直待核。")
        elif not present[kind.code]:
            what = "数值" if isinstance(kind, FactKind) else "记录，也没有谁声明过没有"
            whose = f"全库 {firms} 家企业" if getattr(kind, "subject", "firm") == "firm" else "本区域"
            yield Doubt(
                names, f"{whose}现在都没有“{kind.label}”的{what}（由{kind.supplied_by}提供），用到它的条件会待核。"
            )


def _used_by(version: RuleVersion) -> dict[FactKind | CollectionKind, tuple[str, ...]]:
    """What the version looks at → the conditions that do so; none where only scores or amounts do."""
    users: defaultdict[FactKind | CollectionKind, list[str]] = defaultdict(list)
    for kind in _looked_at(version.nodes()):
        users[kind] = []
    for name, condition in version.conditions.items():
        for kind in dict.fromkeys(_looked_at(_nodes_behind(version, condition.test))):
            users[kind].append(name)
    return {kind: tuple(names) for kind, names in users.items()}


def _nodes_behind(version: RuleVersion, test: Node) -> Iterator[Node]:
    """The nodes of a test and of the terms it names, through any number of names."""
    waiting, seen = [test], set()
    while waiting:
        for node in walk(waiting.pop()):
            yield node
            if isinstance(node, Named) and node.name in version.terms and node.name not in seen:
                seen.add(node.name)
                waiting.append(version.terms[node.name].value)


def _looked_at(nodes: Iterable[Node]) -> Iterator[FactKind | CollectionKind]:
    for node in nodes:
        match node:
            case FactNode(kind):
                yield kind
            case Records(_, collection) | Title(_, _, collection):
                yield collection


def _present(db: Session, kinds: list[FactKind], collections: list[CollectionKind]) -> dict[str, bool]:
    """Code → whether anything of the kind is on file, in one statement."""
    asked: dict[str, sa.ColumnElement[bool]] = {kind.code: _figure_exists(kind) for kind in kinds}
    asked |= {kind.code: _record_exists(kind) for kind in collections}
    if not asked:
        return {}
    row = db.execute(sa.select(*(test.label(f"present_{place}") for place, test in enumerate(asked.values())))).one()
    return dict(zip(asked, map(bool, row), strict=True))


def _figure_exists(kind: FactKind) -> sa.ColumnElement[bool]:
    if kind.code == FOUNDED:
        return sa.exists().where(Firm.founded_on.is_not(None))
    table: Any = Fact if kind.subject == "firm" else RegionFact
    return sa.exists().where(table.kind == kind.code, known_at(table, None))


def _record_exists(kind: CollectionKind) -> sa.ColumnElement[bool]:
    vouched = sa.exists().where(Vouch.collection == kind.code, known_at(Vouch, None))
    if kind.code == TITLES:
        return sa.or_(sa.exists().where(known_at(TitleRow, None)), vouched)
    return sa.or_(sa.exists().where(Record.collection == kind.code, known_at(Record, None)), vouched)


def _short(test: str) -> str:
    return test if len(test) <= LONGEST_TEST else f"{test[: LONGEST_TEST - 1]}…"
