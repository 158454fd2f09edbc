"""Knobs that add records of a collection, or have its completeness confirmed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.rules.answer import Answer
from app.rules.evaluate.run import Result, Run, Words
from app.rules.gaps.gap import Move
from app.rules.gaps.state import MEASURE, Knob, State
from app.rules.interval import Infinity, Interval
from app.rules.kinds import AttributeKind, CollectionKind
from app.rules.language import Filter, Records, Title
from app.rules.render import render
from app.rules.rule import RuleVersion
from app.rules.sheet import KnownRecord, Vouch
from app.rules.values import Value

MOST_RECORDS = 30


def record_knobs(version: RuleVersion, state: State) -> list[Knob]:
    """One knob for each question about records of a collection with a lever: more records that pass its filters."""
    nodes = {
        render(node): node
        for node in version.nodes()
        if isinstance(node, Records) and node.how in ("数量", "有", "种数")
    }
    knobs: list[Knob] = []
    seen: list[tuple[str, dict[str, Value]]] = []
    for node in nodes.values():
        if node.collection.lever is None or node.collection.lever.direction != "up":
            continue
        attributes = _template(version, node, state)
        if (node.collection.code, attributes) not in seen:
            seen.append((node.collection.code, attributes))
            knobs.append(_adding(node, attributes, state))
    return knobs


def vouch_knobs(version: RuleVersion) -> tuple[Knob, ...]:
    """One knob for each collection the rule asks about: somebody confirms that what is on file is everything."""
    nodes = [node for node in version.nodes() if isinstance(node, Records | Title)]
    return tuple(_vouching(each) for each in {node.collection.code: node.collection for node in nodes}.values())


def _template(version: RuleVersion, node: Records, state: State) -> dict[str, Value]:
    """Attributes of a record that passes the filters."""
    run = Run(version, state.sheet, state.anchors)
    attributes: dict[str, Value] = {}
    for each in node.filters:
        if isinstance(each, Filter) and each.attribute.code not in ("starts_on", "ends_on"):
            value = _fitting(each, [run.value(one) for one in each.values])
            if value is not None:
                _give(node.collection, attributes, each.attribute, value)
    return attributes


def _give(collection: CollectionKind, attributes: dict[str, Value], kind: AttributeKind, value: Value) -> None:
    """A derived attribute is given through the one it is derived from, as it would be entered."""
    source = collection.attribute(kind.derived_from) if kind.derived_from else None
    words = [word for word, derived in kind.mapping.items() if derived == value]
    if source is not None and words:
        attributes.setdefault(source.code, words[0])
    else:
        attributes[kind.code] = value


def _fitting(given: Filter, values: list[Result]) -> Value | None:
    first = values[0]
    if given.operator in ("!=", "不属于"):
        named = {word for each in values if isinstance(each, Words) and each.possible for word in each.possible}
        return next((choice for choice in given.attribute.choices if choice not in named), None)
    if isinstance(first, Words):
        return min(first.possible) if first.possible else None
    if isinstance(first, Answer):
        return first is Answer.MET
    return _fitting_number(given, first)


def _fitting_number(given: Filter, value: Interval) -> Value | None:
    if isinstance(value.low, Infinity):
        return None
    more = {">": 1, "<": -1}.get(given.operator, 0)
    number = value.low + more
    if given.attribute.type == "date":
        return date.fromordinal(int(number))
    return Decimal(number.numerator) / Decimal(number.denominator)


def _adding(node: Records, attributes: dict[str, Value], state: State) -> Knob:
    collection = node.collection
    lever = collection.lever
    assert lever is not None
    on_file = len(state.sheet.records_of(collection.code))

    def turn(now: State, place: int) -> State:
        today = now.anchors.facts_on
        more = [
            KnownRecord(collection.code, attributes, today, None, MEASURE, today, f"{MEASURE}{render(node)}{number}")
            for number in range(place)
        ]
        return replace(now, sheet=now.sheet.with_records(*more))

    def move(place: int) -> Move:
        return _added(collection, attributes, on_file, place)

    places = (1, 2, 3, 5, 8, 20, MOST_RECORDS)
    return Knob(collection.code, "change", places, MOST_RECORDS, turn, move, lever.lead_months, lever.effort)


def _added(collection: CollectionKind, attributes: dict[str, Value], on_file: int, more: int) -> Move:
    lever = collection.lever
    assert lever is not None
    return Move(
        label=f"{collection.label}{_kind_words(attributes)}",
        code=collection.code,
        year=None,
        collection=collection.code,
        before=Decimal(on_file),
        after=Decimal(on_file + more),
        limit=None,
        relation="up",
        change=Decimal(more),
        unit="项",
        lead_months=lever.lead_months,
        effort=lever.effort,
        measure=lever.measure,
        confirm=False,
        supplied_by=collection.supplied_by,
        attributes=tuple(sorted(attributes.items())),
    )


def _kind_words(attributes: dict[str, Value]) -> str:
    words = [value for value in attributes.values() if isinstance(value, str)]
    return f"（{'、'.join(words)}）" if words else ""


def _vouching(collection: CollectionKind) -> Knob:
    def turn(state: State, place: int) -> State:
        vouch = Vouch(collection.code, {}, None, state.anchors.facts_on, MEASURE, f"{MEASURE}{place}")
        return replace(state, sheet=state.sheet.with_vouches(vouch))

    def move(_: int) -> Move:
        return Move(
            label=f"{collection.label}除台账所列外没有其他",
            code=collection.code,
            year=None,
            collection=collection.code,
            before=None,
            after=True,
            limit=None,
            relation="same",
            change=None,
            unit="",
            lead_months=0,
            effort=0,
            measure="",
            confirm=True,
            supplied_by=collection.supplied_by,
        )

    return Knob(collection.code, "supply", (1,), 1, turn, move, 0, 0)
