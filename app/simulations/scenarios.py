"""A scenario and the rule it varies: its changes as kept, as the engine takes them, and as people read them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from app.core.errors import Conflict, FieldError, NotFound
from app.policies.queries import Entry, RuleBook
from app.rules import Rule, RuleVersion
from app.rules.errors import LanguageError
from app.rules.vary import Place, vary
from app.simulations.figures import Figure, Passage, passages, show
from app.simulations.forms import Value
from app.simulations.models import Scenario

MOVED_ON = "请打开方案编辑，核对后保存，再测算。"


@dataclass(frozen=True)
class Base:
    """What a scenario is made of: a rule of the book, and the version whose numbers it changes."""

    entry: Entry
    version: RuleVersion

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The pieces of the rule with the figures that can be changed."""
        return passages(self.version, self.entry.rule.clause)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for passage in self.passages for figure in passage.figures)

    @property
    def version_id(self) -> int:
        return self.entry.versions[self.version.starts.isoformat()]


def base_for(book: RuleBook, code: str, *, on: date) -> Base:
    """The rule under a code with the version in force on a day, or else its last one. NotFound where there is none."""
    entry = book.entry(code)
    if not entry.judges_firms:
        raise NotFound("这条规则不以企业为对象，不能测算。")
    return Base(entry, entry.rule.version_on(on) or entry.rule.versions[-1])


def base_of(book: RuleBook, scenario: Scenario) -> Base:
    """What a scenario was made of, as it is in the book now. Conflict where the book has it no longer."""
    entry = next((each for each in book.entries if each.rule.code == scenario.rule_code), None)
    version = next((each for each in entry.rule.versions if each.starts == scenario.starts_on), None) if entry else None
    if entry is None or version is None:
        raise Conflict("规则库里已没有这个方案所依据的规则版本，不能再测算；以往的结果仍可查看。")
    return Base(entry, version)


def digest_of(entry: Entry) -> str:
    """Names the exact texts of all versions of a rule."""
    return hashlib.sha256(json.dumps(dict(entry.versions), sort_keys=True).encode()).hexdigest()


def varied(base: Base, changes: Mapping[Place, Value]) -> Rule:
    """The rule with the changes put in. FieldError beside the figure that the language refuses."""
    for place, value in changes.items():
        _varied_version(base, {place: value}, place)
    last = next(reversed(list(changes)), None)
    version = _varied_version(base, changes, last) if last else base.version
    rule = base.entry.rule
    return replace(rule, versions=tuple(version if each is base.version else each for each in rule.versions))


def kept(base: Base, changes: Mapping[Place, Value]) -> list[dict[str, Any]]:
    """Changes as they are stored, each with the value that it takes the place of."""
    by_place = _by_place(base)
    return [
        {**asdict(place), "value": _text(value), "was": _text(by_place[place].value)}
        for place, value in changes.items()
    ]


def restored(base: Base, stored: Iterable[Mapping[str, Any]]) -> dict[Place, Value]:
    """Stored changes as they can be made now.

    Raises:
        Conflict: the rule was changed meanwhile, and one of the figures is no longer what it was.
    """
    by_place = _by_place(base)
    found: dict[Place, Value] = {}
    for each in stored:
        place = Place(each["part"], each["name"], each["position"])
        figure = by_place.get(place)
        if figure is None:
            raise Conflict(f"规则此后改过，方案改动的一处已不在规则里。{MOVED_ON}")
        if _text(figure.value) != each["was"]:
            raise Conflict(f"规则此后改过：“{figure.label}”现为 {figure.current}，与编制方案时不同。{MOVED_ON}")
        found[place] = _value(each["value"], figure)
    return found


def told(base: Base, changes: Mapping[Place, Value]) -> list[dict[str, Any]]:
    """Changes in words, in the order of the rule."""
    return [
        {
            "heading": passage.heading,
            "clause": passage.clause,
            "label": figure.label,
            "before": figure.current,
            "after": show(changes[figure.place], figure.unit),
        }
        for passage in base.passages
        for figure in passage.figures
        if figure.place in changes
    ]


def _by_place(base: Base) -> dict[Place, Figure]:
    return {figure.place: figure for figure in base.figures}


def _varied_version(base: Base, changes: Mapping[Place, Value], blamed: Place) -> RuleVersion:
    try:
        return vary(base.version, changes)
    except LanguageError as error:
        raise FieldError(_by_place(base)[blamed].field, f"规则不接受这个数：{error.message}") from error
    except ValueError as error:
        raise FieldError(_by_place(base)[blamed].field, str(error)) from error


def _text(value: Value) -> str | None:
    """A value as JSON keeps it; equal numbers have equal texts."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return None if value is None else value.isoformat()


def _value(text: str | None, figure: Figure) -> Value:
    if text is None:
        return None
    return date.fromisoformat(text) if figure.is_day else Decimal(text)
