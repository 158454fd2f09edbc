"""Every target of a clause tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from app.policytext.clauses.clause import Clause, Level
from app.policytext.clauses.front import Front
from app.policytext.targets.prose import Carried, read_sentence
from app.policytext.targets.relevance import Setting
from app.policytext.targets.sentences import sentences_of
from app.policytext.targets.tables import read_rows
from app.policytext.targets.target import Target
from app.policytext.targets.words import GOAL_HEADINGS, MAKING_FIRST, PAST_HEADINGS, RULE_HEADINGS
from app.policytext.targets.years import years_in
from app.policytext.text.plain import Piece

_FIGURE = re.compile("[0-9一二三四五六七八九十百千两翻]")
_LISTS_CRITERIA = re.compile(r"(?:条件|情形|要求|材料|之一)[^。]{0,8}:\s*$")
_THING = re.compile("(?:企业|平台|机构|载体|人才|产业|专利|合同|园区|项目|成果|投入|经费|孵化器)$")
# What others have set themselves: “根据省里到2028年达到2万家的部署”.
_GROUNDS = re.compile("根据|按照|依据|贯彻|落实|全省|全国|自治区[^级]|习近平")
LONGEST_SUBJECT = 16
# A text with more figures is no plan.
MOST_TARGETS = 2_000


def find_targets(root: Clause, front: Front) -> list[Target]:
    """The targets of every clause, in the order of the text.

    In: the root of a clause tree and the front matter, for the plan's period. Out: targets as written; the year a
    sentence does not say is the last one its clause, or a clause around it, said before.
    """
    starts = front.starts or (front.issued.year if front.issued else None)
    setting = Setting(goal=False, starts=starts, ends=front.ends)
    found = _in_lead(root, setting) if root.children else []
    # What stands before the first clause mostly tells why there is a plan; a text without clauses is read as it is.
    waiting = [_Waiting(root, setting, None, silent=bool(root.children))]
    while waiting and len(found) < MOST_TARGETS:
        here = waiting.pop()
        setting, silent = _within(here.clause, here.setting), _is_silent(here)
        if not silent:
            found += islice(_of(here.clause, setting, here.year), MOST_TARGETS)
        year = _last_year(here.clause, setting) or here.year
        inherits = (silent and bool(here.clause.path)) or _LISTS_CRITERIA.search(
            here.clause.body.text[-40:]
        ) is not None
        waiting += reversed(list(_inside(here.clause, setting, year, silent=inherits)))
    return found


@dataclass(frozen=True)
class _Waiting:
    """A clause still to be read, with what the clauses around it hand on: `silent` ones hold nothing to reach."""

    clause: Clause
    setting: Setting
    year: int | None
    silent: bool


def _in_lead(root: Clause, setting: Setting) -> list[Target]:
    """What the words before the first number undertake: figures due in a year the plan itself sets (到2028年)."""
    due = {each.year for each in years_in(root.body.plain.text) if each.until and not each.baseline}
    found = (each for each in _of(root, setting, None) if each.year in due and not _GROUNDS.search(_sentence(each)))
    return list(islice(found, MOST_TARGETS))


def _sentence(target: Target) -> str:
    text = target.piece.plain.text[: target.piece.start]
    return text[max(text.rfind("。"), text.rfind("\n")) + 1 :]


def _inside(clause: Clause, setting: Setting, year: int | None, *, silent: bool) -> Iterator[_Waiting]:
    """The clauses inside one; a dash item of the goals hands its year on to the next: one date for all of a list."""
    for child in clause.children:
        yield _Waiting(child, setting, year, silent=silent)
        if child.level is Level.DASH:
            year = _last_year(child, setting) or year


def _within(clause: Clause, setting: Setting) -> Setting:
    goal = setting.goal or GOAL_HEADINGS.search(clause.heading.text) is not None
    return Setting(goal=goal, starts=setting.starts, ends=setting.ends, subject=_subject(clause.heading.text.strip()))


def _subject(heading: str) -> str:
    return (
        heading
        if len(heading) <= LONGEST_SUBJECT and _THING.search(heading) and not MAKING_FIRST.match(heading)
        else ""
    )


def _is_silent(here: _Waiting) -> bool:
    """Sections about the past and about who may apply hold figures, but nothing to reach, unless one says 目标."""
    heading = here.clause.heading.text
    if GOAL_HEADINGS.search(heading):
        return False
    about_others = PAST_HEADINGS.search(heading) or RULE_HEADINGS.search(heading)
    return here.silent or (about_others is not None and here.clause.table is None)


def _of(clause: Clause, setting: Setting, year: int | None) -> Iterator[Target]:
    if clause.table is not None:
        yield from read_rows(clause, clause.table, setting)
        return
    carried = Carried(year, explicit=False)
    for path, content in _contents(clause):
        if not _FIGURE.search(content.text):
            continue
        for sentence in sentences_of(content):
            found, carried = read_sentence(sentence, path, setting, carried)
            yield from (each for each in found if not _is_over(each, setting))


def _contents(clause: Clause) -> list[tuple[str, Piece]]:
    return [(clause.path, _content(clause))] if clause.path else clause.paragraphs()


def _content(clause: Clause) -> Piece:
    return clause.own.plain.piece(clause.marker.end, clause.body.end)


def _is_over(target: Target, setting: Setting) -> bool:
    """A year before the plan began is history."""
    return target.year is not None and setting.starts is not None and target.year < setting.starts


def _last_year(clause: Clause, setting: Setting) -> int | None:
    if not setting.goal or not clause.path or clause.table is not None:
        return None
    due = [each.year for each in years_in(_content(clause).text[:2000]) if not each.baseline]
    due = [year for year in due if setting.starts is None or year >= setting.starts]
    return due[-1] if due else None
