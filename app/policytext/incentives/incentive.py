"""An incentive: a promise of money with its beneficiary, conditions, amount and the terms around it."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.policytext.text.plain import Piece


class AmountKind(StrEnum):
    """How an amount is fixed; the value is what people read."""

    FIXED = "定额"
    PERCENT = "按比例"
    TIERS = "分档"
    MATCHING = "配套"
    CEILING = "只有上限"
    REFERENCE = "参照其他标准"
    UNSPECIFIED = "未写金额"


class TermKind(StrEnum):
    """What a term around an incentive is about."""

    STACKING = "叠加"
    EXCLUSION = "排除"
    OBLIGATION = "获奖后义务"
    ELIGIBILITY = "适用对象"


@dataclass(frozen=True)
class Tier:
    """One step of an amount: the words it is for, and a sum in 元 or a rate (0.05 for 5%)."""

    words: str
    value: Decimal


@dataclass(frozen=True)
class AwardAmount:
    """What is paid, as far as the plan says so: sums in 元, `rate` as a fraction; what it leaves open stays None.

    `base` are the words a rate is taken of; `per` the words of a unit price (每家); `cap_for` those of a cap, such as
    单个企业每年; `waits_for` the document the plan points to. Where the plan says only between what an amount lies
    (5%—20%, 10万元—100万元), the kind is 按比例 or 只有上限 and `tiers` are the two ends.
    """

    kind: AmountKind
    value: Decimal | None = None
    rate: Decimal | None = None
    base: str = ""
    cap: Decimal | None = None
    cap_for: str = ""
    per: str = ""
    tiers: tuple[Tier, ...] = ()
    waits_for: str = ""


@dataclass(frozen=True)
class Term:
    """A sentence that limits or binds incentives, of its own clause or of the whole document."""

    kind: TermKind
    path: str
    piece: Piece

    @property
    def words(self) -> str:
        return self.piece.text.strip(" \n;。")


@dataclass(frozen=True)
class Incentive:
    """A promise of money as the plan says it.

    `heading` is that of its clause, `conditions` are the plan's own phrases, in order; `one_time` 一次性,
    `case_by_case` 一事一议. `terms` are those of its clause and of the whole document; `follows` are heading and
    promise before it, which “对重新认定的” leans on.
    """

    path: str
    heading: str
    beneficiary: str
    conditions: tuple[str, ...]
    amount: AwardAmount
    one_time: bool
    case_by_case: bool
    terms: tuple[Term, ...]
    follows: str
    piece: Piece

    @property
    def discretionary(self) -> bool:
        """Whether the plan gives a ceiling only: 最高、不超过 without a formula."""
        return self.amount.kind is AmountKind.CEILING
