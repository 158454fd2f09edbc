"""The menu: groups of pages by business module, each shown to whoever may open it."""

from dataclasses import dataclass
from typing import Protocol

from starlette.requests import Request


@dataclass(frozen=True)
class Item:
    label: str
    route: str
    permission: str
    prefix: str


@dataclass(frozen=True)
class Group:
    label: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Section:
    label: str
    items: tuple[Link, ...]


class MayOpen(Protocol):
    def may(self, permission: str) -> bool: ...


MENU = (
    Group(
        "工作台",
        (
            Item("首页", "home.show", "home:read", "/home"),
            Item("待我处理", "todo.show", "home:read", "/todo"),
            Item("消息", "notices.index", "notice:read", "/notices"),
            Item("我的任务", "jobs.index", "job:read", "/jobs"),
        ),
    ),
    Group(
        "企业库",
        (
            Item("企业名录", "firms.index", "firm:list", "/firms"),
            Item("核对意见", "statements.index", "statement:read", "/statements"),
            Item("开通申请", "signups.index", "signup:approve", "/sign-ups"),
            Item("疑似重复", "duplicates.index", "merge:write", "/duplicates"),
            Item("批量操作", "bulk.index", "bulk:read", "/bulk"),
            Item("数据导入", "imports.index", "import:read", "/imports"),
        ),
    ),
    Group(
        "梯度培育",
        (
            Item("梯度看板", "board.show", "board:read", "/board"),
            Item("全库体检", "judged.index", "board:read", "/judged"),
            Item("到期预警", "expiry.index", "board:read", "/expiry"),
            Item("达标推演", "forecasts.index", "forecast:read", "/forecasts"),
            Item("政策库", "policies.index", "policy:read", "/policies"),
            Item("规则库", "rules.index", "rule:read", "/rules"),
            Item("规则工作台", "workbench.index", "draft:read", "/workbench"),
            Item("待定参数", "parameters.index", "parameter:read", "/parameters"),
            Item("政策测算", "simulations.index", "simulation:read", "/simulations"),
            Item("全区名单", "lists.index", "list:read", "/lists"),
            Item("区域基准", "regionfacts.index", "region:read", "/region-facts"),
        ),
    ),
    Group(
        "目标与责任",
        (
            Item("目标", "targets.index", "target:read", "/targets"),
            Item("责任矩阵", "matrix.show", "duty:read", "/duty-matrix"),
            Item("任务", "duties.index", "duty:read", "/duties"),
        ),
    ),
    Group(
        "需求对接",
        (
            Item("企业需求", "needs.index", "need:read", "/needs"),
            Item("需求征集", "calls.index", "call:read", "/need-calls"),
            Item("对接记录", "referrals.index", "need:read", "/referrals"),
            Item("服务资源", "resources.index", "resource:read", "/resources"),
        ),
    ),
    Group(
        "一企一策",
        (
            Item("企业方案", "plans.index", "plan:read", "/plans"),
            Item("措施库", "measurekinds.index", "measurekind:read", "/measure-kinds"),
        ),
    ),
    Group(
        "走访服务",
        (
            Item("帮扶台账", "ledger.show", "measure:read", "/ledger"),
            Item("今日走访", "visits.today", "visit:write", "/visits/today"),
            Item("走访台账", "visits.index", "visit:list", "/visits"),
            Item("待确认回答", "replies.index", "reply:approve", "/replies"),
        ),
    ),
    Group(
        "科技专员",
        (
            Item("专员名册", "commissioners.index", "commissioner:read", "/commissioners"),
            Item("服务记录", "servicerecords.index", "deed:read", "/service-records"),
            Item("专员补助", "allowances.index", "allowance:read", "/allowances"),
            Item("专员遴选", "selections.index", "selection:read", "/selections"),
            Item("派驻匹配", "matchings.index", "matching:read", "/matchings"),
        ),
    ),
    Group(
        "系统管理",
        (
            Item("用户", "users.index", "user:list", "/users"),
            Item("单位", "units.index", "unit:list", "/units"),
            Item("Word 模板", "templates.index", "template:keep", "/document-templates"),
            Item("工作日历", "workdays.index", "workday:read", "/workdays"),
            Item("操作审计", "events.index", "event:read", "/events"),
        ),
    ),
)


def menu_for(actor: MayOpen | None, request: Request) -> tuple[Section, ...]:
    if actor is None:
        return ()
    sections = (Section(group.label, _links(group, actor, request)) for group in MENU)
    return tuple(section for section in sections if section.items)


def _links(group: Group, actor: MayOpen, request: Request) -> tuple[Link, ...]:
    here = _where(request.url.path)
    return tuple(
        Link(item.label, item.prefix, item.prefix == here) for item in group.items if actor.may(item.permission)
    )


def _where(path: str) -> str:
    """The item that a page belongs to: of /visits and /visits/today, the closer one."""
    return max(
        (item.prefix for group in MENU for item in group.items if _is_under(path, item.prefix)), key=len, default=""
    )


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(prefix + "/")
