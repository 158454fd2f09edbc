"""What one rule says of every firm of a judged pool, as rows for the database."""

import polars as pl

from app.rules import Answer
from app.rules.pool import PoolResult
from app.rules.rule import Path, RuleVersion

# A distance as one number that orders as people do: what is 不符合 first, then what is 待核.
UNMET, UNKNOWN = 1 << 20, 1
# Paths are told apart by their place once they are equally far.
PATHS = 1 << 10


def standings(result: PoolResult, code: str) -> pl.DataFrame:
    """By firm the answer of a rule, how many conditions stand in the way, and the amount; equal to `distance_of`."""
    answers = pl.lit(result.answers(code))
    said = pl.when(answers).then(pl.lit(Answer.MET.code)).when(~answers).then(pl.lit(Answer.UNMET.code))
    amounts = result.amounts(code).rename({"kind": "amount", "low": "amount_low", "high": "amount_high"})
    return pl.select(
        firm_id=pl.lit(result.frame.firms), answer=said.otherwise(pl.lit(Answer.UNKNOWN.code))
    ).with_columns(*_distance(result, code), *amounts.with_columns(pl.col("amount").cast(pl.String)))


def _distance(result: PoolResult, code: str) -> list[pl.Series]:
    version = result.book.rules[code].version
    if version is None:
        nothing = pl.Series([0]).new_from_index(0, result.frame.height)
        return [nothing.alias(name) for name in ("unmet", "unknown", "total")]
    conditions = result.conditions(code).with_columns(every=pl.lit(value=True))
    required = tuple(dict.fromkeys((*version.needs, *version.vetoes)))
    far = conditions.select(
        required=_far(version, required), path=pl.min_horizontal(*_paths(version), pl.lit(None, dtype=pl.Int64))
    ).with_columns(pl.col("path").fill_null(0))
    totals = {place: _path_total(path) for place, path in enumerate(version.paths)}
    way = pl.col("required") + pl.col("path") // PATHS
    total = (pl.col("path") % PATHS).replace_strict(totals, default=0, return_dtype=pl.Int64) + len(required)
    return list(far.select(unmet=way // UNMET, unknown=way % UNMET, total=total))


def _far(version: RuleVersion, ids: tuple[str, ...]) -> pl.Expr:
    """How far these conditions are from letting a firm pass."""
    return sum((_in_the_way(version, each) for each in ids), pl.lit(0, dtype=pl.Int64))


def _in_the_way(version: RuleVersion, condition: str) -> pl.Expr:
    """One condition; of a veto, being met is what stands in the way."""
    answer = pl.col(condition)
    passed = ~answer if condition in version.vetoes else answer
    return pl.when(passed).then(0).when(~passed).then(UNMET).otherwise(UNKNOWN).cast(pl.Int64)


def _paths(version: RuleVersion) -> list[pl.Expr]:
    return [_path(version, path) * PATHS + place for place, path in enumerate(version.paths)]


def _path(version: RuleVersion, path: Path) -> pl.Expr:
    far = _far(version, tuple(dict.fromkeys(path.needs)))
    if not path.any:
        return far
    return far + pl.min_horizontal(*(_in_the_way(version, each) for each in path.any))


def _path_total(path: Path) -> int:
    return len(dict.fromkeys(path.needs)) + bool(path.any)
