"""What a column may stand for, a firm's identity, a figure, a date or an attribute, and the words used for each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from app.core.text import folded
from app.facts.forms import typed_attributes
from app.facts.values import as_kind
from app.facts.vocabulary import vocabulary
from app.imports.models import Kind
from app.needs.resources.declared import registers
from app.rules import FactKind

FACT, ATTRIBUTE = "fact:", "attribute:"
CODE, NAME, YEAR = "credit_code", "name", "year"
STARTS, ENDS = "starts_on", "ends_on"
TITLE_KIND, ISSUED = "kind", "issued_on"
ORGANISATION = "organisation"
LONGEST_TEXT, LONGEST_SCOPE = 2_000, 4_000
NOISE = re.compile(r"[()\[\]【】〔〕《》·•．.,，、：:;；*＊_\-—/\s\"'“”]|必填|选填")
ENDING = re.compile(r"(总额|总数|总计|合计|金额|情况|人数|数量|数|额)$")


@dataclass(frozen=True)
class Target:
    """`type` says how its cells are read; `longest` how much text it takes."""

    code: str
    label: str
    type: str
    words: tuple[str, ...] = ()
    longest: int = 200
    fact: FactKind | None = None

    @property
    def annual(self) -> bool:
        return self.fact is not None and self.fact.annual


FIRM_TARGETS = (
    Target(
        CODE,
        "统一社会信用代码",
        "code",
        ("信用代码", "社会信用代码", "统一代码", "统一信用代码", "统一社会信用代码证号"),
    ),
    Target(
        NAME,
        "企业名称",
        "text",
        ("名称", "公司名称", "单位名称", "企业全称", "机构名称", "市场主体名称", "单位详细名称"),
    ),
    Target("legal_form", "企业类型", "text", ("类型", "公司类型", "市场主体类型", "主体类型", "经济类型"), 100),
    Target(
        "founded_on",
        "成立日期",
        "day",
        ("注册日期", "成立时间", "注册时间", "设立日期", "开业日期", "登记日期", "注册成立日期"),
    ),
    Target("registered_capital", "注册资本", "money", ("注册资金", "注册资本金", "注册资本总额", "出资额")),
    Target(
        "industry",
        "所属行业",
        "text",
        ("行业", "行业名称", "国民经济行业", "行业门类", "所属国民经济行业", "行业类别"),
        100,
    ),
    Target("business_scope", "经营范围", "text", ("业务范围", "经营业务范围", "许可及一般经营项目"), LONGEST_SCOPE),
    Target(
        "address",
        "地址",
        "text",
        ("注册地址", "住所", "企业地址", "经营地址", "通讯地址", "企业住所", "注册地", "详细地址"),
    ),
    Target(
        "region",
        "所在区域",
        "text",
        ("地区", "区域", "所属地区", "所属区域", "行政区划", "区县", "所在地区", "所属区县"),
        100,
    ),
    Target("state", "状态", "state", ("登记状态", "经营状态", "企业状态", "存续状态", "主体状态")),
    Target("unit_id", "责任单位", "unit", ("所属乡镇", "所属街道", "乡镇街道", "属地", "属地单位", "所属单位")),
    Target("park_id", "所在园区", "park", ("园区", "所属园区", "园区名称")),
)
WHO = FIRM_TARGETS[:2]
ACCOUNTING_YEAR = Target(YEAR, "年度", "year", ("年份", "会计年度", "所属年度", "统计年度", "数据年度", "报告期", "年"))
RESEARCH = ("研发费用", "研究开发费用", "研发投入", "研发经费", "R&D经费", "R&D费用", "研发支出", "研发费")
# Usual words for declared figures. A word that stands under several is proposed for none of them.
WORDS: dict[str, tuple[str, ...]] = {
    "staff": ("职工人数", "员工总数", "员工人数", "从业人员", "从业人员数", "从业人数", "职工数", "企业职工总数"),
    "tech_staff": ("科技人员数", "科技人员总数", "从事科技活动人员"),
    "rd_staff": ("研发人员数", "研究开发人员", "R&D人员"),
    "sales": ("销售收入总额", "年销售收入", "销售额", "收入"),
    "revenue": ("营业总收入", "营收", "年营业收入", "收入"),
    "main_revenue": ("主营收入", "主营业务收入总额"),
    "gross_income": ("总收入", "企业收入总额", "收入"),
    "hightech_revenue": ("高新收入", "高新技术产品服务收入", "高品收入", "高新产品收入", "高新技术产品销售收入"),
    "net_profit": ("净利", "净利润总额", "税后利润"),
    "tax_paid": ("纳税额", "实缴税金", "上缴税额", "上缴税金", "纳税总额", "实际缴纳税额", "税收"),
    "output": ("工业产值", "总产值"),
    "assets": ("总资产", "资产总计", "资产合计"),
    "liabilities": ("总负债", "负债总计", "负债合计"),
    "costs": ("成本费用", "成本费用支出总额", "成本费用总额"),
    "rd_recognised": (*RESEARCH, "高企研发费用", "高企口径研发费用", "专项审计研发费用"),
    "rd_tax": (*RESEARCH, "加计扣除研发费用", "研发费用加计扣除额", "税务口径研发费用"),
    "rd_statistics": (*RESEARCH, "统计研发费用", "统计R&D经费", "统计口径研发投入"),
    "founded": ("注册日期", "成立时间", "注册时间"),
    "conversions": ("科技成果转化数", "科技成果转化项数", "成果转化项数"),
    "market_share": ("市场占有率",),
}

TITLE_TARGETS = (
    Target(
        TITLE_KIND, "资质种类", "title", ("资质名称", "资质", "认定类型", "认定种类", "荣誉名称", "称号", "认定名称")
    ),
    Target("number", "证书编号", "text", ("编号", "证书号", "证号", "认定编号", "入库登记编号", "登记编号"), 64),
    Target(
        "authority", "发证机关", "text", ("认定机关", "认定机构", "发证单位", "颁发部门", "认定部门", "批准机关"), 100
    ),
    Target(
        ISSUED, "认定日期", "day", ("发证日期", "发证时间", "颁证时间", "认定时间", "批准日期", "入库日期", "公告日期")
    ),
    Target("valid_until", "有效期止", "day", ("有效期至", "到期日期", "有效期截止", "届满日期", "失效日期")),
)
# Usual words for what the entries of collections have, by the code of the attribute or date.
ENTRY_WORDS: dict[str, tuple[str, ...]] = {
    "ip.number": ("专利号", "授权号", "登记号", "证书号", "注册号", "知识产权编号", "授权公告号"),
    "ip.name": ("专利名称", "知识产权名称", "软件名称", "商标名称"),
    "ip.sort": ("专利类型", "知识产权类型", "知识产权种类", "类型", "专利种类", "类别"),
    "ip.starts_on": ("授权日", "授权公告日", "授权时间", "登记日期", "注册日期", "发证日期"),
    "ip.acquired_by": ("获得方式", "来源方式", "取得途径"),
    "incidents.sort": ("事故类型", "违法类型", "类型", "事项类别"),
    "incidents.starts_on": ("事发日期", "发生时间", "违法日期", "处罚日期"),
    "incidents.grade": ("等级", "事故等级", "严重程度"),
    "incidents.note": ("简要情况", "处罚内容", "事由", "备注"),
    "list_entries.list": ("名单名称", "名录", "列入名单"),
    "list_entries.reason": ("列入原因", "列入事由", "原因"),
    "relocations.starts_on": ("搬迁日期", "迁移日期", "迁入日期", "迁出日期", "搬迁完成日期", "完成时间"),
    "relocations.mode": ("搬迁方式", "迁移方式"),
    "relocations.origin": ("迁入地", "迁出地", "来源地", "对方地区"),
    "platforms.sort": ("平台类型", "平台类别"),
    "platforms.level": ("平台级别",),
    "platforms.starts_on": ("认定日期", "批准时间", "认定时间"),
}


RESOURCE_WORDS: dict[str, tuple[str, ...]] = {
    "field": ("领域", "专业领域", "研究领域", "所属领域", "行业领域"),
    "words": ("研究方向", "专业方向", "特长", "简介", "业务范围", "服务项目", "产品说明", "内容"),
    "post": ("职称", "职务"),
    "region": ("地区", "地址", "所在地区", "所在城市"),
    "contact": ("电话", "联系电话", "手机", "手机号", "联系人及电话"),
    "serves": ("服务类型", "业务类别"),
    "low": ("最低金额", "起点额度"),
    "high": ("最高金额", "额度", "贷款额度", "最高授信"),
    "term": ("期限", "贷款期限"),
    "form": ("融资类型", "担保方式"),
    "rate": ("利率",),
    "maturity": ("成果阶段", "所处阶段"),
    "terms": ("转化方式",),
}


@cache
def targets_of(kind: Kind) -> dict[str, Target]:
    """Every target a file of this kind may have, by code, in the order of the select."""
    targets: Iterable[Target]
    match kind:
        case Kind.FIRMS:
            targets = FIRM_TARGETS
        case Kind.ANNUAL:
            targets = (*WHO, ACCOUNTING_YEAR, *_figures())
        case Kind.TITLES:
            targets = (*WHO, *TITLE_TARGETS)
        case _ if kind.is_register:
            targets = _parts_of_resources(kind.code)
        case _:
            targets = (*WHO, *_parts_of_entries(kind.code))
    return {target.code: target for target in targets}


def _parts_of_entries(code: str) -> Iterable[Target]:
    """The dates and attributes of the entries of a collection."""
    collection = vocabulary().collections[code]
    for date, label in ((STARTS, collection.starts), (ENDS, collection.ends)):
        if label:
            yield Target(date, label, "day", ENTRY_WORDS.get(f"{code}.{date}", ()))
    for attribute in typed_attributes(collection):
        words = ENTRY_WORDS.get(f"{code}.{attribute.code}", ())
        yield Target(ATTRIBUTE + attribute.code, attribute.label, attribute.type, words, 500, as_kind(attribute))


def _parts_of_resources(code: str) -> Iterable[Target]:
    """The name, the organisation and the columns of a register; each is read as the register's own form reads it."""
    register = registers().registers[code]
    yield Target(NAME, register.name, "words", ("名称", "姓名", "名字"), 100)
    yield Target(ORGANISATION, register.organisation, "words", ("单位", "所属单位", "所在单位", "机构"), 100)
    for column in register.columns:
        yield Target(column.field, column.label, "words", RESOURCE_WORDS.get(column.code, ()), 500)


def _figures() -> Iterable[Target]:
    for fact in vocabulary().facts.values():
        if fact.subject == "firm":
            yield Target(FACT + fact.code, fact.label, fact.type, WORDS.get(fact.code, ()), 500, fact)


def key_of(words: str) -> str:
    """What is compared of a heading: half-width, without brackets, signs and blanks."""
    return NOISE.sub("", folded(words))


def stem_of(words: str) -> str:
    """The key without an ending that changes nothing: 数, 额, 总额 …"""
    key = key_of(words)
    return ENDING.sub("", key) or key


@cache
def known_words(kind: Kind) -> dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]]:
    """Target code → keys of its own name, keys of its other words, stems of all."""
    found = {}
    for target in targets_of(kind).values():
        own = {target.label, *([target.fact.code] if target.fact else [target.code])}
        stems = {stem_of(word) for word in (*own, *target.words)}
        found[target.code] = (
            frozenset(map(key_of, own)),
            frozenset(map(key_of, target.words)),
            frozenset(stems),
        )
    return found
