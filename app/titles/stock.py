"""The stock of a kind of title: how many firms hold one in force, month end by month end. Pure."""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate

from app.titles.ladder import DAY, Certificate, last_in_force


def month_end(day: date) -> date:
    """The last day of the month in which a day falls."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_ends(first: date, last: date) -> tuple[date, ...]:
    """The last day of every month from that of `first` to that of `last`, both included; none if it is earlier."""
    months = range(_months(first), _months(last) + 1)
    return tuple(month_end(date(month // 12, month % 12 + 1, 1)) for month in months)


def stock(holders: Iterable[Iterable[Certificate]], days: Sequence[date]) -> tuple[int, ...]:
    """How many holders have a certificate in force on each of some days (given in ascending order).

    Give the certificates of one kind, holder by holder. A holder counts once however many certificates overlap, from
    the day of issue to the last day of the term or the day before revocation, both included (国科发火〔2016〕32号
    第九条、第十九条). No certificate that does not stand yet is assumed: this is the stock if nothing is renewed.
    """
    changes = [0] * (len(days) + 1)
    for titles in holders:
        for first, last in spans(titles):
            begins = bisect_left(days, first)
            ends = len(days) if last is None else bisect_right(days, last)
            changes[begins] += 1
            changes[max(begins, ends)] -= 1
    return tuple(accumulate(changes[:-1]))


def spans(titles: Iterable[Certificate]) -> Iterator[tuple[date, date | None]]:
    """The unbroken times in which at least one certificate is in force, oldest first, as first and last day.

    The last day is None where no end is known. Certificates that overlap or follow each other without a day between
    make one span; one that was revoked on or before its day of issue makes none.
    """
    begins: date | None = None
    ends: date | None = None
    for first, last in sorted(map(_term, titles), key=lambda term: term[0]):
        if last is not None and last < first:
            continue
        if begins is not None and (ends is None or first <= ends + DAY):
            ends = None if ends is None or last is None else max(ends, last)
            continue
        if begins is not None:
            yield begins, ends
        begins, ends = first, last
    if begins is not None:
        yield begins, ends


def held_until(titles: Iterable[Certificate], day: date) -> date | None:
    """The last day of the span that covers a day; None where none covers it, date.max where it has no end."""
    for first, last in spans(titles):
        if first <= day and (last is None or day <= last):
            return last or date.max
    return None


def _term(title: Certificate) -> tuple[date, date | None]:
    return title.issued_on, last_in_force(title)


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1
