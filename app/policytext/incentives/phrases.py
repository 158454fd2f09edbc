"""The phrases of conditions that have a test in the rule language, and those a person has to judge."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.policytext.incentives.statements import MONEY
from app.rules import Vocabulary

_SHORT = {
    "高企": "高新技术企业", "国家高新技术企业": "高新技术企业", "科小": "科技型中小企业",
    "国家科技型中小企业": "科技型中小企业", "专精特新企业": "专精特新中小企业", "“专精特新”企业": "专精特新中小企业",
    "“专精特新”中小企业": "专精特新中小企业", "小巨人": "专精特新小巨人", "专精特新“小巨人”": "专精特新小巨人",
    "“小巨人”企业": "专精特新小巨人", "科技创新领军企业": "科技领军企业", "创新型领军企业": "科技领军企业",
    "单项冠军": "制造业单项冠军",
}  # fmt: skip
_FIRST = (
    r"(?:首次|初次)(?:通过|获得|取得|申请|获评|被|参加)?(?:国家|省级|市级)?(?:认定|评定|评价|获批)?(?:为|的|并)?"
    r"[\u4e00-\u9fff“”]{0,6}?"
)
_AGAIN = (
    r"(?:再次|重新|复审|复核|连续|到期(?:后)?(?:重新)?)(?:通过|获得|参加)?(?:认定|评定|复审)?(?:为|的)?"
    r"[\u4e00-\u9fff“”]{0,4}?"
)
_RD = r"(?:年度|上年度?|当年)?(?:研发费用|研发投入|研发经费|研究开发费用|研发支出)(?:支出|总额|投入)?"
_SALES = r"(?:年度?|上年度?|当年)?(?:主营业务|销售|营业)收入"
_LIMIT = r"(?P<front>达到?|超过|突破|高于|大于|不低于|不少于|不超过|不高于|低于|不足|少于|在)?\s?"
_BACK = "及?以上|及?以下|以内"
_LEANING_SHARE = rf"(?<=[且并,;])(?:其)?占[^,;]{{0,12}}收入[^,;\d]{{0,10}}?{_LIMIT}(\d+(?:\.\d+)?%)(?P<back>{_BACK})?"
_PLATFORMS = (
    "重点实验室", "工程技术研究中心", "工程实验室", "工程研究中心", "企业技术中心", "新型研发机构", "院士专家工作站",
    "博士后科研工作站", "孵化器", "众创空间",
)  # fmt: skip
LEVELS = {
    "国家级": "国家级", "省级": "省部级", "省部级": "省部级", "自治区级": "省部级", "市级": "市级", "区级": "区县级",
    "县级": "区县级",
}  # fmt: skip
LEAST_REST = 4
_FILLER = re.compile(
    "企业|公司|以上|的|且|并|和|与|或|及|年度|上年度?|当年|当期|较|首次|新|通过|获得|获批|取得|获评|认定|被|入选|入库|"
    "评定|评价|为|属于|成功|达到?|我[区市县]|"
    "全[区市县]|本[区市县]|在|其|区内|市内|县内|注册|国家级?|省级|市级|区级|县级|自治区级|有效期内?|资格|给予|对|级|、|"
    "[，,；;（）()“”]|迁入|整体"
)
_ELLIPSIS = re.compile("(?:重新|再次|复审|复核|首次|连续)(?:通过)?(?:认定|评定|评价|复核|复审)?(?:通过)?的?$")
_ASIDE = re.compile(r"(?<=[\u4e00-\u9fff])[(][\u4e00-\u9fff]{1,4}[)](?=[\u4e00-\u9fff])")
RD_LABEL = "加计扣除口径研发费用"


@dataclass(frozen=True)
class Phrase:
    """A stretch of a condition that a test stands for, and what about it is still open, if anything."""

    wording: str
    test: str
    question: str = ""


def phrases_in(text: str, vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases of a condition that the rule language can say, with their tests.

    In: a condition in the plan's words and the declared vocabulary. Out: tests in the declared labels; whether each is
    valid is for the caller to check, since vocabularies differ.
    """
    # “企业技术(研发)中心” is an 企业技术中心.
    text = _ASIDE.sub("", text)
    found = [*_titles(text, vocabulary), *_events(text), *_figures(text), *_platforms(text)]
    return list({each.test: each for each in found}.values())


def left_over(text: str, phrases: list[Phrase]) -> str:
    """What of a condition no test stands for, less the words that carry no condition of their own."""
    for phrase in sorted(phrases, key=lambda each: -len(each.wording)):
        text = text.replace(phrase.wording, "")
    rest = _FILLER.sub("", text)
    return rest if len(rest) >= LEAST_REST else ""


def leaning(text: str, before: str, vocabulary: Vocabulary) -> list[Phrase]:
    """The phrases of a condition that names no title of its own (“对重新认定的”), with the title of the one before."""
    if not _ELLIPSIS.search(text):
        return []
    labels = {kind.label: kind.label for kind in vocabulary.titles.values()} | _SHORT
    names = _longest(before, labels)
    if len(names) != 1:
        return []
    said = f"“{text}”承前指“{names[0]}”，须确认"
    return [Phrase(text, each.test, said) for each in _titles(text.rstrip("的") + names[0], vocabulary)]


