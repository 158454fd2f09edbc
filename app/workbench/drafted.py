"""A draft as it is typed, and the same as the data of a rule file: one to the other and back without loss."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from app.rules.rule import TOTAL
from app.workbench.layout import GROUPS, HEAD

Body = Mapping[str, Any]
Row = Mapping[str, str]
APART = re.compile(r"[、,，；;\s]+")
ALONE = "不计入"
LEAST = "最低分"


def empty() -> dict[str, Any]:
    """The body of a draft in which nothing was typed."""
    return {"single": {}, "rows": {name: [] for name in GROUPS}}


def rule_data(body: Body, code: str) -> dict[str, Any]:
    """A draft in the form of a rule file; what was left blank is left out, what cannot be read stays as typed."""
    single = body["single"]
    head = {"code": code, **{name: single[name] for name in HEAD if single.get(name)}}
    return {**head, "versions": [version_data(body)]}


def version_data(body: Body) -> dict[str, Any]:
    """The one version of a draft."""
    single, rows = body["single"], body["rows"]
    least = [_condition_of(row) for row in rows["scores"] if row.get("least")]
    made: dict[str, Any] = {
        "from": _day(single.get("starts")),
        "until": _day(single.get("until")),
        "parameters": [_kept(row) for row in rows["parameters"]],
        "terms": [_kept(row) for row in rows["terms"]],
        "scores": [_score(row) for row in rows["scores"]],
        "conditions": [_kept(row) for row in rows["conditions"]] + least,
        "needs": _ids(single.get("needs")),
        "paths": [_path(row) for row in rows["paths"]],
        "vetoes": _ids(single.get("vetoes")),
        "valid_for": single.get("valid_for"),
        "amount": _amount(single, rows),
        "stacking": _named(single, {"group": "stacking_group", "mode": "stacking_mode", "cap": "stacking_cap"}),
        "window": _named(single, {"opens": "opens", "closes": "closes", "note": "window_note"}),
        "obligations": [_kept(row) for row in rows["obligations"]],
        "notes": [line.strip() for line in single.get("notes", "").splitlines() if line.strip()],
    }
    return {name: value for name, value in made.items() if name == "from" or value not in (None, "", [], {})}


def body_of(rule: Mapping[str, Any], version: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a rule file, or of one version in the book, as it would have been typed."""
    amount, hole = version.get("amount") or {}, (version.get("amount") or {}).get("hole") or {}
    stacking, window = version.get("stacking") or {}, version.get("window") or {}
    given = {
        **{name: rule.get(name) for name in HEAD},
        "starts": version.get("from"),
        "until": version.get("until"),
        "valid_for": version.get("valid_for"),
        "needs": version.get("needs"),
        "vetoes": version.get("vetoes"),
        **{f"amount_{name}": amount.get(name) for name in ("value", "cap", "floor")},
        "discretionary": "on" if amount.get("discretionary") else "",
        "hole_reason": hole.get("reason"),
        "hole_waits_for": hole.get("waits_for"),
        "purpose": amount.get("purpose"),
        **{f"stacking_{name}": stacking.get(name) for name in ("group", "mode", "cap")},
        **{name: window.get(name) for name in ("opens", "closes")},
        "window_note": window.get("note"),
        "notes": "\n".join(map(str, version.get("notes") or ())),
    }
    rows = {name: [_typed_row(name, row) for row in _rows_in(version, name)] for name in GROUPS}
    return _with_least({"single": {name: text for name, each in given.items() if (text := _text(each))}, "rows": rows})


def _rows_in(version: Mapping[str, Any], group: str) -> Iterable[Mapping[str, Any]]:
    inside = version.get("amount") or {} if group in {"shares", "instalments"} else version
    return inside.get(group) or ()


def _typed_row(group: str, row: Mapping[str, Any]) -> dict[str, str]:
    given = {column.name: _text(row.get(column.name)) for column in GROUPS[group].columns}
    if group == "scores" and "part_of" in row:
        given["part_of"] = given["part_of"] or ALONE
    return {name: text for name, text in given.items() if text}


def _with_least(body: dict[str, Any]) -> dict[str, Any]:
    """Conditions that only hold a score to its minimum go back beside the score."""
    rows = body["rows"]
    for score in rows["scores"]:
        for condition in list(rows["conditions"]):
            least = condition.get("test", "").removeprefix(f"{score.get('name')} >= ")
            if condition == _condition_of({**score, "least": least}):
                score["least"] = least
                rows["conditions"].remove(condition)
    return body


def _condition_of(score: Row) -> dict[str, str]:
    name, least = score.get("name", ""), score["least"]
    made = {"id": f"{name}{LEAST}", "clause": score.get("clause", ""), "wording": f"{name}不低于{least}分"}
    return {key: text for key, text in {**made, "test": f"{name} >= {least}"}.items() if text}


def _score(row: Row) -> dict[str, Any]:
    made: dict[str, Any] = {name: text for name, text in _kept(row).items() if name not in {"least", "part_of"}}
    part_of = row.get("part_of", "")
    if part_of == ALONE:
        return {**made, "part_of": None}
    return {**made, "part_of": part_of} if part_of and part_of != TOTAL else made


def _path(row: Row) -> dict[str, Any]:
    ids = {name: _ids(row.get(name)) for name in ("needs", "any")}
    return {"name": row.get("name", ""), **{name: found for name, found in ids.items() if found}}


def _amount(single: Row, rows: Mapping[str, list[Row]]) -> dict[str, Any]:
    made: dict[str, Any] = {
        **_named(single, {"value": "amount_value", "cap": "amount_cap", "floor": "amount_floor", "purpose": "purpose"}),
        "discretionary": bool(single.get("discretionary")),
        "hole": _named(single, {"reason": "hole_reason", "waits_for": "hole_waits_for"}),
        **{name: [_kept(row) for row in rows[name]] for name in ("shares", "instalments")},
    }
    return {name: value for name, value in made.items() if value}


def _named(single: Row, names: Mapping[str, str]) -> dict[str, str]:
    return {name: single[field] for name, field in names.items() if single.get(field)}


def _kept(row: Row) -> dict[str, str]:
    return {name: text for name, text in row.items() if text}


def _ids(text: str | None) -> list[str]:
    return [each for each in APART.split(text or "") if each]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case list():
            return "、".join(map(str, value))
    return str(value).strip()
