"""Our own Word template of a plan, put together anew from the parts of official papers."""

from typing import Any

from app.documents import paper

HEAD = (
    ("企业名称", "{{ firm.name }}"),
    ("统一社会信用代码", "{{ firm.credit_code }}"),
    ("属地和行业", "{{ firm.unit }}，{{ firm.industry }}"),
    ("现有资质", "{{ plan.held|join('、') or '无' }}"),
    ("目标资质", "{{ plan.target }}"),
    ("计划申报日", "{{ plan.declares_on }}（{{ plan.window }}）"),
    ("版本和状态", "第 {{ plan.edition }} 版，{{ plan.state }}"),
    ("数据截止", "{{ plan.facts_on }}（{{ plan.known_at }} 所知）"),
)
DIAGNOSIS: paper.Columns = (
    ("条件", 42, "wording"),
    ("现值", 22, "value"),
    ("要求", 22, "threshold"),
    ("结论", 14, "answer"),
    ("差距", 34, "gap"),
    ("条款", 22, "clause"),
)
MEASURES: paper.Columns = (
    ("序号", 10, "number"),
    ("措施", 28, "name"),
    ("内容", 50, "detail"),
    ("责任", 20, "owner"),
    ("协助", 22, "helper"),
    ("期限", 26, "due"),
)
MILESTONES: paper.Columns = (("时间", 40, "on"), ("事项", 116, "what"))
AWARDS: paper.Columns = (
    ("奖补条款", 34, "name"),
    ("结论", 16, "answer"),
    ("金额", 32, "amount"),
    ("还需要", 46, "needs"),
    ("依据", 28, "clause"),
)
FACTS: paper.Columns = (("数据", 44, "label"), ("年度", 22, "period"), ("数值", 34, "value"), ("来源", 56, "source"))
SIGNED = (
    ("起草：{{ plan.made_by }}", "审核：{{ plan.decided_by }}", "分管领导："),
    ("{{ plan.made_at }}", "{{ plan.decided_at or '年　月　日' }}", "年　月　日"),
)


def default_template() -> bytes:
    """The template as a .docx."""
    document = paper.new_paper("{{ firm.name }}", "“一企一策”培育方案", below="{{ plan.bureau }}  {{ plan.today }}")
    paper.section(document, "一、基本情况")
    paper.pairs(document, HEAD)
    paper.section(document, "二、工作思路")
    paper.text(document, "{{ plan.summary or '按以下诊断补齐差距，按期申报。' }}")
    paper.section(document, "三、诊断")
    paper.rows(document, "diagnosis", DIAGNOSIS)
    paper.when(document, "plan.way", "（达标办法）", "{{ plan.way }}", font=paper.SECOND)
    paper.section(document, "四、措施")
    paper.rows(document, "measures", MEASURES)
    _steps(document)
    paper.section(document, "五、时间安排")
    paper.rows(document, "milestones", MILESTONES)
    paper.section(document, "六、奖补机会")
    paper.rows(document, "awards", AWARDS)
    paper.section(document, "七、风险提示")
    paper.each(document, "risk", "risks", "{{ loop.index }}.{{ risk }}", otherwise="暂无。")
    paper.section(document, "八、所用数据")
    paper.rows(document, "facts", FACTS)
    paper.signatures(document, *SIGNED)
    return paper.as_bytes(document)


def _steps(document: Any) -> None:
    paper.mark(document, "{%p for each in measures if each.steps %}")
    paper.section(document, "（{{ each.number }}）{{ each.name }}", paper.SECOND)
    paper.mark(document, "{%p for step in each.steps %}")
    paper.text(document, "{{ loop.index }}.{{ step }}")
    paper.mark(document, "{%p endfor %}")
    paper.mark(document, "{%p endfor %}")
