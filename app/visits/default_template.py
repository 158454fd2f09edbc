"""Our own Word template of a visit record, put together anew from the parts of official papers."""

from app.documents import paper

HEAD = (
    ("企业名称", "{{ firm.name }}"),
    ("统一社会信用代码", "{{ firm.credit_code }}"),
    ("走访日期", "{{ visit.on }}"),
    ("走访地点", "{{ visit.place }}"),
    ("走访人", "{{ visit.visitor }}"),
    ("企业参加人员", "{{ visit.people }}"),
    ("走访主题", "{{ visit.topics }}"),
    ("下次走访", "{{ visit.next_on }}"),
)
REPLIES: paper.Columns = (("数据", 56, "label"), ("企业答复", 50, "value"), ("处理", 50, "state"))
PROMISES: paper.Columns = (
    ("序号", 14, "number"),
    ("承诺事项", 60, "what"),
    ("经办人", 26, "owner"),
    ("期限", 32, "due"),
    ("状态", 24, "state"),
)
SIGNED = (("走访人：", "企业负责人：", "审核人："), ("年　月　日",) * 3)


def default_template() -> bytes:
    """The template as a .docx."""
    document = paper.new_paper("企业走访记录表", below="{{ visit.bureau }}  {{ visit.today }}")
    paper.section(document, "一、走访情况")
    paper.pairs(document, HEAD)
    paper.section(document, "二、发现的问题")
    paper.each(document, "line", "problems", "{{ line }}", otherwise="未发现问题。")
    paper.section(document, "三、企业需求")
    paper.each(document, "line", "needs", "{{ line }}", otherwise="未提出需求。")
    paper.each(document, "need", "raised", "已列入企业需求：{{ need }}", otherwise="")
    paper.section(document, "四、现场答复")
    paper.rows(document, "replies", REPLIES)
    paper.section(document, "五、承诺事项")
    paper.rows(document, "promises", PROMISES)
    paper.section(document, "六、现场照片")
    paper.text(document, "{{ visit.photos }}")
    paper.pictures(document, "photos")
    paper.signatures(document, *SIGNED)
    return paper.as_bytes(document)
