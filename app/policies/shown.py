"""A version of a rule as its page shows it."""

from dataclasses import dataclass
from typing import Any

from app.rules import Rule, RuleVersion, render

KINDS = {"standard": "认定标准", "incentive": "奖补", "entry": "入库", "exclusion": "排除"}


def written(rule: Rule, version: RuleVersion) -> dict[str, Any]:
    """What `rules/_version.html` needs."""
    return {
        "rule": rule,
        "version": version,
        "kinds": KINDS,
        "written": render,
        "amount": amount_in_words(version),
        "parts": parts_of(version),
    }


def amount_in_words(version: RuleVersion | None) -> str:
    """What an incentive pays, as a reader of the book wants to see it."""
    amount = version.amount if version else None
    if amount is None:
        return "—"
    if amount.value is None:
        return "金额待定"
    return f"{'不超过 ' if amount.discretionary else ''}{render(amount.value)}"


@dataclass(frozen=True)
class Part:
    """A heading and the conditions under it: required, one of several paths, or vetoes."""

    heading: str
    note: str
    conditions: tuple[str, ...]


def parts_of(version: RuleVersion) -> list[Part]:
    """The conditions of a version in the order in which they decide."""
    parts = [Part("必须全部符合", "", version.needs)] if version.needs else []
    for path in version.paths:
        note = f"{'以下任一条' if path.any else '以下各条'}符合即可走这条路径"
        parts.append(Part(f"路径：{path.name}", note, (*path.needs, *path.any)))
    if version.vetoes:
        parts.append(Part("否决", "有一条成立即不符合", version.vetoes))
    return parts
