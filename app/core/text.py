"""How values are written for people: money, percent, dates, masks. Pure; each is also a template filter."""

import unicodedata
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from app.core.clock import BEIJING


def wan(yuan: Decimal | int | None) -> str:
    """An amount of 元 as “1,234.50 万元”."""
    return "—" if yuan is None else f"{plain_wan(yuan):,.2f} 万元"


def plain_wan(yuan: Decimal | int) -> Decimal:
    """元 → 万元, two decimals, halves away from zero."""
    return (Decimal(yuan) / 10_000).quantize(Decimal("0.01"), ROUND_HALF_UP)


def percent(ratio: Decimal | None) -> str:
    """0.0612 → “6.12%”."""
    return "—" if ratio is None else f"{(Decimal(ratio) * 100).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def day(value: date | datetime | None) -> str:
    """“2024年3月1日”, in Beijing time."""
    if value is None:
        return "—"
    value = value.astimezone(BEIJING) if isinstance(value, datetime) else value
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """“2024-03-01 09:05”, in Beijing time."""
    return "—" if value is None else value.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def mask_phone(number: str | None) -> str:
    """13812345678 → 138****5678; shorter numbers keep their last two digits."""
    if not number:
        return "—"
    if len(number) < 7:  # noqa: PLR2004
        return "*" * max(0, len(number) - 2) + number[-2:]
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def age(since: date, until: date) -> str:
    """How long ago: “今天”, “12 天前”, “7 个月前”, “3 年前”."""
    days = (until - since).days
    match days:
        case _ if days < 1:
            return "今天"
        case _ if days < 60:  # noqa: PLR2004
            return f"{days} 天前"
        case _ if days < 730:  # noqa: PLR2004
            return f"{days // 30} 个月前"
        case _:
            return f"{days // 365} 年前"


def folded(text: str) -> str:
    """A text in the form in which it is compared: half-width, lower case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
