"""What the gallery shows: invented firms and figures, as long and as awkward as real ones."""

from types import SimpleNamespace
from typing import Any

from app.web.tabs import Tab

UNITS = ["达坂城镇", "东沟乡", "西沟乡", "阿克苏乡", "盐湖街道", "风电产业园"]


def menu(label: str, *items: tuple[str, bool, int | None]) -> dict[str, Any]:
    return {
        "label": label,
        "items": [{"label": text, "url": "#", "current": current, "count": count} for text, current, count in items],
    }


def firm(number: int, name: str, code: str, rung: str, answer: str, gap: str, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "code": code,
        "rung": rung,
        "answer": answer,
        "gap": gap,
        "unit": UNITS[number % len(UNITS)],
        "low": more.get("low"),
        "high": more.get("high"),
        "light": more.get("light", "good"),
        "visit": more.get("visit", "正常"),
    }


FIRMS = [
    firm(
        1,
        "新疆天澜风电装备有限公司",
        "91650107MA77A1B20A",
        "科技型中小企业",
        "unknown",
        "缺 2025 年高新产品收入",
        low=90000,
        high=135000,
        light="bad",
        visit="逾期 12 天",
    ),
    firm(
        2,
        "达坂城盐湖新材料股份有限公司",
        "91650107MA77A1B31C",
        "创新型企业",
        "unmet",
        "研发费用三年合计还差 38.60 万元",
        low=500000,
        high=500000,
    ),
    firm(
        3,
        "乌鲁木齐博格达清洁能源技术服务有限责任公司",
        "91650107MA77A1B42E",
        "高新技术企业",
        "met",
        "—",
        low=1000000,
        high=1000000,
        light="warn",
        visit="还剩 5 天",
    ),
    firm(
        4,
        "新疆白杨沟智能测控科技有限公司（原白杨沟仪表厂）",
        "91650107MA77A1B53G",
        "科技型中小企业",
        "unmet",
        "科技人员还差 4 人",
    ),
    firm(
        5,
        "新疆古丝路农业生物科技有限公司",
        "91650107MA77A1B64J",
        "未入库",
        "unknown",
        "缺职工总数、缺知识产权清单",
        light="bad",
        visit="逾期 41 天",
    ),
    firm(
        6,
        "达坂城区柴窝堡储能系统工程有限公司",
        "91650107MA77A1B75L",
        "科技型中小企业",
        "met",
        "—",
        low=200000,
        high=200000,
    ),
]

YEARS = [
    {
        "year": "2025 年",
        "sales": "5,012.30",
        "rd": "168.20",
        "staff": "148",
        "source": "企业填报",
        "age": "2 个月前",
        "stale": False,
    },
    {
        "year": "2024 年",
        "sales": "4,110.00",
        "rd": "152.70",
        "staff": "139",
        "source": "审计报告",
        "age": "14 个月前",
        "stale": False,
    },
    {
        "year": "2023 年",
        "sales": "3,114.10",
        "rd": "130.50",
        "staff": "121",
        "source": "审计报告",
        "age": "2 年前",
        "stale": True,
    },
]

