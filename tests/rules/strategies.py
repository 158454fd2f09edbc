"""Generated expressions, sheets and completions for the laws of the engine.

`TIDU_LAWS=long` runs every law on ten thousand cases instead of a quick handful.
"""

import os
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from app.rules import FactKind, FactSheet, KnownFact, KnownRecord, Vouch
from app.rules.language import (
    All,
    AnyOf,
    Arithmetic,
    AtLeast,
    Band,
    Bands,
    Compare,
    Day,
    EachYear,
    Expr,
    Fact,
    Filter,
    Growth,
    IfElse,
    InForce,
    Known,
    Member,
    Negate,
    Not,
    Number,
    Period,
    Pick,
    Range,
    Records,
    Shift,
    Title,
    Today,
    Whole,
    Within,
    Years,
)
from tests.rules.sample import TODAY, VOCABULARY, vouch

CASES = 10_000 if os.environ.get("TIDU_LAWS") == "long" else 60
LAWS = settings(
    max_examples=CASES,
    deadline=None,
    derandomize=CASES < 1_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
YEARS = (2023, 2024, 2025)
MONEY = [VOCABULARY.facts[code] for code in ("sales", "rd", "profit")]
IP, EQUITY, INCIDENT = (VOCABULARY.collections[code] for code in ("ip", "equity", "incident"))
HNTE = VOCABULARY.titles["hnte"]


def _attribute(collection: Any, code: str) -> Any:
    return collection.attribute(code)


amounts = st.builds(Number, st.integers(0, 50).map(Decimal), st.just("万"), st.just("元"))
rates = st.builds(Number, st.integers(0, 150).map(Decimal), st.just(""), st.just("%"))
bare = st.builds(Number, st.integers(0, 5).map(Decimal))
ranges = st.builds(
    lambda low, more, reason: Range(Number(Decimal(low)), Number(Decimal(low + more)), reason),
    st.integers(0, 9),
    st.integers(0, 4),
    st.sampled_from(["", "文本未规定"]),
)
money_facts = st.sampled_from(MONEY).map(Fact)
aggregates = st.sampled_from(["合计", "平均", "最高", "最低"])
operators = st.sampled_from([">=", ">", "<=", "<", "=", "!="])
filters = st.one_of(
    st.builds(lambda word: Filter(_attribute(IP, "class"), "=", (Member(word),)), st.sampled_from(["Ⅰ类", "Ⅱ类"])),
    st.builds(
        lambda word: Filter(_attribute(IP, "sort"), "属于", (Member(word),)), st.sampled_from(["发明专利", "实用新型"])
    ),
    st.builds(lambda count: Filter(_attribute(IP, "owners"), ">=", (Number(Decimal(count)),)), st.integers(0, 3)),
    st.just(InForce()),
    st.builds(Period, st.just("年"), st.integers(1, 4)),
    st.builds(Period, st.sampled_from(["上年及当年", "上年", "当年"])),
)
counted = st.builds(
    lambda how, chosen: Records(how, IP, _attribute(IP, "name") if how == "种数" else None, tuple(chosen)),
    st.sampled_from(["数量", "种数"]),
    st.lists(filters, max_size=2),
)


def _money(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        st.builds(Arithmetic, st.sampled_from(["+", "-"]), inner, inner),
        st.builds(Arithmetic, st.just("*"), inner, rates),
        st.builds(Arithmetic, st.just("/"), inner, bare),
        st.builds(Negate, inner),
        st.builds(Shift, inner, st.integers(0, 3)),
        st.builds(Years, aggregates, money_facts, st.integers(1, 3)),
        st.builds(lambda how, a, b: Pick(how, (a, b)), st.sampled_from(["较大", "较小"]), inner, inner),
        st.builds(Whole, inner),
        st.builds(
            lambda x, a, b, op, one, two: Bands("分档", x, (Band(op, a, one), Band(op, b, two)), one),
            inner,
            amounts,
            amounts,
            st.sampled_from(["<=", "<", ">=", ">"]),
            inner,
            amounts,
        ),
    )


money = st.recursive(money_facts | amounts, _money, max_leaves=6)
ratios = st.one_of(
    st.builds(Arithmetic, st.just("/"), money, money),
    st.builds(Growth, st.just("增长率"), money_facts, st.just(1)),
    st.builds(Growth, st.sampled_from(["平均增长率", "复合增长率"]), money_facts, st.integers(2, 3)),
    st.just(Fact(VOCABULARY.facts["share"])),
)
scores = st.one_of(
    ranges,
    bare,
    st.builds(lambda x, a, one, two: Bands("分档", x, (Band(">=", a, one),), two), ratios, rates, ranges | bare, bare),
)
numbers_of_days = st.builds(Number, st.integers(0, 900).map(Decimal), st.just(""), st.just("天"))
numbers_of_months = st.builds(Number, st.integers(0, 30).map(Decimal), st.just(""), st.sampled_from(["年", "个月"]))
age = st.just(Arithmetic("-", Today(), Fact(VOCABULARY.facts["founded"])))
founded = st.just(Fact(VOCABULARY.facts["founded"]))
staff = st.just(Fact(VOCABULARY.facts["staff"]))
raised = Records("总额", EQUITY, _attribute(EQUITY, "amount"), (Period("年", 3),))
families: dict[str, st.SearchStrategy[Expr]] = {
    "amounts": st.builds(Compare, operators, money, money) | st.builds(Compare, operators, staff, bare),
    "ratios": st.builds(Compare, operators, ratios, rates),
    "scores": st.builds(Compare, operators, scores, bare),
    "tables": st.builds(
        lambda op, x, a, b, c, limit: Compare(op, Bands("分档", x, (Band("<=", a, b),), c), limit),
        operators,
        money_facts,
        amounts,
        bare,
        bare,
        bare,
    ),
    "time": st.builds(Compare, operators, age, numbers_of_days | numbers_of_months)
    | st.builds(Compare, operators, founded, st.dates(date(2015, 1, 1), TODAY).map(Day))
    | st.builds(Compare, operators, st.builds(Years, aggregates, money_facts, st.integers(2, 3)), amounts),
    "flags": st.sampled_from(["above", "accounts"]).map(lambda code: Fact(VOCABULARY.facts[code]))
    | money_facts.map(Known),
    "choices": st.builds(
        lambda words, negated: Within(Fact(VOCABULARY.facts["field"]), tuple(map(Member, words)), negated),
        st.lists(st.sampled_from(["新材料", "电子信息", "其他 类"]), min_size=1, max_size=3, unique=True),
        st.booleans(),
    ),
    "records": st.builds(
        lambda how, chosen: Records(how, IP, None, tuple(chosen)),
        st.sampled_from(["有", "无"]),
        st.lists(filters, max_size=2),
    )
    | st.builds(Compare, operators, counted, bare)
    | st.builds(
        lambda op, amount: Compare(
            op, Records("总额", EQUITY, _attribute(EQUITY, "amount"), (Period("年", 3),)), amount
        ),
        operators,
        amounts,
    ),
    "titles": st.builds(
        lambda how: Title(how, HNTE, VOCABULARY.collections["titles"]),
        st.sampled_from(["有效", "曾有", "首次", "再次"]),
    ),
}
leaves = st.one_of(*families.values())


def _logic(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pairs = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(All, pairs),
        st.builds(AnyOf, pairs),
        st.builds(Not, inner),
        st.builds(AtLeast, st.integers(1, 2), pairs),
        st.builds(IfElse, inner, inner, inner),
        st.builds(EachYear, st.sampled_from(["每年", "任一年"]), st.integers(1, 3), inner),
    )


tests = st.recursive(leaves, _logic, max_leaves=5)
families["logic"] = tests


@st.composite
def values(draw: st.DrawFn, kind: FactKind) -> Any:  # noqa: PLR0911 - one line for each declared type
    """A value within the declared bounds; small numbers, so that thresholds are often hit."""
    match kind.type:
        case "flag":
            return draw(st.booleans())
        case "choice":
            return draw(st.sampled_from(kind.choices))
        case "text":
            return draw(st.sampled_from(["甲", "乙"]))
        case "date":
            return draw(st.dates(date(2019, 1, 1), TODAY))
        case "ratio":
            return Decimal(draw(st.integers(0, 20))) / 20
        case "money":
            least = 0 if kind.bounds[0] is not None else -5
            return Decimal(draw(st.integers(least, 40))) * 10_000
    return Decimal(draw(st.integers(0, 6)))


def slots() -> list[tuple[FactKind, int | None]]:
    """Every figure the generated tests speak of: a kind, with a year when it is annual."""
    kinds = [VOCABULARY.facts[code] for code in ("founded", "staff", "sales", "rd", "profit", "share", "field")]
    kinds += [VOCABULARY.facts[code] for code in ("above", "accounts")]
    return [(kind, year) for kind in kinds for year in (YEARS if kind.annual else (None,))]


@st.composite
def records_of_ip(draw: st.DrawFn) -> KnownRecord:
    """A record of intellectual property, some attributes and perhaps its date left out."""
    attributes: dict[str, Any] = {}
    if draw(st.booleans()):
        attributes["sort"] = draw(st.sampled_from(["发明专利", "实用新型", "软件著作权"]))
    if draw(st.booleans()):
        attributes["owners"] = Decimal(draw(st.integers(0, 3)))
    attributes["name"] = draw(st.sampled_from(["甲", "乙", "丙"]))
    starts = draw(st.none() | st.dates(date(2021, 1, 1), TODAY))
    return KnownRecord("ip", attributes, starts, None, "台账", TODAY, f"ip-{draw(st.integers(0, 99))}")


@st.composite
def titles(draw: st.DrawFn) -> KnownRecord:
    starts = draw(st.dates(date(2019, 1, 1), TODAY))
    return KnownRecord("titles", {"kind": "hnte"}, starts, None, "名单", TODAY, f"t-{draw(st.integers(0, 99))}")


@st.composite
def rounds(draw: st.DrawFn) -> KnownRecord:
    starts = draw(st.dates(date(2022, 1, 1), TODAY))
    amount = Decimal(draw(st.integers(0, 40))) * 10_000
    return KnownRecord("equity", {"amount": amount}, starts, None, "台账", TODAY, f"e-{draw(st.integers(0, 99))}")


@st.composite
def partial_and_complete(draw: st.DrawFn) -> tuple[FactSheet, FactSheet]:
    """A sheet with gaps, and one completion of it: facts filled in, records found, collections vouched for."""
    known: list[KnownFact] = []
    later: list[KnownFact] = []
    for kind, year in slots():
        fact = KnownFact(kind.code, year, draw(values(kind)), "企业", TODAY, f"{kind.code}-{year}")
        (known if draw(st.booleans()) else later).append(fact)
    records = draw(st.lists(st.one_of(records_of_ip(), titles(), rounds()), max_size=4))
    more = draw(st.lists(st.one_of(records_of_ip(), titles(), rounds()), max_size=3))
    vouched = draw(st.sets(st.sampled_from(["ip", "titles", "equity"])))
    # What somebody vouched for has no further records; everything else may still turn up.
    turned_up = [each for each in more if each.collection not in vouched]
    partial = FactSheet(known, records, [vouch(each) for each in vouched])
    completed = [draw(completions(each)) for each in [*records, *turned_up]]
    everything: list[Vouch] = [vouch(each) for each in ("ip", "titles", "equity", "incident")]
    return partial, FactSheet([*known, *later], completed, everything)


@st.composite
def completions(draw: st.DrawFn, record: KnownRecord) -> KnownRecord:
    """The same record with what was left out filled in."""
    attributes = dict(record.attributes)
    if record.collection == "ip":
        attributes.setdefault("sort", draw(st.sampled_from(["发明专利", "实用新型", "软件著作权"])))
        attributes.setdefault("owners", Decimal(draw(st.integers(0, 3))))
    starts = record.starts_on or TODAY - timedelta(days=draw(st.integers(0, 2_000)))
    return KnownRecord(
        record.collection, attributes, starts, record.ends_on, record.source, record.recorded_on, record.ref
    )
