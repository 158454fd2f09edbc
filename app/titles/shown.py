"""Titles as the pages show them: the ladder drawn, each certificate with its state in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.text import day as day_text
from app.titles.ladder import LANES, Ladder, Rung, Standing, Stay, days_left, history, place
from app.titles.models import Title

DAYS_A_YEAR = 365


@dataclass(frozen=True)
class Place:
    """A firm on one ladder: where it stands, the rungs as `ui.ladder` draws them, and how it came there."""

    ladder: Ladder
    standing: Standing
    rungs: list[dict[str, str]]
    stays: tuple[Stay, ...]
    duration: str

    @property
    def words(self) -> str:
        return self.standing.rung.label if self.standing.rung else "未入此梯度"


@dataclass(frozen=True)
class Shown:
    """A certificate with its state: a traffic light (none: nothing to do), the word beside it, how long is left."""

    title: Title
    light: str
    word: str
    left: str


def make_place(titles: Sequence[Title], day: date, ladder: Ladder) -> Place:
    """Where the titles of a firm put it on a ladder on a day, ready to be drawn."""
    standing = place(titles, day, ladder)
    stays = history(titles, ladder)
    rungs = [_drawn(rung, standing, stays, titles, day) for rung in ladder.rungs]
    return Place(ladder, standing, rungs, tuple(reversed(stays)), duration(standing.days))


def show_titles(titles: Sequence[Title], day: date) -> list[Shown]:
    """Each with its state; one that has ended and has a successor of its kind is no cause for alarm."""
    last: dict[str, date] = {}
    for title in titles:
        last[title.kind] = max(title.valid_until or date.max, last.get(title.kind, date.min))
    return [
        Shown(title, "", "已接续", "已有后一张证书")
        if _was_followed(title, last[title.kind], day)
        else show_title(title, day)
        for title in titles
    ]


def show_title(title: Title, day: date) -> Shown:
    """有效 (green), 将到期 within 180 days (amber), 已过期 and 已撤销 (red)."""
    left = days_left(title, day)
    if title.revoked_on is not None and title.revoked_on <= day:
        return Shown(title, "bad", "已撤销", f"{day_text(title.revoked_on)}起")
    if left is None:
        return Shown(title, "good", "有效", "无固定期限")
    if left < 0:
        return Shown(title, "bad", "已过期", f"过期 {-left} 天")
    if left <= LANES[-1]:
        return Shown(title, "warn", "将到期", f"还剩 {left} 天")
    return Shown(title, "good", "有效", f"还剩 {left} 天")


def _was_followed(title: Title, last: date, day: date) -> bool:
    return title.revoked_on is None and title.valid_until is not None and title.valid_until < min(day, last)


def duration(days: int) -> str:
    """832 → “2 年 102 天”."""
    years, rest = divmod(days, DAYS_A_YEAR)
    parts = [f"{years} 年" if years else "", f"{rest} 天" if rest or not years else ""]
    return " ".join(part for part in parts if part)


def term(stay: Stay) -> str:
    """“2024年3月1日 至 2027年2月28日”."""
    return f"{day_text(stay.starts)} {'至 ' + day_text(stay.ends) if stay.ends else '起'}"


def _drawn(rung: Rung, standing: Standing, stays: Sequence[Stay], titles: Iterable[Title], day: date) -> dict[str, str]:
    """One rung for `ui.ladder`: its state, since when it is held, and a word where a rung was passed over."""
    if standing.stay and standing.rung == rung:
        note = f"已在此级 {duration(standing.days)}"
        return {"name": rung.label, "state": "current", "when": term(standing.stay), "note": note}
    mine = [title for title in titles if title.kind in rung.kinds and title.issued_on <= day]
    holding = [title for title in mine if title.in_force(day)]
    if holding:
        return {"name": rung.label, "state": "reached", "when": f"{day_text(min(holding, key=_issued).issued_on)} 起"}
    if mine:
        return {"name": rung.label, "state": "lapsed", "when": _ended(mine, stays, rung)}
    return _never_held(rung, standing)


def _never_held(rung: Rung, standing: Standing) -> dict[str, str]:
    here = standing.rung.number if standing.rung else 0
    if rung.number < here:
        return {"name": rung.label, "state": "later", "note": "未经此级"}
    return {"name": rung.label, "state": "next" if rung.number == here + 1 else "later"}


def _ended(titles: Sequence[Title], stays: Sequence[Stay], rung: Rung) -> str:
    last = max(titles, key=_issued)
    if last.revoked_on:
        return f"{day_text(last.revoked_on)} 撤销"
    ends = [stay.ends for stay in stays if stay.rung == rung and stay.ends]
    ended = max([day for day in (last.valid_until, *ends) if day], default=None)
    return f"{day_text(ended)} 到期" if ended else ""


def _issued(title: Title) -> Any:
    return title.issued_on, title.id
