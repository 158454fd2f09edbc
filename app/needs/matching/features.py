"""Who could help with a need, and why: a pure comparison, feature by feature, of texts that people wrote."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.core.text import folded, wan
from app.needs.clarity import amount_in

PARTING = re.compile(r"[、，,；;/\s]+")
MONTHS = re.compile(r"(\d+)\s*(个月|月|年)")
ANY_FORM = "都可以"
MOST = 5
PAIR = 2


@dataclass(frozen=True)
class Wanted:
    """What a need says: its kind, all its words, and the parts that are compared one by one (blank: not said)."""

    kind_label: str
    words: str
    field: str = ""
    form: str = ""
    term: str = ""
    amount: Decimal | None = None
    region: str = ""


@dataclass(frozen=True)
class Candidate:
    """An entry of a register with the texts of its columns, and how its referrals ended."""

    number: int
    register: str
    name: str
    details: Mapping[str, str]
    successes: int = 0
    failures: int = 0


@dataclass(frozen=True)
class Feature:
    """One comparison: what it is worth (0: it speaks against, or cannot be told) and the sentence that says why.

    A need is not brought to somebody for a feature that is not `telling`, such as being near.
    """

    points: int
    sentence: str
    telling: bool = True


@dataclass(frozen=True)
class Suggestion:
    """`reasons` speak for the candidate; `lacks` is what does not fit, or is not known."""

    candidate: Candidate
    score: int
    reasons: tuple[str, ...]
    lacks: tuple[str, ...]


def suggest(wanted: Wanted, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """The best candidates for which something telling speaks, the highest score first, at most five."""
    found = []
    for candidate in candidates:
        features = list(compare(wanted, candidate))
        if any(each.points and each.telling for each in features):
            reasons = tuple(each.sentence for each in features if each.points)
            lacks = tuple(each.sentence for each in features if not each.points)
            found.append(Suggestion(candidate, sum(each.points for each in features), reasons, lacks))
    return sorted(found, key=lambda each: (-each.score, each.candidate.name, each.candidate.number))[:MOST]


def compare(wanted: Wanted, candidate: Candidate) -> Iterator[Feature]:
    """Every comparison that the need and the register of the candidate allow."""
    yield _words(wanted, candidate)
    if "serves" in candidate.details:
        serves = wanted.kind_label in terms_in(candidate.details["serves"])
        yield Feature(20 * serves, f"服务类别{'包括' if serves else '没有列'}“{wanted.kind_label}”")
    if wanted.field and candidate.register in ("expert", "outcome"):
        yield _field(wanted, candidate)
    if candidate.register == "bank":
        yield from _product(wanted, candidate)
    if wanted.region:
        near = wanted.region in candidate.details.get("region", "")
        where = candidate.details.get("region") or "所在地未填"
        yield Feature(10 * near, "同在本区" if near else f"不在本区（{where}）", telling=False)
    if candidate.successes:
        yield Feature(min(20, 10 * candidate.successes), f"以往对接成功 {candidate.successes} 次", telling=False)
    if candidate.failures:
        yield Feature(0, f"以往有 {candidate.failures} 次未成", telling=False)


def terms_in(text: str) -> list[str]:
    """The key words of a register's column."""
    return [term for term in PARTING.split(text) if term]


def is_spoken_of(term: str, words: str) -> bool:
    """Whether a key word occurs in a text: as it stands, or with at least two thirds of its pairs of characters."""
    plain, text = folded(term), folded(words)
    if plain in text:
        return True
    pairs = [plain[place : place + PAIR] for place in range(len(plain) - 1)]
    return len(pairs) >= PAIR and 3 * sum(pair in text for pair in pairs) >= 2 * len(pairs)


def _words(wanted: Wanted, candidate: Candidate) -> Feature:
    terms = terms_in(candidate.details.get("words", ""))
    met = [term for term in terms if is_spoken_of(term, wanted.words)]
    if not met:
        return Feature(0, "关键词没有相同的" if terms else "关键词未填，不能比较")
    return Feature(min(40, 10 + 10 * len(met)), f"关键词相同：{'、'.join(met)}")


def _field(wanted: Wanted, candidate: Candidate) -> Feature:
    field = candidate.details.get("field", "")
    if not field:
        return Feature(0, "技术领域未填，不能比较")
    same = field == wanted.field
    return Feature(20 * same, f"技术领域{'同为' if same else '不同：'}{field}")


def _product(wanted: Wanted, candidate: Candidate) -> Iterator[Feature]:
    yield _amount(wanted.amount, candidate.details)
    if wanted.form:
        forms = terms_in(candidate.details.get("form", ""))
        fits = bool(forms) and (wanted.form == ANY_FORM or wanted.form in forms)
        yield Feature(15 * fits, f"融资方式{'合适' if fits else '不合'}：{'、'.join(forms) or '未填'}")
    months, longest = months_in(wanted.term), months_in(candidate.details.get("term", ""))
    if months and longest:
        fits = months <= longest
        yield Feature(10 * fits, f"期限最长 {longest} 个月，需要 {months} 个月", telling=False)


def _amount(amount: Decimal | None, details: Mapping[str, str]) -> Feature:
    if amount is None:
        return Feature(0, "需求没有写明金额，不能比较额度")
    low, high = (amount_in(details.get(code, "")) for code in ("low", "high"))
    if low is None and high is None:
        return Feature(0, "产品额度未填，不能比较")
    if high is not None and amount > high:
        return Feature(0, f"额度最高 {wan(high)}，还差 {wan(amount - high)}")
    if low is not None and amount < low:
        return Feature(0, f"额度最低 {wan(low)}，需求只有 {wan(amount)}")
    return Feature(
        30, f"额度合适：{wan(low) if low is not None else '不限'}～{wan(high) if high is not None else '不限'}"
    )


def months_in(text: str) -> int:
    """A term in months, as in “24 个月” or “3 年”; 0 where there is none."""
    found = MONTHS.search(text)
    return 0 if not found else int(found[1]) * (12 if found[2] == "年" else 1)
