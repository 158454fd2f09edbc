"""Which units of a district a plan means: 各乡镇 becomes every one of them, 科技局 the bureau of this district."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_TOWNS = re.compile(r"乡|镇")
_STREETS = re.compile(r"街道|镇街|街镇|乡街|街乡|^各?街")
_PARKS = re.compile(r"园区|园城|产业园|开发区|高新区|功能区|园$")
_GROUP = re.compile(
    r"^(?:各.*|乡\(镇\)|乡镇|镇街|街镇|街道|镇|乡|园区|街道办事处|乡镇人民政府|镇\(街道\)|乡镇\(街道\))$"
)
_PLACE = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,8}?(?:自治区|区|县|市|州|盟|旗|省)|区|县|市(?!场)|州|盟|旗|省)(?=[\u4e00-\u9fff]{2})"
)
_BRACKETS = re.compile(r"[()（）、]")
# Short forms staff write, and the official names of the bodies after the reform of 2018.
_FULL = {
    "科技局": "科学技术局", "发改委": "发展和改革委员会", "发展改革委": "发展和改革委员会", "发改局": "发展和改革局",
    "工信局": "工业和信息化局", "经信局": "经济和信息化局", "经信委": "经济和信息化委员会",
    "经济信息委": "经济和信息化委员会", "人社局": "人力资源和社会保障局", "人力社保局": "人力资源和社会保障局",
    "市场监管局": "市场监督管理局", "市监局": "市场监督管理局", "住建局": "住房和城乡建设局",
    "自然资源局": "自然资源和规划局", "文旅局": "文化和旅游局", "农业农村委": "农业农村委员会",
    "卫健委": "卫生健康委员会", "国资委": "国有资产监督管理委员会", "教委": "教育委员会", "金融办": "金融工作办公室",
    "科协": "科学技术协会", "工商联": "工商业联合会", "团委": "共青团委员会", "组织部": "委组织部",
    "行政审批局": "行政审批服务局",
}  # fmt: skip


@dataclass(frozen=True)
class RosterUnit:
    """A unit of the district: a key of the caller's, its name, and its kind (部门, 乡镇, 街道, 园区)."""

    key: str
    name: str
    kind: str


@dataclass(frozen=True)
class Expansion:
    """Whom a named unit stands for; nobody when the district has no such unit: a person decides then."""

    name: str
    units: tuple[RosterUnit, ...]


def expand_units(names: Iterable[str], roster: Iterable[RosterUnit]) -> tuple[Expansion, ...]:
    """The units of a district that named units stand for, in the order they were named.

    In: names as `find_duties` gives them, and every unit of the district. Out: one expansion per name; “各乡(镇)” gives
    every unit of kind 乡镇, “发改委(工信局)” whichever of the two exist, an unknown name none at all.
    """
    known = tuple(roster)
    return tuple(Expansion(name, _meant(name, known)) for name in names)


def _meant(name: str, roster: tuple[RosterUnit, ...]) -> tuple[RosterUnit, ...]:
    kinds = _kinds(name) if _GROUP.match(name) else set()
    if kinds:
        return tuple(unit for unit in roster if unit.kind in kinds)
    wanted = {_official(part) for part in _BRACKETS.split(name) if part}
    return tuple(unit for unit in roster if _official(unit.name) in wanted)


def _kinds(name: str) -> set[str]:
    kinds = {"街道"} if _STREETS.search(name) else set()
    if _TOWNS.search(name):
        kinds.add("乡镇")
    if _PARKS.search(name):
        kinds.add("园区")
    return kinds


def _official(name: str) -> str:
    """A name without its place and in full, for comparison only."""
    bare = re.sub(r"\s", "", name)
    shorter = _PLACE.sub("", bare)
    for candidate in (bare, shorter):
        if candidate in _FULL:
            return _FULL[candidate]
    return shorter or bare
