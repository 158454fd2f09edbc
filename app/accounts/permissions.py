"""Who may do what, as data: permission → role → the rows it reaches. No entry means no."""

from app.core.choices import Choice


class Role(Choice):
    ADMIN = "admin", "管理员"
    BUREAU = "bureau", "科技局"
    LEADER = "leader", "领导"
    UNIT = "unit", "责任单位"
    COMMISSIONER = "commissioner", "科技专员"
    FIRM = "firm", "企业"
    FINANCE = "finance", "财政"
    AUDIT = "audit", "审计"


class Scope(Choice):
    """How far a permission reaches over firms; `ANY` also stands for things that belong to no firm."""

    ANY = "any", "全区"
    UNIT = "unit", "本单位的企业"
    ASSIGNED = "assigned", "派驻的企业"
    OWN = "own", "本企业"
    SELF = "self", "本人"


ANY, UNIT, ASSIGNED, OWN = Scope.ANY, Scope.UNIT, Scope.ASSIGNED, Scope.OWN

EVERYONE = dict.fromkeys(Role, ANY)
ONESELF = dict.fromkeys(Role, Scope.SELF)
DISTRICT = {Role.BUREAU: ANY, Role.LEADER: ANY, Role.UNIT: UNIT, Role.COMMISSIONER: ASSIGNED}
STAFF = {**DISTRICT, Role.FINANCE: ANY}
READERS = {**STAFF, Role.FIRM: OWN}
KEEPERS = {Role.BUREAU: ANY, Role.COMMISSIONER: ASSIGNED}
PLAN_READERS = {**DISTRICT, Role.AUDIT: ANY, Role.FIRM: OWN}
MARKERS = {Role.BUREAU: ANY, Role.UNIT: UNIT, Role.COMMISSIONER: ASSIGNED}
# Whoever answers for tasks of a plan; the finance bureau is one of the units.
ANSWERABLE = {Role.UNIT: UNIT, Role.FINANCE: UNIT}
WRITING = frozenset({"approve", "create", "edit", "pay", "review", "write"})

