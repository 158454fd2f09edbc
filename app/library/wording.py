"""What a provision says, in one line."""

from collections.abc import Mapping
from typing import Any

from app.library.forms import COMPARATORS
from app.library.models import Provision, ProvisionKind


def say(provision: Provision) -> str:
    """The provision as people read it: “2025年 高新技术企业 达到 不少于 6 家（存量）”."""
    match provision.kind:
        case ProvisionKind.TARGET:
            return _target(provision.body)
        case ProvisionKind.DUTY:
            return _duty(provision.body)
        case ProvisionKind.INCENTIVE:
            return _incentive(provision.body)


def _target(body: Mapping[str, Any]) -> str:
    year = "每年" if body["every_year"] else f"{body['year']}年" if body["year"] else "未写年份"
    scope = f"{body['scope']} " if body["scope"] else ""
    top = f"至{body['high']}" if body["high"] else ""
    sign = "" if body["high"] else COMPARATORS[body["comparator"]]
    baseline = f"，基期：{body['baseline']}" if body["baseline"] else ""
    return f"{year} {scope}{body['indicator']}：{sign}{body['low']}{top}{body['unit']}（{body['measure']}{baseline}）"


def _duty(body: Mapping[str, Any]) -> str:
    names = {"lead": "牵头", "responsible": "责任", "supporting": "配合", "others": "其他"}
    return "；".join(f"{name}：{body[part]}" for part, name in names.items() if body[part])


def _incentive(body: Mapping[str, Any]) -> str:
    # A condition often begins with whom it is about.
    who, condition = body["beneficiary"], body["condition"]
    promise = condition if condition.startswith(who) else f"{who}，{condition}" if condition else who
    limits = f"（{body['limits']}）" if body["limits"] else ""
    return f"{promise}：{body['amount']}{limits}"