def _titles(text: str, vocabulary: Vocabulary) -> Iterator[Phrase]:
    labels = {kind.label: kind.label for kind in vocabulary.titles.values()} | _SHORT
    for written in _longest(text, labels):
        label = labels[written]
        name = re.escape(written)
        first = re.search(_FIRST + name, text) or re.search(name + r"[^,;]{0,6}首次(?:通过)?认定", text)
        again = re.search(_AGAIN + name, text) or re.search(name + r"[^,;]{0,4}(?:复审|复核|重新认定|再次认定)", text)
        if not first and not again and _is_sought(name, text):
            continue
        if first and again:
            yield Phrase(text, f"(首次({label}) 或 再次({label})) 且 有效({label})")
        elif first:
            yield Phrase(first[0], f"首次({label}) 且 有效({label})")
        elif again:
            yield Phrase(
                again[0], f"再次({label}) 且 有效({label})", "期满当年再次认定与中断后再次认定，是否一样，原文未写"
            )
        else:
            yield Phrase(written, f"有效({label})", _when(text) or _level(text, written, label))


def _is_sought(name: str, text: str) -> bool:
    """Whether a text speaks of those who seek a title, and not of those who have it: “提交高企认定材料的”."""
    seeking = rf"(?:提交|申报|申请|拟|争创)[^,;]{{0,6}}{name}|{name}[^,;]{{0,4}}(?:材料|申报|申请|培育库|入库培育|后备)"
    return re.search(seeking, text) is not None and not re.search("通过|获得|获批|取得|认定为", text)


def _longest(text: str, labels: dict[str, str]) -> list[str]:
    """The names of titles in a text, none of them inside another, each title once."""
    taken: list[tuple[int, int]] = []
    found: dict[str, str] = {}
    for name in sorted(labels, key=len, reverse=True):
        for match in re.finditer(re.escape(name), text):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                taken.append(match.span())
                found.setdefault(labels[name], name)
    return list(found.values())


def _when(text: str) -> str:
    return "原文要求在当年取得，须核对认定日期所在的年度" if re.search("当年|当期|年度内", text) else ""


def _level(text: str, written: str, label: str) -> str:
    match = re.search(rf"(国家级|省级|自治区级|市级|区级|县级)[\u4e00-\u9fff“”]{{0,4}}{re.escape(written)}", text)
    return f"原文要求“{match[0]}”，资质“{label}”不分级别，须核对" if match and match[1] not in label else ""


def _events(text: str) -> Iterator[Phrase]:
    moved = re.search(r"整体(?:搬)?迁(?:入|移|至)", text)
    if moved:
        yield Phrase(moved[0], "有(搬迁, 方式 = 整体迁移, 方向 = 迁入)")
    listed = re.search(r"(?:成功|首次公开发行.{0,6}|境内外?.{0,12})?上市(?!后备|培育|挂牌后备)", text)
    if listed:
        abroad = "" if "境内" in text else ", 境外交易所"
        boards = f"有(上市挂牌, 板块 属于 (上交所, 深交所, 北交所{abroad}), 有效)"
        yield Phrase(listed[0], boards, "境外上市是否算作上市，须核对原文" if abroad else "")
    quoted = re.search(r"新三板.{0,4}挂牌", text)
    if quoted:
        yield Phrase(quoted[0], "有(上市挂牌, 板块 = 新三板, 有效)")
    scale = re.search(r"规上|规模以上", text)
    if scale:
        yield Phrase(scale[0], "规上企业")


def _figures(text: str) -> Iterator[Phrase]:
    basis = "研发费用按哪个口径，原文未写，暂按加计扣除口径"
    grown = re.search(rf"{_RD}[^,;]{{0,8}}增长\s?{_LIMIT}(\d+(?:\.\d+)?%)?(?P<back>{_BACK})?", text)
    if grown:
        test = f"增长率({RD_LABEL}) {_sign(grown)} {grown[2]}" if grown[2] else f"增长率({RD_LABEL}) > 0%"
        yield Phrase(grown[0], test, basis)
    share = re.search(
        rf"{_RD}(?:占[^,;]{{0,12}}收入[^,;\d]{{0,10}}?|强度){_LIMIT}(\d+(?:\.\d+)?%)(?P<back>{_BACK})?", text
    )
    # “研发费用不低于80万元且占销售收入4%以上”: the second half leans on the first for what is held against it.
    share = share or (re.search(_LEANING_SHARE, text) if re.search(_RD, text) else None)
    if share:
        income = "销售收入" if "销售收入" in share[0] else "营业收入"
        test = f"{RD_LABEL} / {income} {_sign(share)} {share[2]}"
        yield Phrase(share[0], test, "研发费用和收入按哪个口径，原文未写")
    spent = re.search(rf"{_RD}{_LIMIT}({MONEY})(?P<back>{_BACK})?", text)
    if spent:
        yield Phrase(spent[0], f"{RD_LABEL} {_sign(spent)} {_money(spent[2])}", basis)
    sold = re.search(rf"{_SALES}{_LIMIT}({MONEY})(?P<back>{_BACK})?", text)
    if sold:
        yield Phrase(sold[0], f"营业收入 {_sign(sold)} {_money(sold[2])}")


def _sign(match: re.Match[str]) -> str:
    """How a figure of a condition binds; “首次突破” and a range are more than a comparison says, and stay left over."""
    if (match["front"] and re.search("不超过|不高于", match["front"])) or match["back"] in {"以下", "以内", "及以下"}:
        return "<="
    if match["front"] and re.search("低于|不足|少于", match["front"]) and not match["front"].startswith("不"):
        return "<"
    more = match["front"] and re.search("超过|突破|高于|大于", match["front"]) and not match["front"].startswith("不")
    return ">" if more else ">="


def _platforms(text: str) -> Iterator[Phrase]:
    sort = next((each for each in _PLATFORMS if each in text), None)
    if sort is None:
        return
    levels = list(dict.fromkeys(level for written, level in LEVELS.items() if written in text))
    held = f"级别 属于 ({', '.join(levels)}), " if levels else ""
    yield Phrase(sort, f"有(研发平台, 平台种类 = {sort}, {held}有效)")


def _money(text: str) -> str:
    return re.sub(r"[,\s]", "", text)
