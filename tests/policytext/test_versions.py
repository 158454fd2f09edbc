"""Two versions of a text: every clause once on each side, and every word of both."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.policytext.versions.aligning import align
from app.policytext.versions.differing import Side, differences
from app.policytext.versions.pair import Change, Worded

WORDS = st.text(alphabet="区企业高新培育奖励给予10 20万元，。\n（一）二、", max_size=30)
CLAUSES = st.lists(st.builds(Worded, st.sampled_from(["一", "二", "二/(一)", "二/(二)", "三"]), WORDS), max_size=8)
OLD = [
    Worded("一", "一、总体目标 到2028年，全区高新技术企业达到40家。"),
    Worded("二/(一)", "（一）建立培育库。每年遴选不少于10家企业入库，实行动态管理。"),
    Worded("二/(二)", "（二）强化研发投入。引导企业设立研发准备金，规范研发费用归集。"),
    Worded("三", "三、保障措施 成立工作专班，统筹推进。"),
]


def changes(new: list[Worded]) -> list[tuple[Change, int | None, int | None]]:
    return [(pair.change, pair.old, pair.new) for pair in align(OLD, new)]


@settings(deadline=None)
@given(CLAUSES, CLAUSES)
def test_every_clause_appears_exactly_once_on_each_side(old: list[Worded], new: list[Worded]) -> None:
    pairs = align(old, new)

    assert sorted(pair.old for pair in pairs if pair.old is not None) == list(range(len(old)))
    assert [pair.new for pair in pairs if pair.new is not None] == list(range(len(new)))


@settings(deadline=None)
@given(CLAUSES)
def test_aligned_with_itself_nothing_changed(clauses: list[Worded]) -> None:
    assert {(pair.change, pair.old == pair.new) for pair in align(clauses, clauses)} <= {(Change.SAME, True)}


@settings(deadline=None)
@given(WORDS, WORDS)
def test_both_wordings_can_be_put_together_again(old: str, new: str) -> None:
    found = differences(old, new)

    assert "".join(each.words for each in found if each.side is not Side.NEW) == old
    assert "".join(each.words for each in found if each.side is not Side.OLD) == new


def test_a_clause_that_only_got_another_number_has_moved() -> None:
    moved = Worded("二/(三)", OLD[1].words.replace("（一）", "（三）"))

    assert (Change.MOVED, 1, 3) in changes([OLD[0], OLD[2], OLD[3], moved])


def test_a_clause_with_another_figure_is_reworded_and_one_without_a_like_is_new_or_gone() -> None:
    new = [
        OLD[0],
        Worded("二/(一)", OLD[1].words.replace("10家", "15家")),
        Worded("二/(二)", "（二）举办创新大赛。"),
        OLD[3],
    ]

    assert changes(new) == [
        (Change.SAME, 0, 0),
        (Change.REWORDED, 1, 1),
        (Change.NEW, None, 2),
        (Change.GONE, 2, None),
        (Change.SAME, 3, 3),
    ]


def test_a_figure_changes_as_one_word() -> None:
    found = differences("给予一次性奖励20万元。", "给予一次性奖励25万元。")

    assert [(each.side, each.words) for each in found][1:3] == [(Side.OLD, "20"), (Side.NEW, "25")]


def test_script_and_width_are_no_change() -> None:
    (pair,) = align([Worded("一", "一、研發投入。２０家")], [Worded("一", "一、研发投入。20家")])

    assert pair.change is Change.SAME