CONTENT: dict[str, Any] = {
    "nav": [
        menu("工作台", ("首页", False, None), ("我的待办", False, 12)),
        menu("企业库", ("企业名录", True, 312), ("数据导入", False, None)),
        menu("梯度培育", ("梯度看板", False, None), ("到期预警", False, 9), ("规则库", False, None)),
        menu("服务", ("一企一策", False, 27), ("走访台账", False, None), ("需求对接", False, 8)),
        menu("政策奖补", ("政策文件", False, None), ("奖补批次", False, 2)),
        menu("指标报表", ("目标任务", False, None), ("月报", False, None)),
        menu("系统管理", ("用户", False, None), ("操作审计", False, None)),
    ],
    "tabs": [
        Tab("全部", "#", current=True, count=312),
        Tab("科技型中小企业", "#", count=143),
        Tab("创新型企业", "#", count=31),
        Tab("高新技术企业", "#", count=68),
        Tab("科技领军企业", "#", count=2),
        Tab("待核", "#", count=97),
    ],
    "rung_options": [("tsme", "科技型中小企业"), ("isme", "创新型企业"), ("hnte", "高新技术企业")],
    "unit_options": [(str(number), name) for number, name in enumerate(UNITS)],
    "answer_options": [("met", "符合"), ("unmet", "不符合"), ("unknown", "待核")],
    "chips": [
        {"label": "所在阶梯", "value": "科技型中小企业", "remove_url": "#"},
        {"label": "高企体检", "value": "待核", "remove_url": "#"},
    ],
    "columns": [
        {"label": "选择", "tick_all": True},
        {"label": "企业名称", "sort_url": "?sort=name", "sorted": "asc"},
        "所在阶梯",
        {"label": "高企体检", "sort_url": "?sort=answer"},
        {"label": "差距", "hide_on_phone": True},
        {"label": "可享奖补", "align": "right", "hide_on_phone": True},
        {"label": "属地", "nowrap": True, "hide_on_phone": True},
        {"label": "走访", "hide_on_phone": True},
        {"label": "操作", "quiet": True, "hide_on_phone": True},
    ],
    "firms": FIRMS,
    "firm": FIRMS[0],
    "rungs": [
        {"name": "科技型中小企业", "state": "reached", "when": "2022年6月10日 起"},
        {"name": "创新型企业", "state": "current", "when": "2024年3月1日 至 2027年2月28日", "url": "#"},
        {"name": "高新技术企业", "state": "next", "note": "还差 1 项，待核 1 项", "url": "#"},
        {"name": "科技领军企业", "state": "later"},
    ],
    "firm_tabs": [
        Tab("体检", "#", current=True),
        Tab("数据", "#", count=46),
        Tab("资质", "#", count=3),
        Tab("走访", "#", count=7),
        Tab("奖补", "#", count=2),
        Tab("变更记录", "#"),
    ],
    "years": YEARS,
    "year_columns": [
        "年度",
        {"label": "销售收入", "align": "right"},
        {"label": "研发费用", "align": "right"},
        {"label": "职工总数", "align": "right", "hide_on_phone": True},
        {"label": "来源", "hide_on_phone": True},
    ],
    "facts": [
        {"label": "信用代码", "value": "91650107MA77A1B20A"},
        {"label": "成立日期", "value": "2018年5月17日"},
        {"label": "属地", "value": "达坂城镇"},
        {"label": "行业", "value": "3415 风能原动设备制造"},
        {"label": "联系人", "value": "张建国 138****0000"},
        {"label": "曾用名", "value": None},
    ],
    "events": [
        {
            "when": "今天 10:42",
            "who": "王专员",
            "title": "走访登记",
            "text": "核实职工总数 148 人",
            "kind": "good",
            "url": "#",
        },
        {"when": "11月18日", "who": "系统", "title": "研发费用数据过了时效", "kind": "warn"},
        {"when": "11月3日", "who": "李晓梅", "title": "退回补正", "text": "审计报告缺第 7 页", "kind": "bad"},
        {"when": "6月10日", "who": "导入", "title": "评价入库", "text": "2026 年第三批公告"},
    ],
    "form": SimpleNamespace(
        values={
            "visited_on": "2026-11-20",
            "way": "onsite",
            "contact": "",
            "sales": "五千万",
            "staff": "148",
            "needs": ["fund", "policy"],
            "summary": "看了车间",
            "ratio": "61.25",
            "patents": "2",
        },
        errors={
            "contact": "请填写接待人的姓名和职务。",
            "sales": "“五千万”不是数字，请填阿拉伯数字，单位万元，例如 5000。",
            "summary": "纪要只有 4 个字，请至少写 20 个字。",
        },
        data=None,
    ),
    "sign_in": SimpleNamespace(
        values={"username": "lixm"}, errors={"password": "用户名或密码不对，还可以试 3 次。"}, data=None
    ),
    "differences": [
        {"label": "职工总数", "mine": "148 人", "theirs": "151 人"},
        {"label": "走访方式", "mine": "上门", "theirs": "电话"},
    ],
    "months": [f"{month}月" for month in range(1, 13)],
    "stocks": [
        {"label": "不续办", "values": [5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 3, 3], "sign": "dot"},
        {"label": "加上确定能取得的", "values": [5, 5, 5, 4, 4, 4, 5, 4, 5, 5, 5, 5], "sign": "square"},
        {"label": "再加上待核的", "values": [5, 5, 5, 4, 4, 5, 6, 5, 6, 6, 6, 6], "sign": "triangle"},
    ],
    "bars": [
        {"label": "风电产业园", "value": 31, "url": "#"},
        {"label": "达坂城镇", "value": 18, "url": "#"},
        {"label": "盐湖街道", "value": 12, "url": "#"},
        {"label": "东沟乡", "value": 5, "url": "#"},
        {"label": "西沟乡", "value": 2, "url": "#"},
    ],
    "steps": [
        {"label": "企业填报", "state": "done", "when": "11月3日"},
        {"label": "科室审核", "state": "done", "when": "11月10日"},
        {"label": "公示", "state": "current", "when": "剩 2 个工作日"},
        {"label": "拨付", "state": "later"},
    ],
    "wide_rows": [f"{month} 月" for month in range(1, 11)],
    "wide_columns": ["月份", *({"label": f"指标{number}（万元）", "align": "right"} for number in range(1, 12))],
}
