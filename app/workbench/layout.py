"""What a draft consists of: the fields that stand once, and the groups of rows, each with its columns."""

from dataclasses import dataclass

MOST_ROWS = 60


@dataclass(frozen=True)
class Column:
    """One field of a row; `expects` is what the rule language reads there, empty for plain words."""

    name: str
    label: str
    expects: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Group:
    """A kind of rows; `key` names the column that tells its rows apart."""

    name: str
    label: str
    noun: str
    hint: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> str:
        return self.columns[0].name

    @property
    def expressions(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.expects)


CLAUSE = Column("clause", "条款")

GROUPS: dict[str, Group] = {
    each.name: each
    for each in (
        Group(
            "parameters",
            "参数",
            "参数",
            "写明出处的数，后面可按名称引用，如“人数上限”＝500人。",
            (Column("name", "名称"), CLAUSE, Column("value", "数值", "any")),
        ),
        Group(
            "terms",
            "名词",
            "名词",
            "起了名字的算式，后面的名词、评分和条件都可引用。",
            (Column("name", "名称"), CLAUSE, Column("value", "算式", "any")),
        ),
        Group(
            "scores",
            "评分表",
            "指标",
            "没有算式的指标由“计入”它的各项相加；“最低分”填了，就多一条“不低于最低分”的条件。",
            (
                Column("name", "指标名称"),
                CLAUSE,
                Column("wording", "说明"),
                Column("max", "满分", "number"),
                Column("least", "最低分", "number"),
                Column("part_of", "计入", hint="不填为总分；写“不计入”则单列"),
                Column("value", "算式", "number"),
            ),
        ),
        Group(
            "conditions",
            "条件",
            "条件",
            "每条写明编号、条款、原文和测试；不在路径和否决里的，都必须符合。",
            (Column("id", "编号"), CLAUSE, Column("wording", "原文"), Column("test", "测试", "test")),
        ),
        Group(
            "paths",
            "路径",
            "路径",
            "几条路径走通任一条即可。编号之间用顿号。",
            (Column("name", "名称"), Column("needs", "都要符合的条件"), Column("any", "任一符合的条件")),
        ),
        Group(
            "shares",
            "分担",
            "分担",
            "各方承担的比例，合计 100%。",
            (Column("payer", "承担方"), Column("part", "比例", "ratio")),
        ),
        Group(
            "instalments",
            "分期",
            "分期",
            "各期比例，合计 100%；到时还须符合的，写在“条件”。",
            (Column("when", "何时"), Column("part", "比例", "ratio"), Column("gate", "条件", "test")),
        ),
        Group(
            "obligations",
            "义务",
            "义务",
            "获得之后对企业的约束，以及违反的后果。",
            (Column("what", "内容"), Column("within", "期限"), Column("breach", "违反的后果")),
        ),
    )
}

# Fields that stand once: name → label. Those of the head belong to the rule and not to one version of it.
HEAD = {
    "name": "名称",
    "kind": "类别",
    "title": "对应资质",
    "scope": "制定方",
    "policy": "依据文件",
    "clause": "条款",
    "beneficiary": "受益人",
    "source": "出处说明",
}
MONEY = {"amount_value": "金额", "amount_cap": "封顶", "amount_floor": "起付线", "stacking_cap": "组内封顶"}
SINGLES = {
    **HEAD,
    "starts": "施行自",
    "until": "施行至",
    "valid_for": "资质有效期",
    "needs": "必须符合的条件",
    "vetoes": "否决的条件",
    **MONEY,
    "discretionary": "只有上限",
    "hole_reason": "金额待定的原文",
    "hole_waits_for": "等待的文件",
    "purpose": "用途",
    "stacking_group": "叠加组",
    "stacking_mode": "叠加方式",
    "opens": "申报开始",
    "closes": "申报截止",
    "window_note": "申报说明",
    "notes": "说明和待定问题",
}


def field(group: str, number: int, column: str) -> str:
    """The name of a row's field in the form."""
    return f"{group}-{number}-{column}"