POLICY: dict[str, dict[Role, Scope]] = {
    "account:read": ONESELF,
    "account:self": ONESELF,
    "allowance:read": {Role.BUREAU: ANY, Role.LEADER: ANY, Role.FINANCE: ANY},
    # Whoever proposed a grade does not settle it (app/commissioners/deeds/service.py).
    "appraisal:approve": {Role.BUREAU: ANY},
    "appraisal:write": {Role.BUREAU: ANY},
    "board:read": DISTRICT,
    "bulk:read": dict.fromkeys(MARKERS, Scope.SELF),
    "call:read": DISTRICT,
    "call:write": {Role.BUREAU: ANY},
    "check:read": READERS,
    "commissioner:read": dict.fromkeys((*DISTRICT, Role.AUDIT), ANY),
    "commissioner:write": {Role.BUREAU: ANY},
    "contact:reveal": {Role.BUREAU: ANY, Role.COMMISSIONER: ASSIGNED, Role.FIRM: OWN},
    "contact:write": KEEPERS,
    "deed:approve": {Role.BUREAU: ANY},
    "deed:read": {Role.BUREAU: ANY, Role.LEADER: ANY, Role.COMMISSIONER: Scope.SELF},
    "deed:write": {Role.COMMISSIONER: Scope.SELF},
    # The firms behind a preview; whoever audits or administers reads its totals only.
    "draft:list": {Role.BUREAU: ANY, Role.LEADER: ANY},
    "draft:read": dict.fromkeys((Role.ADMIN, Role.BUREAU, Role.LEADER, Role.AUDIT), ANY),
    # Not an administrator's: who makes accounts could make the author as well.
    "draft:review": {Role.BUREAU: ANY},
    "draft:write": {Role.BUREAU: ANY},
    "duty:read": {**dict.fromkeys((Role.BUREAU, Role.LEADER, Role.AUDIT), ANY), **ANSWERABLE},
    "duty:write": {Role.BUREAU: ANY},
    "event:read": {Role.AUDIT: ANY},
    "fact:write": KEEPERS,
    "feedback:write": {Role.BUREAU: ANY, **ANSWERABLE},
    "file:read": READERS,
    "file:write": KEEPERS,
    "finding:keep": {Role.BUREAU: ANY},
    "firm:create": {Role.BUREAU: ANY},
    "firm:edit": {Role.BUREAU: ANY},
    "firm:list": {**DISTRICT, Role.FINANCE: ANY},
    "firm:read": READERS,
    # Of a firm's own users only the first may invite and stop others (app/portal/people.py).
    "firmuser:read": {Role.BUREAU: ANY, Role.FIRM: OWN},
    "firmuser:write": {Role.BUREAU: ANY, Role.FIRM: OWN},
    "forecast:read": dict.fromkeys((Role.BUREAU, Role.LEADER, Role.FINANCE, Role.AUDIT), ANY),
    "forecast:write": {Role.BUREAU: ANY},
    "handover:read": DISTRICT,
    "home:read": EVERYONE,
    "import:read": {Role.BUREAU: ANY},
    "import:write": {Role.BUREAU: ANY},
    "intake:read": {Role.BUREAU: Scope.SELF},
    "job:cancel": ONESELF,
    "job:read": ONESELF,
    "list:read": dict.fromkeys(DISTRICT, ANY),
    "list:write": {Role.BUREAU: ANY},
    "mark:write": MARKERS,
    "matching:read": {Role.BUREAU: ANY, Role.LEADER: ANY},
    "matching:write": {Role.BUREAU: ANY},
    # A unit reports on and closes what is its own, wherever the firm is (app/plans/access.py).
    "measure:close": {Role.BUREAU: ANY, Role.UNIT: UNIT},
    "measure:read": PLAN_READERS,
    "measure:report": {Role.BUREAU: ANY, Role.UNIT: UNIT, Role.COMMISSIONER: ASSIGNED, Role.FIRM: OWN},
    "measurekind:read": EVERYONE,
    "merge:write": {Role.BUREAU: ANY},
    # Whoever reads needs may also read how they were handled; an officer or the firm's commissioner takes the steps.
    "need:approve": KEEPERS,
    "need:read": {**DISTRICT, Role.FIRM: OWN, Role.AUDIT: ANY},
    "need:write": {**KEEPERS, Role.FIRM: OWN},
    "parameter:read": dict.fromkeys((*DISTRICT, Role.FINANCE, Role.AUDIT), ANY),
    "parameter:write": {Role.BUREAU: ANY},
    "plan:approve": {Role.BUREAU: ANY},
    "plan:comment": {Role.BUREAU: ANY, Role.COMMISSIONER: ASSIGNED, Role.FIRM: OWN},
    "plan:read": PLAN_READERS,
    "plan:write": {Role.BUREAU: ANY},
    "notice:read": ONESELF,
    "policy:read": dict.fromkeys((*DISTRICT, Role.FINANCE, Role.AUDIT), ANY),
    "policy:write": {Role.BUREAU: ANY},
    # Only the firm itself says how it was served.
    "rating:write": {Role.FIRM: OWN},
    "record:write": KEEPERS,
    "region:read": dict.fromkeys(DISTRICT, ANY),
    "region:write": {Role.BUREAU: ANY},
    "resource:read": dict.fromkeys((*DISTRICT, Role.AUDIT), ANY),
    "resource:write": {Role.BUREAU: ANY},
    # Whoever keeps a firm may see its page as the firm does; only the firm itself speaks there.
    "portal:read": {**KEEPERS, Role.FIRM: OWN},
    "reply:approve": {Role.BUREAU: ANY, Role.FIRM: OWN},
    "rule:read": EVERYONE,
    "selection:read": dict.fromkeys((Role.BUREAU, Role.LEADER, Role.AUDIT), ANY),
    "selection:write": {Role.BUREAU: ANY},
    "signup:approve": {Role.BUREAU: ANY},
    "simulation:list": {Role.BUREAU: ANY, Role.LEADER: ANY, Role.FINANCE: ANY},
    # Totals name no firm, so whoever audits may read them as well.
    "simulation:read": {Role.BUREAU: ANY, Role.LEADER: ANY, Role.FINANCE: ANY, Role.AUDIT: ANY},
    "simulation:write": {Role.BUREAU: ANY},
    # What a firm says about what is believed of it: only the firm says it, only the bureau decides about it.
    "statement:approve": {Role.BUREAU: ANY},
    "statement:read": {Role.BUREAU: ANY, Role.FIRM: OWN},
    "statement:write": {Role.FIRM: OWN},
    "target:read": dict.fromkeys((*DISTRICT, Role.FINANCE, Role.AUDIT), ANY),
    "target:write": {Role.BUREAU: ANY},
    "template:keep": {Role.ADMIN: ANY},
    "title:write": {Role.BUREAU: ANY},
    "unit:list": {Role.ADMIN: ANY},
    "unit:write": {Role.ADMIN: ANY},
    "user:list": {Role.ADMIN: ANY},
    "user:write": {Role.ADMIN: ANY},
    "view:remove": dict.fromkeys(STAFF, Scope.SELF),
    "workday:read": dict.fromkeys((Role.ADMIN, *DISTRICT), ANY),
    "workday:write": {Role.BUREAU: ANY},
    "visit:list": DISTRICT,
    "visit:read": {**DISTRICT, Role.FIRM: OWN},
    "visit:write": KEEPERS,
}

# 三员分立: who keeps the accounts does not read the trail, and neither of the two does the bureau's work.
DUTIES: dict[str, frozenset[str]] = {
    "系统管理": frozenset({"template:keep", "unit:list", "unit:write", "user:list", "user:write"}),
    "安全审计": frozenset({"event:read"}),
    "业务办理": frozenset(name for name in POLICY if name.split(":")[1] in WRITING) - {"unit:write", "user:write"},
}


def duties_of(role: Role) -> set[str]:
    """The separated duties in which a role has any permission; more than one breaks 三员分立."""
    return {duty for duty, permissions in DUTIES.items() if any(role in POLICY[name] for name in permissions)}


def scope_of(role: Role, permission: str) -> Scope | None:
    """How far a role may go, or None; an unknown permission is a fault of ours and raises KeyError."""
    return POLICY[permission].get(role)
