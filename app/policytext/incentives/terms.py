"""The sentences around incentives: what excludes, what adds up, what binds afterwards, whom it is for."""

import re
from collections.abc import Iterator

from app.policytext.clauses.clause import Clause
from app.policytext.incentives.incentive import Term, TermKind
from app.policytext.text.plain import Piece

_KINDS = (
    (
        TermKind.STACKING,
        re.compile(
            "就高不重复|就高不就低|不重复享受|不得重复|不再重复|同一事项|从优不重复|不重复奖|择优不重复|只享受一次|不累计"
        ),
    ),
    (
        TermKind.OBLIGATION,
        re.compile(r"年内(?:不得|不)?(?:迁出|搬离|迁离|转移)|不得迁出|承诺.{0,20}(?:迁|年)|收回|追回|退还|退回"),
    ),
    (
        TermKind.EXCLUSION,
        re.compile(
            "不予支持|不予奖励|不予补助|不予受理|不得申报|不得享受|不享受|取消.{0,8}资格|不列入|不纳入.{0,6}范围|失信|较大以上"
        ),
    ),
    (
        TermKind.ELIGIBILITY,
        re.compile(r"(?:适用于|适用对象|适用范围|支持对象|扶持对象).{0,60}|(?:注册|登记).{0,8}(?:纳税|税收|税务)"),
    ),
)
_WHOLE = re.compile("本(?:措施|办法|政策|方案|意见|细则|计划|规定)|获得(?:支持|奖励|奖补)的")
# Without one of these there is no term, and nothing to look for.
_SIGN = re.compile("重复|同一|累计|享受|迁|收回|追回|退|不予|不得|取消|不列入|不纳入|失信|较大|适用|对象|注册|登记")
_INTRODUCES = re.compile(r":\s*$")
_SENTENCE = re.compile(r"[。;\n]")


def find_terms(root: Clause) -> list[Term]:
    """Every sentence of a plan that limits or binds its incentives, in order."""
    found: list[Term] = []
    for clause in root.walk():
        if clause.table is None:
            found += _of(clause)
            found += _listed(clause)
    return list({(term.path, term.piece.start): term for term in reversed(found)}.values())[::-1]


def _listed(clause: Clause) -> Iterator[Term]:
    """The items of a list that “有下列情形之一的，不予支持：” opens."""
    kind = _kind(clause.body) if _INTRODUCES.search(clause.body.text) else None
    for child in clause.children if kind else ():
        piece = clause.own.plain.piece(child.marker.end, child.body.end).strip()
        yield Term(kind or TermKind.EXCLUSION, child.path, piece)


def terms_for(path: str, terms: list[Term], paying: set[str]) -> tuple[Term, ...]:
    """The terms that hold for an incentive of a clause: those of the clause or around it, and of the whole document.

    `paying` are the paths of all clauses that promise money: what such a clause says holds for itself, unless it speaks
    of the whole document (本措施……); what any other clause says holds for all.
    """
    return tuple(term for term in terms if _around(term.path, path) or term.path not in paying or _is_general(term))


def _of(clause: Clause) -> Iterator[Term]:
    content = clause.own.plain.piece(clause.marker.end, clause.body.end)
    if not _SIGN.search(content.text):
        return
    start = 0
    for match in [*_SENTENCE.finditer(content.text), None]:
        end = match.start() if match else content.end - content.start
        kind = _kind(content.part(start, end))
        if kind is not None and not (clause.children and _INTRODUCES.search(content.part(start, end).text)):
            yield Term(kind, clause.path, content.part(start, end).strip())
        start = end + 1


def _kind(piece: Piece) -> TermKind | None:
    text = piece.text[:400]
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), None)


def _around(term: str, path: str) -> bool:
    return bool(term) and (path == term or path.startswith(f"{term}/"))


def _is_general(term: Term) -> bool:
    return _WHOLE.search(term.words) is not None
