"""Made-up firms by the hundred thousand, the same for the same seed: figures, records and vouches in columns."""

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from app.rules import FactKind, Rule, Vocabulary, load_rule
from app.rules.finding import Anchors
from app.rules.kinds import AttributeKind, CollectionKind
from app.rules.pool import PoolFrame, column_type, compile_book, lay_records, lay_vouches

SEEDS = Path(__file__).parents[1] / "seeds"
DAY = date(2026, 6, 30)
ANCHORS = Anchors(DAY, DAY)
UNKNOWN = 0.05
VOUCHED = 0.9
# How many records of a collection a firm has on average.
RECORDS = {"ip": 4.0, "titles": 0.8, "incidents": 0.05, "awards": 0.4}


def vocabulary() -> Vocabulary:
    """The declared vocabulary of the seeds."""
    return Vocabulary.from_data(*(_read(SEEDS / f"{name}.yaml") for name in ("facts", "records", "titles")))


def book(words: Vocabulary) -> list[Rule]:
    """Every rule of the seeds."""
    return [load_rule(_read(path), words) for path in sorted((SEEDS / "rules").glob("*/*.yaml"))]


def firms(words: Vocabulary, rules: list[Rule], count: int, *, known: bool = False) -> PoolFrame:
    """So many firms with every figure the rules ask for; about one figure in twenty is not known unless `known`."""
    slots = sorted(
        {slot for rule in compile_book(rules, ANCHORS).rules.values() for slot in rule.figures},
        key=lambda slot: (slot.kind, slot.year or 0),
    )
    unknown = 0.0 if known else UNKNOWN
    columns = [_figures(words.facts[slot.kind], slot.column, count, unknown) for slot in slots]
    if known:
        # Peers know nothing of firms younger than the years that are looked at.
        columns.append(pl.Series("founded", [date(2010, 1, 1).toordinal()], dtype=pl.Int32).new_from_index(0, count))
    records = {code: lay_records(words, kind, _records(kind, count))[0] for code, kind in words.collections.items()}
    vouched, scopes = lay_vouches(_vouches(words, count, 1.0 if known else VOUCHED))
    return PoolFrame(
        words,
        pl.int_range(count, eager=True).alias("firm"),
        pl.DataFrame({each.name: each for each in columns}),
        records,
        vouched,
        tuple(scopes),
    )


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def chance(name: str, count: int) -> pl.Series:
    """Numbers from 0 to 1 that look random and are the same for the same name."""
    seed = sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 2**63
    drawn = pl.int_range(count, eager=True, dtype=pl.UInt64).hash(seed)
    return (drawn // 2048).cast(pl.Float64) / 2**53


def _figures(kind: FactKind, name: str, count: int, unknown: float) -> pl.Series:
    drawn, known = chance(name, count), chance(f"known {name}", count) >= unknown
    values = pl.select(pl.when(pl.lit(known)).then(_values(kind, drawn, count))).to_series()
    return values.cast(column_type(kind)).alias(name)


def _values(kind: FactKind, drawn: pl.Series, count: int) -> pl.Expr:
    """Figures of a plausible size."""
    draw = pl.lit(drawn)
    match kind.type:
        case "flag":
            return draw < 0.7
        case "choice":
            words = pl.Series(kind.choices)
            return pl.lit(words.gather((drawn * len(words)).cast(pl.UInt32)))
        case "text":
            return pl.lit("甲")
        case "money":
            return _money(kind, draw, count)
    rising = (pl.lit(1000.0) ** draw).cast(pl.Int64)
    numbers = {
        "date": (DAY.toordinal() - draw * 365 * 20).cast(pl.Int32),
        "count": rising,
        "ratio": (draw * 2000).cast(pl.Int64) * 100,
        "number": rising * 1_000_000,
    }
    return numbers[kind.type]


def _money(kind: FactKind, draw: pl.Expr, count: int) -> pl.Expr:
    """Turnover from a million to a billion 元, other money a share of it; whole hundreds of 元."""
    turnover = pl.lit(1e8) * pl.lit(1000.0) ** pl.lit(chance("size", count))
    share = 0.7 + 0.6 * draw if kind.code in ("sales", "revenue", "main_revenue", "gross_income") else 0.15 * draw
    return (turnover * share / 10_000).ceil().cast(pl.Int64) * 10_000


def _records(kind: CollectionKind, count: int) -> pl.DataFrame:
    """Each firm has a few records of a collection; later firms are as likely as earlier ones."""
    total = int(count * RECORDS.get(kind.code, 0.2))
    drawn = {name: chance(f"{kind.code} {name}", total) for name in ("firm", "start", "length")}
    table = pl.DataFrame(
        {
            "firm": (drawn["firm"] * count).cast(pl.UInt32),
            "starts_on": (20_634 - drawn["start"] * 3000).cast(pl.Int32).cast(pl.Date),
            "ends_on": pl.Series([None], dtype=pl.Date).new_from_index(0, total),
            "recorded_on": pl.Series([DAY]).new_from_index(0, total),
        }
    )
    return table.with_columns(
        *(_attribute(each, chance(f"{kind.code} {each.code}", total)) for each in kind.attributes)
    )


def _attribute(kind: AttributeKind, drawn: pl.Series) -> pl.Series:
    match kind.type:
        case "choice":
            choices = pl.Series(["高新技术企业", *kind.choices[:3]] if kind.code == "kind" else kind.choices)
            values = choices.gather((drawn * len(choices)).cast(pl.UInt32))
        case "flag":
            values = drawn < 0.8
        case "date":
            values = (20_634 - drawn * 3000).cast(pl.Int32).cast(pl.Date) if kind.code != "revoked_on" else None
        case "text":
            values = pl.Series(["甲"]).new_from_index(0, len(drawn))
        case _:
            values = (drawn * (5_000_000 if kind.type == "money" else 5)).cast(pl.Int64).cast(pl.Decimal(38, 6))
    if values is None:
        values = pl.Series([None], dtype=pl.Date).new_from_index(0, len(drawn))
    return values.alias(kind.code)


def _vouches(words: Vocabulary, count: int, share: float) -> pl.DataFrame:
    """For most firms each collection is complete up to the day."""
    tables = [
        pl.DataFrame(
            {"firm": pl.int_range(count, dtype=pl.UInt32, eager=True).filter(chance(code, count) < share)}
        ).with_columns(
            collection=pl.lit(code), scope=pl.lit("{}"), since=pl.lit(None, dtype=pl.Date), until=pl.lit(DAY)
        )
        for code in words.collections
    ]
    return pl.concat(tables)
