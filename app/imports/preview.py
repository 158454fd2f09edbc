"""What the pages of an import show: the columns and what is proposed for them, the rows sorted by outcome."""

from collections.abc import Mapping as Given
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.core.paging import page_asked, paginate
from app.facts.models import Batch
from app.facts.vocabulary import vocabulary
from app.imports import queries
from app.imports.columns import senders
from app.imports.columns.headings import MONEY_UNITS, take_apart
from app.imports.columns.mapping import Faults, Mapping, Proposal, default_policy, propose
from app.imports.columns.targets import FIRM_TARGETS, WHO, Target, key_of, targets_of
from app.imports.models import Kind, Outcome, Policy, State
from app.web.forms import Form
from app.web.pages import Pages
from app.web.tabs import tabs_of

NOTHING = ("", Policy.IGNORE)
# Looked for first: rows that would be written, and those that somebody must see to.
URGENT = (Outcome.NEW, Outcome.CHANGED, Outcome.CONFLICT, Outcome.REFUSED)
STATE_SIGNS = {
    State.READING: "plain",
    State.REFUSED: "bad",
    State.READ: "warn",
    State.JUDGING: "plain",
    State.JUDGED: "warn",
    State.APPLYING: "plain",
    State.UNDOING: "plain",
    State.APPLIED: "good",
    State.UNDONE: "plain",
}


def words() -> dict[str, Any]:
    """What templates need to speak of batches."""
    return {"state_of": queries.state_of, "kind_of": Kind.of, "signs": STATE_SIGNS}


def mapping_values(db: Session, actor: User, batch: Batch) -> dict[str, Any]:
    """What the form of the columns starts with: what was chosen before, what the sender last meant, or a guess."""
    kind, places = Kind.of(batch.kind), queries.shown_places(batch)
    kept = batch.detail.get("mapping")
    if kept:
        chosen = {column.place: column for column in Mapping.restored(kind, kept).columns}
        pairs = [(chosen[place].target, chosen[place].policy) if place in chosen else NOTHING for place in places]
    else:
        known = senders.recalled(db, actor, batch)
        pairs = [_first_choice(batch, place, known) for place in places]
    start = kept or {}
    return {
        "target": [target for target, _ in pairs],
        "policy": [policy.code for _, policy in pairs],
        "unit": start.get("unit") or batch.detail.get("unit") or "万元",
        "year": start.get("year") or "",
        "title": start.get("title") or "",
        "version": batch.version,
    }


def _first_choice(batch: Batch, place: int, known: Given[str, tuple[str, Policy]]) -> tuple[str, Policy]:
    """(target, policy) of a column that nobody has decided about for this file yet."""
    kind, name = Kind.of(batch.kind), batch.detail["names"][place]
    if key_of(name) in known:
        return known[key_of(name)]
    target = propose(name, kind).target
    return target, default_policy(target, kind, batch.source)


def _proposal(name: str, kind: Kind, known: Given[str, tuple[str, Policy]]) -> Proposal:
    if key_of(name) not in known:
        return propose(name, kind)
    target, _ = known[key_of(name)]
    return Proposal(target, "good", "与上次相同" if target else "上次没有导入这一列")


def mapping_page(db: Session, actor: User, batch: Batch, form: Form[Any], faults: Faults) -> dict[str, Any]:
    """The columns with samples, proposal, choice and fault; the lists to choose from."""
    kind, detail = Kind.of(batch.kind), batch.detail
    known = senders.recalled(db, actor, batch)
    columns = [
        {
            "place": place,
            "name": name,
            "samples": detail["samples"][place],
            "proposal": _proposal(name, kind, known),
            "parts": take_apart(name),
            "target": _at(form.values.get("target"), order),
            "policy": _at(form.values.get("policy"), order),
            "fault": faults.columns.get(place, ""),
        }
        for order, place in enumerate(queries.shown_places(batch))
        for name in [detail["names"][place]]
    ]
    return {
        "columns": columns,
        "kind": kind,
        "groups": target_groups(kind),
        "has_money": any(target.type == "money" for target in targets_of(kind).values()),
        "policies": Policy.options(),
        "units": [(unit, unit) for unit in MONEY_UNITS],
        "titles": [(each.code, each.label) for each in vocabulary().titles.values()],
        "remarks": remarks(batch),
    }


