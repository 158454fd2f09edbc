"""The same rules in openfisca-core and zen-engine, from the same columns: how long they take and what they answer."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from app.rules import Anchors, Rule
from app.rules.language import Expr
from app.rules.pool.columns import Columns
from app.rules.pool.compiler import Compiler
from app.rules.pool.frame import PoolFrame
from app.rules.pool.op import Op, number, times
from app.rules.pool.scheme import decimals
from app.rules.pool.span import Span
from app.rules.pool.verdict import Verdict
from bench.spoken import NUMPY, ZEN, Speaker, Spoken, Tongue

PERIOD = "2026"


def spoken(tongue: Tongue, rules: list[Rule], anchors: Anchors) -> dict[str, Spoken]:
    """Every rule by its code, in one language."""
    return {rule.code: Speaker(tongue, rule, anchors, place).say() for place, rule in enumerate(rules)}


def inputs(said: Mapping[str, Spoken], frame: PoolFrame, anchors: Anchors) -> dict[str, pl.Series]:
    """What the rules start from, by the names they use: figures in their own units, questions already answered."""
    found: dict[str, pl.Series] = {}
    columns = Columns(frame)
    for rule in said.values():
        for name, slot in rule.figures.items():
            found[name] = _figure(frame, slot.column, frame.vocabulary.facts[slot.kind].type)
        for name, (version, node) in rule.questions.items():
            found[name] = columns.work_out([_asked(Compiler(version, anchors), node)])[0]
    return found


def _asked(compiler: Compiler, node: Expr) -> Op:
    """Where a question is answered 符合, or the number it comes to: everything is vouched for."""
    found = compiler.value(node)
    if isinstance(found, Verdict):
        return found.met
    assert isinstance(found, Span)
    return times(found.low.top, number(found.unit))


def _figure(frame: PoolFrame, column: str, kind: str) -> pl.Series:
    values = frame.facts[column]
    if kind in ("flag", "text"):
        return values
    if kind == "choice":
        return values.to_physical().cast(pl.Float64)
    return values.cast(pl.Float64) / 10 ** decimals(kind)


class OpenFisca:
    """Every value a variable of one period; formulas are NumPy over whole columns."""

    def __init__(self, said: Mapping[str, Spoken], given: Mapping[str, pl.Series]) -> None:
        import numpy as np
        from openfisca_core.entities import Entity
        from openfisca_core.taxbenefitsystems import TaxBenefitSystem

        self.np = np
        firm = Entity("firm", "firms", "A firm", "")
        self.system = TaxBenefitSystem([firm])
        for name, column in given.items():
            self._add(firm, name, "bool" if column.dtype == pl.Boolean else "float")
        for rule in said.values():
            for name, (text, truth) in rule.values.items():
                self._add(firm, name, "bool" if truth else "float", text)
        self.given = {name: column.to_numpy() for name, column in given.items()}
        self.asked = [name for rule in said.values() for name in rule.values if name.startswith(("answer", "amount"))]

    def _add(self, firm: Any, name: str, kind: str, text: str = "") -> None:
        from openfisca_core.periods import DateUnit
        from openfisca_core.variables import Variable

        members: dict[str, Any] = {
            "value_type": {"bool": bool, "float": float}[kind],
            "entity": firm,
            "definition_period": DateUnit.YEAR,
            "label": name,
        }
        if text:
            names: dict[str, Any] = {"np": self.np}
            exec(f"def formula(firm, period):\n    return {text}", names)  # noqa: S102 - the text is made by bench.spoken
            members["formula"] = names["formula"]
        self.system.add_variable(type(name, (Variable,), members))

    def fill(self) -> Any:
        """A simulation with its inputs set."""
        from openfisca_core.simulations import SimulationBuilder

        count = len(next(iter(self.given.values())))
        simulation = SimulationBuilder().build_default_simulation(self.system, count)
        for name, column in self.given.items():
            simulation.set_input(name, PERIOD, column)
        return simulation

    def answer(self, simulation: Any) -> dict[str, Any]:
        """Every answer and amount."""
        with self.np.errstate(all="ignore"):
            return {name: simulation.calculate(name, PERIOD) for name in self.asked}


class Zen:
    """One decision of one expression node, run over a list of firms in its loop mode: its fastest form."""

    def __init__(self, said: Mapping[str, Spoken], given: Mapping[str, pl.Series], firms: int) -> None:
        import zen

        expressions = [
            {"id": name, "key": name, "value": text}
            for rule in said.values()
            for name, (text, _) in rule.values.items()
        ]
        self.asked = [name for rule in said.values() for name in rule.values if name.startswith(("answer", "amount"))]
        self.decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(_decision(expressions))))
        self.firms = pl.DataFrame([column.head(firms).alias(name) for name, column in given.items()]).to_dicts()

    def answer(self) -> list[dict[str, Any]]:
        """Every value of every firm."""
        found: list[dict[str, Any]] = self.decision.evaluate({"firms": self.firms})["result"]["found"]
        return found


def _decision(expressions: list[dict[str, str]]) -> dict[str, Any]:
    loop = {"executionMode": "loop", "inputField": "firms", "outputPath": "found", "passThrough": False}
    kinds = {"in": "inputNode", "work": "expressionNode", "out": "outputNode"}
    nodes: list[dict[str, Any]] = [
        {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}} for name, kind in kinds.items()
    ]
    nodes[1]["content"] = {"expressions": expressions, **loop}
    edges = [("in", "work"), ("work", "out")]
    return {
        "contentType": "application/vnd.gorules.decision",
        "nodes": nodes,
        "edges": [{"id": f"{a} {b}", "sourceId": a, "targetId": b, "type": "edge"} for a, b in edges],
    }


def told(rules: list[Rule], anchors: Anchors) -> tuple[dict[str, Spoken], dict[str, Spoken]]:
    """The rules in both languages."""
    return spoken(NUMPY, rules, anchors), spoken(ZEN, rules, anchors)
