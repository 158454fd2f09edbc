"""The audit trail in words: one sentence for each kind of event.

A new kind of event needs one line in SENTENCES; a new name of a changed value needs one in LABELS.
In a sentence, {subject} is the name of what the event is about, and any other name is a value of its `changes`.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.accounts.models import Event
from app.accounts.permissions import Role

SENTENCES: dict[str, str] = {
    "access.denied": "被拒绝：{method} {path}（{reason}）",
    "actual.corrected": "更正了实际值：{subject}",
    "actual.reported": "填报了实际值：{subject}",
    "actual.retracted": "撤回了实际值：{subject}（{原因}）",
    "appraisal.proposed": "拟定了{subject}：{等次}",
    "appraisal.returned": "退回了{subject}（{原因}）",
    "appraisal.settled": "核定了{subject}：{等次}",
    "bulk.done": "批量办理：{subject}（{count} 家）",
    "bulk.undone": "撤销了批量办理：{subject}",
    "candidate.edited": "修改了候选人“{subject}”",
    "candidate.moved": "办理了候选人“{subject}”",
    "candidate.recommended": "推荐了科技专员候选人“{subject}”",
    "chain.verified": "校验了审计链：{outcome}",
    "collection.reopened": "撤回了担保齐全：{记录}，原由{担保单位}担保（{原因}）",
    "collection.vouched": "登记了担保齐全：{记录}，由{担保单位}担保",
    "commissioner.assigned": "派驻了科技专员：{subject}",
    "commissioner.edited": "修改了科技专员“{subject}”",
    "commissioner.entered": "把{subject}加入了科技专员名册",
    "commissioner.extended": "延长了派驻：{subject}",
    "commissioner.limited": "派驻改为随聘期结束：{subject}",
    "commissioner.released": "结束了派驻：{subject}",
    "commissioner.withdrawn": "撤销了派驻：{subject}",
    "contact.added": "新增了联系人“{subject}”",
    "contact.edited": "修改了联系人“{subject}”",
    "contact.ended": "停用了联系人“{subject}”",
    "contact.revealed": "查看了联系人“{subject}”的完整电话",
    "deed.confirmed": "确认了服务事项“{subject}”",
    "deed.entered": "登记了服务事项“{subject}”",
    "deed.refused": "没有确认服务事项“{subject}”（{原因}）",
    "deed.withdrawn": "撤回了服务事项“{subject}”",
    "demo.loaded": "装入了演示数据（企业 {count} 家）",
    "demo.recorded": "装入了演示数据：来源“{source}”{year} 年提供的 {count} 行",
    "demo.renewed": "把演示数据的完整性声明续到了今天（{count} 项）",
    "duties.loaded": "装入了方案的职责（{count} 条）",
    "duty.assigned": "安排了任务“{subject}”",
    "duty.entered": "列入责任矩阵：{subject}",
    "duty.withdrawn": "移出责任矩阵：{subject}",
    "duty_name.settled": "确认了方案所写“{subject}”对应的单位",
    "entries.imported": "导入了{类别}",
    "entries.withdrawn": "撤销导入，恢复了{类别}",
    "digest.ordered": "订阅了每日摘要（{途径}，{时间}）",
    "digest.stopped": "停止了每日摘要（{途径}）",
    "event.read": "查看了操作审计",
    "factor.disabled": "关闭了自己的两步登录",
    "factor.enabled": "开通了两步登录",
    "factor.recovered": "用恢复码代替了动态口令（还剩 {count} 个）",
    "factor.refused": "登录时“{subject}”的动态口令不正确",
    "factor.reset": "重置了“{subject}”的两步登录",
    "fact.recorded": "登记了数据：{数据项}",
    "fact.retracted": "撤回了数据：{数据项}（{原因}）",
    "facts.imported": "导入了数据项",
    "facts.withdrawn": "撤销导入，恢复了数据项",
    "feedback.reported": "反馈了任务“{subject}”",
    "feedback.returned": "退回了任务“{subject}”",
    "file.read": "下载了文件“{subject}”",
    "file.stored": "上传了文件“{subject}”",
    "finding.kept": "留存了体检结论",
    "firm.edited": "修改了企业“{subject}”",
    "firm.merged": "把“{并入}”并入了企业“{subject}”",
    "firm.parted": "撤销合并，从企业“{subject}”分出了“{分出}”",
    "firm.registered": "登记了企业“{subject}”",
    "firm.tagged": "加了标签“{subject}”",
    "firm.untagged": "去掉了标签“{subject}”",
    "firm.withdrawn": "撤销导入，从名录移除了企业“{subject}”",
    "forecast.made": "作了达标推演“{subject}”（{目标}）",
    "handover.made": "交接了科技专员：{subject}",
    "import.applied": "导入了文件“{subject}”（写入 {count} 行）",
    "import.exported": "下载了文件“{subject}”中未导入的行（{count} 行）",
    "import.received": "上传了导入文件“{subject}”",
    "import.undone": "撤销了文件“{subject}”的导入（{count} 行）",
    "interest.declared": "登记了{subject}的利益关系：{企业}（{关系}）",
    "interest.withdrawn": "撤回了{subject}的利益关系：{企业}",
    "job.file_read": "下载了任务“{subject}”的文件",
    "inquiry.answered": "答复了询问：{subject}",
    "inquiry.asked": "提出了询问：{subject}",
    "inquiry.withdrawn": "撤回了询问：{subject}",
    "link.issued": "为“{subject}”生成了一次性密码链接",
    "list.exported": "导出了名单“{名单}”（{count} 条）",
    "objection.raised": "登记了{subject}",
    "objection.settled": "核查了{subject}（{结果}）",
    "parameter.assigned": "指定了待定参数的提供单位：{参数}",
    "parameter.supplied": "补定了待定参数：{参数}（{补定}，依据{依据}）",
    "matching.made": "作了派驻匹配：{subject}",
    "measure.added": "在{方案}中添加了措施“{subject}”",
    "measure.done": "确认措施“{subject}”完成",
    "measure.edited": "修改了措施“{subject}”",
    "measure.evidence": "为措施“{subject}”登记了证据",
    "measure.progress": "登记了措施“{subject}”的进展",
    "measure.removed": "从{方案}中移除了措施“{subject}”",
    "measure.reopened": "重新打开了措施“{subject}”",
    "password.changed": "修改了自己的密码",
    "password.set": "“{subject}”通过一次性链接设置了密码",
    "call.answered": "答复了“{subject}”：无需求",
    "call.closed": "结束了征集“{subject}”",
    "call.started": "发起了征集“{subject}”",
    "need.edited": "修改了需求“{subject}”",
    "need.moved": "办理了需求“{subject}”",
    "need.raised": "提出了需求“{subject}”",
    "pair.dismissed": "确认不是同一家企业：{subject}",
    "pair.restored": "恢复了疑似重复：{subject}",
    "pairing.decided": "办理了匹配建议：{subject}（{结果}）",
    "pairs.searched": "查找了疑似重复的企业（{count} 对）",
    "plan.approved": "批准了{subject}",
    "plan.closed": "办结了{subject}",
    "plan.comment": "对{subject}提出了意见",
    "plan.downloaded": "下载了{subject}的 Word 文件",
    "plan.drafted": "起草了{subject}（目标{目标}）",
    "plan.dropped": "作废了{subject}",
    "plan.edited": "修改了{subject}",
    "plan.returned": "退回了{subject}",
    "plan.submitted": "提交审核了{subject}",
    "pool.entered": "加入了培育库“{subject}”",
    "pool.left": "移出了培育库“{subject}”",
    "pool.withdrawn": "撤销了入库“{subject}”",
    "provision.added": "在政策原文中添加了{种类}",
    "provision.decided": "核对了政策中读出的{subject}（{状态}）",
    "policy.edited": "修改了文件信息“{subject}”",
    "policy.downloaded": "下载了文件原文“{subject}”",
    "policy.taken_in": "收入了文件“{subject}”",
    "promise.assigned": "改派了承诺“{subject}”",
    "promise.kept": "办结了承诺“{subject}”",
    "rating.given": "记下了{subject}",
    "record.added": "新增了记录：{记录}",
    "record.corrected": "更正了记录：{记录}",
    "record.retracted": "撤回了记录：{记录}（{原因}）",
    "regionfact.recorded": "登记了区域基准：{数据项}",
    "regionfact.retracted": "撤回了区域基准：{数据项}（{原因}）",
    "relation.decided": "核对了文件之间的关系：{subject}（{状态}）",
    "rule_case.added": "给规则草稿加了用例“{subject}”",
    "rule_case.removed": "删除了规则草稿的用例“{subject}”",
    "rule_cases.accepted": "采用了规则草稿的界点用例：{subject}（{count} 个）",
    "rule_draft.created": "起草了规则：{subject}",
    "rule_draft.edited": "修改了规则草稿：{subject}",
    "rule_draft.measured": "检验了规则草稿的用例：{subject}（{结果}）",
    "rule_draft.previewed": "按全库预览了规则草稿：{subject}（{count} 家有变化）",
    "rule_draft.published": "复核并发布了规则：{subject}（{施行自}起）",
    "rule_draft.removed": "作废了规则草稿：{subject}",
    "rule_draft.returned": "退回了规则草稿：{subject}（{意见}）",
    "rule_draft.submitted": "送审了规则草稿：{subject}",
    "referral.made": "登记了需求对接“{subject}”",
    "referral.reported": "登记了对接结果“{subject}”（{结果}）",
    "resource.added": "加入了服务资源“{subject}”",
    "resource.edited": "修改了服务资源“{subject}”",
    "resource.removed": "移除了服务资源“{subject}”",
    "reply.refused": "没有采用走访回答：{数据项}（{原因}）",
    "rulebook.loaded": "载入了规则库",
    "scenario.computed": "测算了方案“{subject}”（企业 {count} 家）",
    "scenario.created": "新建了测算方案“{subject}”",
    "scenario.edited": "修改了测算方案“{subject}”",
    "scenario.removed": "删除了测算方案“{subject}”",
    "selection_round.edited": "修改了遴选批次“{subject}”",
    "selection_round.opened": "新建了遴选批次“{subject}”",
    "session.all_ended": "结束了“{subject}”的全部登录（{count} 处）",
    "session.ended": "退出了登录",
    "session.refused": "登录失败（用户名“{username}”）",
    "session.started": "登录",
    "signup.accepted": "为“{subject}”开通了账号（{用户名}）",
    "signup.asked": "收到开通申请：{subject}",
    "signup.refused": "退回了开通申请：{subject}（{原因}）",
    "statement.made": "对{事项}提出了核对意见：{意见}",
    "statement.refused": "没有采纳核对意见：{事项}（{原因}）",
    "statement.settled": "知悉了未采纳的核对意见：{事项}",
    "statement.taken": "采纳了核对意见：{事项}",
    "target.edited": "修改了目标“{subject}”",
    "target.followed": "开始跟踪目标“{subject}”",
    "target.withdrawn": "不再跟踪目标“{subject}”",
    "targets.loaded": "装入了方案的目标（{count} 个）",
    "template.kept": "更换了 Word 模板“{subject}”",
    "template.removed": "停用了 Word 模板“{subject}”，恢复默认模板",
    "title.corrected": "更正了资质：{subject}",
    "title.recorded": "登记了资质：{subject}",
    "title.retracted": "撤回了资质：{subject}（{原因}）",
    "title.revoked": "登记了资质被撤销：{subject}（{原因}）",
    "unit.closed": "停用了单位“{subject}”",
    "unit.created": "新增了单位“{subject}”",
    "unit.edited": "修改了单位“{subject}”",
    "unit.removed": "删除了单位“{subject}”",
    "unit.reopened": "恢复了单位“{subject}”",
    "user.created": "新建了用户“{subject}”",
    "user.disabled": "停用了用户“{subject}”",
    "user.edited": "修改了用户“{subject}”",
    "user.reinstated": "恢复了用户“{subject}”",
    "view.removed": "删除了名单视图“{subject}”",
    "view.saved": "保存了名单视图“{subject}”",
    "workday.entered": "登记了工作日历：{日期}{安排}",
    "workday.withdrawn": "撤回了工作日历：{日期}",
    "visit.downloaded": "下载了{subject}记录的 Word 文件",
    "visit.edited": "更正了{subject}记录（{原因}）",
    "visit.photographed": "为{subject}添加了照片",
    "visit.plan_withdrawn": "取消了{subject}",
    "visit.planned": "制定了{subject}",
    "visit.recorded": "记录了{subject}",
}

LABELS: dict[str, str] = {
    "address": "网络地址",
    "count": "数量",
    "firm_id": "企业编号",
    "kind": "类别",
    "method": "方式",
    "name": "名称",
    "outcome": "结果",
    "parent_id": "上级单位编号",
    "path": "地址",
    "person": "人员",
    "reason": "原因",
    "result": "结果",
    "role": "岗位",
    "since": "起始日",
    "unit_id": "单位编号",
    "is_head": "单位负责人",
    "until": "截止日",
    "username": "用户名",
}
BEFORE_AND_AFTER = 2


@dataclass(frozen=True)
class Change:
    """One value of an event; `before` is None where there was nothing before."""

    label: str
    before: str | None
    after: str


@dataclass(frozen=True)
class Line:
    """An event as the page shows it."""

    number: int
    at: datetime
    who: str
    role: str
    sentence: str
    changes: tuple[Change, ...]
    firm_id: int | None
    denied: bool
    address: str
    request: str


def line(event: Event) -> Line:
    body = json.loads(event.body)
    actor = body.get("actor") or {}
    return Line(
        number=event.id,
        at=event.at,
        who=actor.get("name", "（未登录）"),
        role=_role(actor.get("role")),
        sentence=sentence(event.kind, body),
        changes=tuple(_change(name, value) for name, value in body["changes"].items()),
        firm_id=event.firm_id,
        denied=event.result == "denied",
        address=body.get("address", ""),
        request=body.get("request", ""),
    )


def sentence(kind: str, body: dict[str, Any]) -> str:
    """What happened, in Chinese; a kind of an older version that is no longer known is shown by its code."""
    subject = body.get("subject") or {}
    values = {**body.get("changes", {}), "subject": subject.get("name", "")}
    return SENTENCES.get(kind, f"其他操作（{kind}）").format_map(_Forgiving(values))


def kind_options() -> list[tuple[str, str]]:
    """Every kind for a select, by its sentence without what is filled in."""
    return sorted(((kind, _bare(text)) for kind, text in SENTENCES.items()), key=lambda option: option[0])


class _Forgiving(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "—"


def _bare(text: str) -> str:
    shown = text.partition("：")[0].partition("（")[0]
    return shown.replace("“{subject}”", "").format_map(_Forgiving())


def _change(name: str, value: Any) -> Change:
    label = LABELS.get(name, name)
    if isinstance(value, list) and len(value) == BEFORE_AND_AFTER:
        return Change(label, _shown(value[0]), _shown(value[1]))
    return Change(label, None, _shown(value))


def _shown(value: Any) -> str:
    match value:
        case None | "":
            return "（空）"
        case bool():
            return "是" if value else "否"
        case list() | dict():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)


def _role(code: str | None) -> str:
    return next((role.label for role in Role if role.code == code), "")
