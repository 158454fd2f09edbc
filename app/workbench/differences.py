"""A draft or a version in words, label by label, and what differs between two of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.policies.shown import KINDS
from app.workbench.drafted import Body
from app.workbench.layout import GROUPS, SINGLES

NOTHING = "（无）"


@dataclass(frozen=True)
class Difference:
    """One thing that is said otherwise; `NOTHING` where one side does not say it."""

    label: str
    before: str
    after: str


def in_words(body: Body) -> dict[str, str]:
    """Everything a draft says: “条件 A2：测试” → “职工总数 <= 500人”."""
    found = dict(_singles(body))
    for name, row in _rows(body).items():
        found |= {f"{name}：{label}": text for label, text in row.items()} or {name: "有"}
    return found


def differences(before: Body, after: Body) -> list[Difference]:
    """What the second says otherwise than the first, in the order of the form; a row new or gone is one line."""
    found = _between(_singles(before), _singles(after))
    one, two = _rows(before), _rows(after)
    for name in dict.fromkeys((*two, *one)):
        if name in one and name in two:
            found += [
                Difference(f"{name}：{each.label}", each.before, each.after) for each in _between(one[name], two[name])
            ]
        else:
            found.append(Difference(name, _whole(one.get(name)), _whole(two.get(name))))
    return found


def _between(one: Mapping[str, str], two: Mapping[str, str]) -> list[Difference]:
    labels = [label for label in dict.fromkeys((*two, *one)) if one.get(label) != two.get(label)]
    return [Difference(label, one.get(label, NOTHING), two.get(label, NOTHING)) for label in labels]


def _singles(body: Body) -> dict[str, str]:
    single = body["single"]
    return {label: _shown(name, single[name]) for name, label in SINGLES.items() if single.get(name)}


def _rows(body: Body) -> dict[str, dict[str, str]]:
    """“条件 A2” → what it says, by label."""
    return {
        f"{group.noun} {row.get(group.key) or number}": {
            column.label: row[column.name] for column in group.columns[1:] if row.get(column.name)
        }
        for group in GROUPS.values()
        for number, row in enumerate(body["rows"].get(group.name, ()), 1)
        if row
    }


def _whole(row: Mapping[str, str] | None) -> str:
    return NOTHING if row is None else "；".join(row.values()) or "有"


def _shown(name: str, text: str) -> str:
    match name:
        case "kind":
            return KINDS.get(text, text)
        case "discretionary":
            return "是"
    return text