def at_fault(batch: Batch) -> int:
    """How many rows a person has to look at."""
    counts = batch.detail["counts"]
    return int(counts.get("refused", 0)) + int(counts.get("conflict", 0))


def first_place(batch: Batch) -> int:
    return next(iter(queries.shown_places(batch)), 0)


def _at(values: Any, place: int) -> str:
    return str(values[place]) if isinstance(values, list) and place < len(values) else ""


def target_groups(kind: Kind) -> list[tuple[str, list[tuple[str, str]]]]:
    """Group → (code, label) of the targets, for a select."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for target in targets_of(kind).values():
        group = _group(target, kind)
        groups.setdefault(group, []).append((target.code, target.label))
    return list(groups.items())


def _group(target: Target, kind: Kind) -> str:
    if target in (*WHO, *FIRM_TARGETS):
        return "企业"
    return (target.fact.group if target.fact else "") or kind.label


def remarks(batch: Batch) -> list[str]:
    """What was found in the file that a person should know before going on."""
    detail, about = batch.detail, batch.detail["about"]
    unread = [f"“{name}”{rows} 行{'（隐藏）' if hidden else ''}" for name, rows, hidden in about.get("unread", [])]
    said = [
        (about.get("encoding"), f"文件编码：{about.get('encoding')}，以{about.get('delimiter')}分隔。"),
        (detail["above"], f"表头在第 {detail['heading']} 行，其上 {len(detail['above'])} 行没有作为数据读取。"),
        (unread, f"只读取了工作表“{about.get('sheet')}”，没有读取：{'、'.join(unread)}。"),
        (about.get("hidden_rows"), f"有 {about.get('hidden_rows')} 个隐藏的行，已一并读取。"),
        (about.get("errors"), f"有公式出错的格子（{'、'.join(about.get('errors', []))}），按空白处理。"),
        (detail["examples"], f"跳过了模板的示例行 {detail['examples']} 行。"),
        (detail.get("repeated"), f"跳过了重复的表头 {detail.get('repeated')} 行。"),
        (detail["beyond"], f"有 {detail['beyond']} 行在表头以外的列还有内容，没有读取。"),
    ]
    return [sentence for wanted, sentence in said if wanted]


def rows_page(page: Pages, db: Session, batch: Batch, given: Given[str, str], route: str) -> dict[str, Any]:
    """One sort of rows, a page at a time, with the tabs that count them all."""
    outcomes = queries.outcome_counts(db, batch)
    fates = queries.fate_counts(db, batch) if queries.state_of(batch) is State.UNDONE else {}
    fate = next((each for each in fates if each.code == given.get("fate")), None)
    outcome = None if fate else _chosen(given.get("tab", ""), outcomes)
    number, size = page_asked(given)
    address = page.url(route, batch_id=batch.id)
    return {
        "rows": paginate(db, queries.rows_of(batch, outcome, fate), number=number, size=size),
        "tab": outcome.code if outcome else "",
        "tabs": tabs_of(((o, o.label) for o in outcomes), outcome, lambda o: f"{address}?tab={o.code}", outcomes),
        "fates": tabs_of(((f, f.label) for f in fates), fate, lambda f: f"{address}?fate={f.code}", fates),
        "counts": {each.code: count for each, count in outcomes.items()},
        "kind": Kind.of(batch.kind),
        "state": queries.state_of(batch),
        "names": batch.detail["names"],
        "mapping": described(batch),
        "remarks": remarks(batch),
        "moved": queries.moved_rows(db, batch),
    }


def _chosen(asked: str, counts: Given[Outcome, int]) -> Outcome:
    """The outcome asked for; else the first that holds rows which would be written, else the first that holds any."""
    order = (*URGENT, *Outcome)
    return Outcome.find(asked) or next((each for each in order if counts[each]), order[0])


def described(batch: Batch) -> list[tuple[str, str, str]]:
    """(column, what it stands for, policy) of the mapping in use."""
    kind = Kind.of(batch.kind)
    mapping = Mapping.restored(kind, batch.detail["mapping"])
    found = []
    for column in mapping.columns:
        target = mapping.target(column)
        details = [
            f"{column.year} 年" if column.year else "",
            column.unit or mapping.unit if target.type == "money" else "",
        ]
        said = "，".join(filter(None, details))
        found.append((column.name, f"{target.label}（{said}）" if said else target.label, column.policy.label))
    return found
