"""A forecast in words and drawings: the verdict, the months, the reasons, as its pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import text
from app.forecasts.models import Fate, Forecast, ForecastFirm, ForecastTarget
from app.titles.choosing import Reach

SIGNS = {Reach.HELD: "good", Reach.SURE: "good", Reach.POSSIBLE: "warn", Reach.OPEN: "warn", Reach.SHORT: "bad"}
FATES = {
    Fate.KEPT: "现有资质到目标日仍在有效期内",
    Fate.READY: "已全部符合，或做到所列各项即可，时间也来得及",
    Fate.MAY: "取决于还不知道的数据或须由人评定的条件",
    Fate.LATE: "有办法，但找到的办法都赶不上目标日",
    Fate.STUCK: "搜索没有找到办法；没有找到不等于做不到",
    Fate.RULED_OUT: "无论怎样努力，在目标日前都不能取得",
}
MOST_NAMED = 4


@dataclass(frozen=True)
class Month:
    """One line of the table under the drawing; `lapses` is how many firms' titles end in the month."""

    day: date
    lapses: int
    held: int
    sure: int
    best: int
    short: int


def months(target: ForecastTarget) -> list[Month]:
    columns = (target.outcome[name] for name in ("days", "lapses", "held", "sure", "best"))
    rows = zip(*columns, strict=True)
    return [
        Month(date.fromisoformat(day), lapses, held, sure, best, max(0, target.count - best))
        for day, lapses, held, sure, best in rows
    ]


def chart(target: ForecastTarget) -> dict[str, Any]:
    """What `ui.line_chart` takes; the lines that add nothing to the one before are left out."""
    found = target.outcome
    lines = [{"label": "不新增、不续办", "values": found["held"], "sign": "dot"}]
    if found["sure"] != found["held"]:
        lines.append({"label": "加上名单中确定能取得的", "values": found["sure"], "sign": "square"})
    if found["best"] != found["sure"]:
        lines.append({"label": "再加上名单中待核清的", "values": found["best"], "sign": "triangle"})
    days = map(date.fromisoformat, found["days"])
    return {
        "caption": f"{target.label}：每月末有效期内家数（数值见下表）",
        "labels": [f"{day.year % 100}-{day.month:02d}" for day in days],
        "series": lines,
        "level": target.count,
        "level_label": f"目标 {target.count} 家",
    }


def verdict(target: ForecastTarget) -> list[str]:
    """How the target stands, as sentences: the answer first, then what it rests on."""
    found, day = target.outcome, text.day(target.forecast.until)
    said = [f"到{day}，现有资质仍在有效期内的有 {found['kept']} 家，目标 {target.count} 家。"]
    match target.reach:
        case Reach.HELD:
            return [f"不必新增就能达到。{said[0]}"]
        case Reach.SURE:
            said.append(f"再有 {found['need']} 家取得即可，最少就是这么多：下列 {found['need']} 家确定来得及。")
        case Reach.POSSIBLE:
            said.append(
                f"还须 {found['need']} 家；确定能取得的比这少 {found['short_surely']} 家，要靠待核的企业核清后补上。"
            )
        case Reach.OPEN:
            said.append(_not_found(found))
        case Reach.SHORT:
            said.append(_out_of_reach(target))
    return said


def _not_found(found: dict[str, Any]) -> str:
    return (
        f"还须 {found['need']} 家，能取得的候选只有 {found['candidates']} 家，差 {found['short']} 家。"
        f"其余企业中有的没有定论，所以不能说达不到；最多不超过 {found['most']} 家。"
    )


def _out_of_reach(target: ForecastTarget) -> str:
    """The proof in words: everybody in scope is held, a candidate, or ruled out, and that is not enough."""
    found = target.outcome
    why = "其余企业逐家都能排除。"
    if found["closed"]:
        why = f"因为{_closed(target.forecast)}，今天起任何企业都来不及在目标日前取得。"
    elif found["in_scope"] < target.count:
        why = f"因为范围内在营企业总共只有 {found['in_scope']} 家。"
    return f"还须 {found['need']} 家，最多只能到 {found['most']} 家，差 {found['short']} 家。{why}"


def _closed(forecast: Forecast) -> str:
    return f"申报时段和从申报到发证的 {forecast.handling} 个月" if forecast.handling else "申报时段已经错过"


def assumptions(forecast: Forecast, target: ForecastTarget) -> list[str]:
    """What the forecast takes for granted, so that nobody has to guess."""
    found = target.outcome
    window = f"规则的申报时段：{found['window']}。" if found["window"] else "规则没有写明申报时段，按随时可以申报计。"
    said = [
        f"从申报到发证按 {forecast.handling} 个月计，是推演时填写的假设。{window}",
        f"企业按 {text.day(forecast.day)} 的数据和当天施行的规则判断；办法只动数据字典中声明的可动项。",
        "到期的资质只有重新符合条件、重新取得才算数，续办和新办用同一标准。",
        f"由近到远最多逐家推算 {forecast.most_searched} 家不符合的企业，{_unsearched(found['unsearched'])}",
    ]
    if found["away"]:
        said.append(f"另有 {found['away']} 家迁出或注销的企业名下还有有效资质，未计入。")
    return said


def _unsearched(firms: int) -> str:
    return f"另有 {firms} 家没有推算，没有定论。" if firms else "没有一家漏下。"


def needs(row: ForecastFirm) -> Sequence[str]:
    """What has to be done or found out for one firm, the best way only."""
    match row.fate:
        case Fate.READY | Fate.MAY | Fate.LATE if row.ways:
            return row.ways[:1]
        case Fate.READY:
            return ["已全部符合，组织申报即可"]
        case Fate.MAY if row.asks:
            return [f"{by}提供{_together(asked)}" if by else f"核清{_together(asked)}" for by, asked in _by(row.asks)]
        case Fate.MAY:
            return ["数据齐全，取决于须由评审核定的条件"]
        case _:
            return []


def _by(asks: Sequence[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    """What is asked, supplier by supplier."""
    found: dict[str, list[str]] = {}
    for each in asks:
        year = f"（{each['year']}年度）" if each["year"] else ""
        found.setdefault(each["by"], []).append(f"{each['what']}{year}")
    return list(found.items())


def _together(asked: Sequence[str]) -> str:
    more = f"等 {len(asked)} 项" if len(asked) > MOST_NAMED else ""
    return f"{'、'.join(asked[:MOST_NAMED])}{more}"
