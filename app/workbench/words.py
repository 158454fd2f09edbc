"""The words of the rule language with what each is, for completing what is typed."""

from functools import cache

from app.facts.vocabulary import vocabulary

FUNCTIONS = {
    "分档(": "分档(x, ≥30%: 20, 其余: 0)",
    "分段累计(": "按段累计，如税率",
    "如果(": "如果(条件, 是则, 否则)",
    "至少(": "至少(2, 条件, 条件, 条件)",
    "合计(": "合计(x, 近3年)",
    "平均(": "平均(x, 近3年)",
    "最高(": "最高(x, 近3年)",
    "最低(": "最低(x, 近3年)",
    "每年(": "每年(近2年, 条件)",
    "任一年(": "任一年(近3年, 条件)",
    "往年(": "往年(x, 2)：前年",
    "当年(": "当年(x)",
    "已有(": "这个数是否已知",
    "增长率(": "增长率(x)",
    "平均增长率(": "平均增长率(x, 3年)",
    "复合增长率(": "复合增长率(x, 3年)",
    "较大(": "几个数里较大的",
    "较小(": "几个数里较小的",
    "取整(": "去掉小数",
    "满年(": "满年(成立日期)",
    "满月(": "满月(成立日期)",
    "年份(": "日期所在的年",
    "数量(": "数量(记录, 属性 = 值, 有效, 近3年)",
    "有(": "有(记录, 属性 = 值, 有效)",
    "无(": "无(记录, 属性 = 值, 上年及当年)",
    "总额(": "总额(记录, 金额属性, 近3年)",
    "最近(": "最近(记录, 日期属性)",
    "种数(": "种数(记录, 属性)",
    "有效(": "有效(资质)",
    "曾有(": "曾有(资质)",
    "首次(": "首次(资质)",
    "再次(": "再次(资质)",
    "到期日(": "到期日(资质)",
    "认定日(": "认定日(资质)",
    "人工核定(": "人工核定(“理由”)：由人判断，一律待核",
    "存疑(": "存疑(0~1, “理由”)",
}
PLAIN = {
    "申报日": "判断所按的日期",
    "总分": "计入总分的各项之和",
    "且": "两边都成立",
    "或": "任一边成立",
    "非": "不成立",
}


@cache
def words() -> tuple[tuple[str, str], ...]:
    """(word, what it is): data items, records, titles, functions and the words between."""
    known = vocabulary()
    facts = [(kind.label, _fact(kind.unit, kind.definition)) for kind in known.facts.values()]
    records = [(kind.label, "记录") for kind in known.collections.values()]
    titles = [(kind.label, "资质") for kind in known.titles.values()]
    return tuple(dict([*facts, *records, *titles, *FUNCTIONS.items(), *PLAIN.items()]).items())


def _fact(unit: str, definition: str) -> str:
    return "，".join(part for part in (unit, definition[:40]) if part) or "数据项"
