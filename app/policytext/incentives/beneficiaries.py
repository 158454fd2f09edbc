"""Who is paid and on what condition, from the words before the promise."""

import re

from app.policytext.incentives.statements import Statement

LONGEST = 60
FIRM = "企业"
_FOR = re.compile(
    r"(?:^|,|(?<=[\u4e00-\u9fff]))(?:(?<![一面针])对于?(?![一接口照应标外])|凡是?|针对)(?P<who>[^,。;]{2,120})"
)
_GIVEN_TO = re.compile(
    r"(?:给予|予以|奖励|重奖|补助)(?P<who>[^,。;\d一按]{0,24}?(?:企业|机构|单位|人员|人才|团队|专员|个人|平台|载体|园区|孵化器|众创空间))"
)
_DEED = re.compile("认定|通过|获|入选|迁入|首次|重新|再次|新增|增长")
_USE_FOR = re.compile(r"用于(?:补助|奖励)(?P<who>[^,。;]{2,60})")
_NOT_CONDITIONS = re.compile(
    r"^(?:(?:按照?|依据|根据|依照|执行|落实|参照).{0,40}(?:政策|规定|办法|标准|文件|》).{0,4}|同时|其中|另外|此外|政府|财政|区财政|由.{2,30}|经.{0,10}(?:审核|批准|审定).{0,6}|每(?:家|户|年|件|项|个|人)(?:每年)?|用于|分.{1,4}|按年度|原则上|(?:坚持|贯彻|落实|加强|加大|引导|推动|完善|建立|进一步|深入|充分|积极|大力|优化|持续|为).{2,})$"
)
_VERBS = re.compile(
    r"(?:按照?|依据|根据).{0,40}$|(?:给予|予以|一次性|分别|再|可|最高|政府|财政|由.{2,30}(?:政府|财政)|(?:还?可)?(?:采取|实行|通过)[“\"]?|(?<=[业人队构台目])每[家户人个项](?:企业)?)+$"
)
_NOUN = re.compile(
    r"(?:企业|机构|单位|人员|人才|团队|专员|个人|平台|载体|园区|孵化器|众创空间|项目|中心|实验室|站|联盟|高校|院所|主体|基地)$"
)
_ENCOURAGING = re.compile("^(?:支持|鼓励|引导|推动)")
_LAST = re.compile(r"(?:担任|作为)(?P<noun>[^的]{2,20})$")
_LEADING = re.compile(
    r"(?![在可按自经将对]|认定|首次|初次|重新|再次|获|新|通过|被|当年|入选)(?P<noun>[\u4e00-\u9fff]{0,14}?(?:企业|人才及其团队|人才|团队|人员|机构|单位|专员|个人|项目|平台))"
)
_SUBJECT = re.compile(
    r"^(?P<noun>(?:企业|科技服务机构|服务机构|孵化载体|孵化器|众创空间|高校院所|园区|个人|团队)(?=[^,。;的]{2}))"
)


def read_beneficiary(statement: Statement) -> tuple[str, tuple[str, ...]]:
    """(who is paid, the plan's phrases for the condition) of a statement.

    “对首次认定的高企，在有效期内给予奖励” gives (首次认定的高企, (首次认定的高企, 在有效期内)); where the plan names
    nobody, as in “首次认定为高企的，奖励……”, a firm is meant.
    """
    whole = statement.piece.text
    before = whole[: statement.head]
    who = _named(whole, before)
    segments = before.split(",")
    named = [number for number, segment in enumerate(segments) if _FOR.search(segment)]
    # What stands before “对……” tells of the task, not of the condition.
    conditions = tuple(part for part in map(_condition, segments[named[-1] if named else 0 :]) if part)
    return _noun(who, conditions), conditions or ((who,) if who else ())


def noun_in(who: str, conditions: tuple[str, ...]) -> str:
    """Who is meant by the words for whom a row is, or else by its conditions; a firm where they only tell of a deed."""
    found = _noun(who, conditions)
    return FIRM if not who and _DEED.search(found) else found


def _named(whole: str, before: str) -> str:
    found = list(_FOR.finditer(before))
    if found and not whole.startswith("重奖", len(before)):
        return _VERBS.sub("", found[-1]["who"]).strip()
    match = _USE_FOR.search(whole) or _GIVEN_TO.search(whole[len(before) :])
    return match["who"].strip("相关的 ") if match else ""


def _condition(segment: str) -> str:
    text = _VERBS.sub("", segment.strip())
    match = _FOR.search(text)
    text = _ENCOURAGING.sub("", match["who"] if match else text)
    return "" if len(text) < 2 or _NOT_CONDITIONS.match(text) else text[-LONGEST * 2 :]  # noqa: PLR2004


def _noun(who: str, conditions: tuple[str, ...]) -> str:
    for phrase in map(_without_remark, (who, *conditions)):
        subject = _SUBJECT.match(phrase)
        if subject:
            return subject["noun"]
        if phrase and not phrase.endswith("的") and _NOUN.search(phrase):
            return _short(phrase)
    leading = _LEADING.match(who or (conditions[-1] if conditions else ""))
    return leading["noun"] if leading else FIRM


def _without_remark(phrase: str) -> str:
    return re.sub(r"[(][^()]{0,40}[)]$", "", phrase)


def _short(phrase: str) -> str:
    """“遴选两名人才担任企业科技专员” pays the 企业科技专员."""
    last = _LAST.search(phrase) if len(phrase) > LONGEST // 2 else None
    return last["noun"] if last else phrase[-LONGEST:].removeprefix("且").removeprefix("并")
