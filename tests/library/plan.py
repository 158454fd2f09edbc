"""A plan made up for the tests, in the manner of a district's, and its way into the library."""

from typing import Any

from tests.browser import Answer, Visitor
from tests.work import work_off

PLAN = """云岭区科技企业梯度培育行动方案（2026—2028年）

为加快培育科技企业，结合我区实际，制定本方案。

一、总体目标

到2028年，全区高新技术企业达到40家，科技型中小企业达到120家。

二、重点任务

（一）建立培育库。每年遴选不少于10家企业入库，实行动态管理。
牵头单位：区科技局；责任单位：区工信局、各乡镇

（二）强化研发投入。引导企业设立研发准备金，规范研发费用归集。（区财政局、区税务局负责）

（三）加大奖励力度。对首次认定的高新技术企业，给予一次性奖励20万元；研发费用按不超过10%给予补助，每家每年最高50万元。

三、保障措施

（一）加强领导。成立工作专班，统筹推进各项工作。
"""


def address_of(officer: Visitor, words: str = PLAN, **given: Any) -> str:
    """Where a text stands once it is taken in."""
    return str(arrived(officer, words, **given).headers["location"])


def offered(officer: Visitor, words: str, **given: Any) -> Answer:
    """The page of a text that was refused."""
    return arrived(officer, words, status=200, **given)


def arrived(officer: Visitor, words: str, *, status: int = 303, policy_id: str = "", **given: Any) -> Answer:
    """What the page of an intake answers when its job is done."""
    asked = officer.post("/policies", {"words": words, "policy_id": policy_id}, **given)
    work_off()
    return officer.get(asked.headers["location"], status=status)
