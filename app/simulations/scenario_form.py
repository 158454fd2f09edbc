"""The form of a scenario: filled from the rule or from a scenario, read back, and in words for a lost race."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from starlette.datastructures import FormData

from app.core import clock
from app.core.errors import FieldError
from app.rules.values import plain
from app.rules.vary import Place
from app.simulations.figures import Figure, Passage, typed
from app.simulations.forms import ScenarioFields, scenario_fields
from app.simulations.models import Scenario
from app.simulations.scenarios import Base
from app.web.forms import Form

WAN = Decimal(10_000)
SCORES = ("score", "max")
MOVED_ON = "规则在您填写期间更新了：请核对各处的现行数，改好后再保存。"


@dataclass(frozen=True)
class Part:
    """Passages under one heading; folded away unless something in them was typed over or refused."""

    heading: str
    passages: tuple[Passage, ...]
    folded: bool


def fresh(base: Base) -> Form[ScenarioFields]:
    """A form with the rule as it stands."""
    values = {"name": "", "remarks": "", "as_of": clock.today().isoformat(), "budget": "", "version": 0}
    return Form(values={**values, **_standing(base)})


def filled(base: Base, scenario: Scenario) -> Form[ScenarioFields]:
    """A form with a scenario; a change whose place the rule has no longer is left out."""
    by_place = {figure.place: figure for figure in base.figures}
    changed: dict[str, str] = {}
    for each in scenario.changes:
        figure = by_place.get(Place(each["part"], each["name"], each["position"]))
        if figure is not None:
            changed[figure.field] = _typed(figure, each["value"])
    own = {
        "name": scenario.name,
        "remarks": scenario.remarks or "",
        "as_of": scenario.as_of.isoformat(),
        "budget": plain(scenario.budget / WAN) if scenario.budget is not None else "",
        "version": scenario.version,
    }
    return Form(values={**own, **_standing(base), **changed})


def bound(base: Base, posted: FormData) -> Form[ScenarioFields]:
    """What was posted; refused as a whole where the rule has moved on since the form was opened."""
    form: Form[ScenarioFields] = Form.bind(scenario_fields(base.version), posted)
    if form.data is not None and form.data.rule_version not in {0, base.version_id}:
        form.reject(FieldError("", MOVED_ON))
        form.values["rule_version"] = base.version_id
    return form


def parts_of(base: Base, form: Form[Any]) -> list[Part]:
    """The passages of the rule: conditions and amounts at hand, score table and formulas folded away."""
    everything = base.passages
    later = tuple(each for each in everything if each.part in SCORES or each.is_formula)
    first = tuple(each for each in everything if each not in later)
    parts = [Part("条件、金额与日期", first, folded=False)]
    if later:
        count = sum(len(each.figures) for each in later)
        parts.append(Part(f"评分表与算式（{count} 处）", later, folded=not _touched(later, form)))
    return parts


def in_words(base: Base, values: Mapping[str, Any]) -> dict[str, str]:
    """A version of the form in words, by label."""
    own = {"方案名称": "name", "说明": "remarks", "基准日": "as_of", "预算（万元）": "budget"}
    said = {label: str(values.get(name) or "") for label, name in own.items()}
    for passage in base.passages:
        for figure in passage.figures:
            given = str(values.get(figure.field) or "")
            said[f"{passage.heading}：{figure.label}"] = f"{given} {figure.unit}".strip() if given else ""
    return said


def _standing(base: Base) -> dict[str, Any]:
    return {**{figure.field: figure.typed for figure in base.figures}, "rule_version": base.version_id}


def _typed(figure: Figure, kept: str | None) -> str:
    if kept is None:
        return ""
    return typed(date.fromisoformat(kept) if figure.is_day else Decimal(kept), figure.unit)


def _touched(later: tuple[Passage, ...], form: Form[Any]) -> bool:
    figures = [figure for each in later for figure in each.figures]
    return any(form.errors.get(each.field) or form.values.get(each.field) != each.typed for each in figures)
