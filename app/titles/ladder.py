"""Where a firm stands on a ladder, since when, and by which certificates. Pure: titles and a day in, a place out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from app.rules import Vocabulary

UNRANKED = "其他"
DAY = timedelta(days=1)
LANES = (30, 90, 180)


class Certificate(Protocol):
    """What the ladder needs of a title; `valid_until` is the last day it counts, `revoked_on` the first it does not."""

    @property
    def kind(self) -> str: ...
    @property
    def issued_on(self) -> date: ...
    @property
    def valid_until(self) -> date | None: ...
    @property
    def revoked_on(self) -> date | None: ...


@dataclass(frozen=True)
class Rung:
    """One step of a ladder, numbered from 1; any title of `kinds` puts a firm on it."""

    number: int
    label: str
    kinds: frozenset[str]


@dataclass(frozen=True)
class Ladder:
    """A ladder and its rungs, lowest first."""

    name: str
    rungs: tuple[Rung, ...]


# 工信部企业〔2026〕2号: 科技和创新型中小企业 is the first rung, and either title of the other ladder is enough for it.
BORROWED = {"专精特新梯度": Rung(1, "科技和创新型中小企业", frozenset({"tsme", "isme"}))}


@dataclass(frozen=True)
class Stay:
    """An unbroken time on one rung, first and last day included; `ends` None while no end is known."""

    rung: Rung
    starts: date
    ends: date | None
    evidence: tuple[Certificate, ...]

    def covers(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)

    def days(self, day: date) -> int:
        """Days spent on the rung by the end of a day."""
        last = day if self.ends is None else min(day, self.ends)
        return max(0, (last - self.starts).days + 1)


@dataclass(frozen=True)
class Standing:
    """A firm's place on a ladder on a day; `stay` None means on no rung."""

    ladder: Ladder
    day: date
    stay: Stay | None

    @property
    def rung(self) -> Rung | None:
        return self.stay.rung if self.stay else None

    @property
    def days(self) -> int:
        return self.stay.days(self.day) if self.stay else 0


@dataclass(frozen=True)
class Expiry:
    """A title that ends soon or has ended with nothing to follow; `lane` is 30, 90 or 180 days, or 0 once expired."""

    title: Certificate
    lane: int
    days_left: int


def ladders(vocabulary: Vocabulary) -> tuple[Ladder, ...]:
    """The declared ladders in the order of seeds/titles.yaml; unranked titles (其他) stand on none."""
    found: dict[str, list[Rung]] = {}
    for kind in vocabulary.titles.values():
        if kind.rung is not None and kind.ladder != UNRANKED:
            found.setdefault(kind.ladder, []).append(Rung(kind.rung, kind.label, frozenset({kind.code})))
    for name, rungs in found.items():
        if name in BORROWED:
            rungs.append(BORROWED[name])
    return tuple(Ladder(name, tuple(sorted(rungs, key=_number))) for name, rungs in found.items())


def place(titles: Iterable[Certificate], day: date, ladder: Ladder) -> Standing:
    """The highest rung of which a title is in force on a day, and the stay on it.

    A title that ends puts the firm back on the highest rung it still holds, or on none.
    """
    stay = next((each for each in history(titles, ladder) if each.covers(day)), None)
    return Standing(ladder, day, stay)


def history(titles: Iterable[Certificate], ladder: Ladder) -> tuple[Stay, ...]:
    """Every stay on a rung of the ladder, oldest first, without overlap; consecutive certificates make one stay."""
    held = [each for each in titles if last_in_force(each) is None or last_in_force(each) >= each.issued_on]  # type: ignore[operator] # None is excluded just before
    days = sorted({day for each in held for day in (each.issued_on, _after(each)) if day})
    stays: list[Stay] = []
    for number, day in enumerate(days):
        ends = days[number + 1] - DAY if number + 1 < len(days) else None
        _extend(stays, _stay(held, ladder, day, ends))
    return tuple(stays)


def expiring(titles: Iterable[Certificate], day: date) -> tuple[Expiry, ...]:
    """The titles that end within 180 days or have ended, soonest first.

    Of the certificates of one kind only the one that lasts longest counts: the others have been renewed. A revoked
    title does not expire. Give the titles of one firm.
    """
    latest: dict[str, Certificate] = {}
    for title in titles:
        best = latest.get(title.kind)
        if best is None or (title.valid_until or date.max) > (best.valid_until or date.max):
            latest[title.kind] = title
    found = [_expiry(each, day) for each in latest.values() if each.revoked_on is None]
    return tuple(sorted((each for each in found if each), key=_days_left))


def last_in_force(title: Certificate) -> date | None:
    """The last day a certificate counts, by its term or its revocation, whichever comes first; None without an end."""
    ends = [day for day in (title.valid_until, title.revoked_on and title.revoked_on - DAY) if day]
    return min(ends, default=None)


def days_left(title: Certificate, day: date) -> int | None:
    """Days from a day to the title's last; negative once over, None without an end."""
    return None if title.valid_until is None else (title.valid_until - day).days


def _expiry(title: Certificate, day: date) -> Expiry | None:
    left = days_left(title, day)
    if left is None or left > LANES[-1]:
        return None
    return Expiry(title, 0 if left < 0 else next(lane for lane in LANES if left <= lane), left)


def _stay(held: Sequence[Certificate], ladder: Ladder, day: date, ends: date | None) -> Stay | None:
    """The stay between two days on which something changes: the highest rung of which a title is in force."""
    current = [each for each in held if _counts(each, day)]
    for rung in reversed(ladder.rungs):
        evidence = tuple(each for each in current if each.kind in rung.kinds)
        if evidence:
            return Stay(rung, day, ends, evidence)
    return None


def _extend(stays: list[Stay], stay: Stay | None) -> None:
    if stay is None:
        return
    last = stays[-1] if stays else None
    if last and last.rung == stay.rung and last.ends and last.ends + DAY == stay.starts:
        more = tuple(each for each in stay.evidence if not any(each is known for known in last.evidence))
        stays[-1] = Stay(stay.rung, last.starts, stay.ends, last.evidence + more)
    else:
        stays.append(stay)


def _counts(title: Certificate, day: date) -> bool:
    last = last_in_force(title)
    return title.issued_on <= day and (last is None or day <= last)


def _after(title: Certificate) -> date | None:
    last = last_in_force(title)
    return last + DAY if last else None


def _number(rung: Rung) -> int:
    return rung.number


def _days_left(expiry: Expiry) -> int:
    return expiry.days_left
