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


ANY, UNIT, ASSIGNED, OWN = Scope.ANY, Scope.UNIT, Scope.ASSIGNED, Scope.OWN

EVERYONE = dict.fromkeys(Role, ANY)
DISTRICT = {Role.BUREAU: ANY, Role.LEADER: ANY, Role.UNIT: UNIT, Role.COMMISSIONER: ASSIGNED}
READERS = {**DISTRICT, Role.FINANCE: ANY, Role.FIRM: OWN}
KEEPERS = {Role.BUREAU: ANY, Role.COMMISSIONER: ASSIGNED}

POLICY: dict[str, dict[Role, Scope]] = {
    "account:self": EVERYONE,
    "board:read": DISTRICT,
    "check:read": READERS,
    "contact:reveal": {Role.BUREAU: ANY, Role.COMMISSIONER: ASSIGNED, Role.FIRM: OWN},
    "contact:write": KEEPERS,
    "event:read": {Role.AUDIT: ANY},
    "fact:write": KEEPERS,
    "file:read": READERS,
    "firm:create": {Role.BUREAU: ANY},
    "firm:edit": {Role.BUREAU: ANY},
    "firm:list": {**DISTRICT, Role.FINANCE: ANY},
    "firm:read": READERS,
    "home:read": EVERYONE,
    "import:read": {Role.BUREAU: ANY},
    "import:write": {Role.BUREAU: ANY},
    "record:write": KEEPERS,
    "rule:read": EVERYONE,
    "title:write": {Role.BUREAU: ANY},
    "unit:list": {Role.ADMIN: ANY},
    "unit:write": {Role.ADMIN: ANY},
    "user:list": {Role.ADMIN: ANY},
    "user:write": {Role.ADMIN: ANY},
}


def scope_of(role: Role, permission: str) -> Scope | None:
    """How far a role may go, or None; an unknown permission is a fault of ours and raises KeyError."""
    return POLICY[permission].get(role)
