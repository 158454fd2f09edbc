"""Whether two firms may be one: by what they are called, how that sounds, one character, a person, a telephone."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from app.core.text import mask_phone

# A longer group is no set of duplicates: an agent's telephone, a series of sister firms.
LARGEST_GROUP = 8
SHORTEST_KEY = 4
SHORTEST_PHONE = 7
# “一厂” and “二厂”, “甲” and “乙” are told apart on purpose.
NUMBERING = frozenset("0123456789一二三四五六七八九十甲乙丙丁戊己庚辛壬癸东南西北")
LEGAL_PERSON = re.compile("法定代表人|法人")
# How much each likeness counts; a pair is ordered by their sum.
SAME_NAME, FORMER_NAME, SAME_SOUND, ONE_CHARACTER, SAME_PHONE, SAME_PERSON = 100, 90, 80, 60, 40, 30


@dataclass(frozen=True)
class Known:
    """What is compared of one firm."""

    id: int
    key: str
    sound: str
    former: tuple[str, ...] = ()
    phones: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()


@dataclass
class Likeness:
    """Why two firms may be one, strongest first once finished."""

    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def weight(self) -> int:
        return sum(self.reasons.values())

    @property
    def sentences(self) -> list[str]:
        return sorted(self.reasons, key=lambda reason: -self.reasons[reason])


def likely_pairs(firms: Iterable[Known]) -> dict[tuple[int, int], Likeness]:
    """Every pair of numbers (the smaller first) that may be one firm, and why."""
    firms = list(firms)
    found: dict[tuple[int, int], Likeness] = defaultdict(Likeness)
    for reason, weight, group in _groups(firms):
        members = sorted(set(group))
        if not 1 < len(members) <= LARGEST_GROUP:
            continue
        for place, first in enumerate(members):
            for second in members[place + 1 :]:
                found[first, second].reasons.setdefault(reason, weight)
    for first, second, reason in _one_character_apart(firms):
        likeness = found[min(first, second), max(first, second)]
        if not any(weight >= SAME_SOUND for weight in likeness.reasons.values()):
            likeness.reasons.setdefault(reason, ONE_CHARACTER)
    return dict(found)


def _groups(firms: list[Known]) -> Iterator[tuple[str, int, list[int]]]:
    keys, sounds = _by(firms, lambda f: (f.key,)), _by(firms, lambda f: (f.sound,))
    yield from (("名称相同，只差写法", SAME_NAME, group) for group in keys.values())
    yield from (("一方的曾用名与对方的名称相同", FORMER_NAME, group) for group in _former(firms, keys))
    spelt = {firm.id: firm.key for firm in firms}
    homophones = (group for group in sounds.values() if len({spelt[each] for each in group}) > 1)
    yield from (("名称读音相同", SAME_SOUND, group) for group in homophones)
    phones = _by(firms, lambda f: f.phones)
    yield from ((f"联系电话相同：{mask_phone(phone)}", SAME_PHONE, group) for phone, group in phones.items())
    persons = _by(firms, lambda f: f.persons)
    yield from ((f"法定代表人同名：{person}", SAME_PERSON, group) for person, group in persons.items())


def _by(firms: list[Known], values: Callable[[Known], Iterable[str]]) -> Mapping[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for firm in firms:
        for value in values(firm):
            if value:
                groups[value].append(firm.id)
    return groups


def _former(firms: list[Known], keys: Mapping[str, list[int]]) -> Iterator[list[int]]:
    return ([firm.id, *keys[key]] for firm in firms for key in firm.former if key in keys and firm.key != key)


def _one_character_apart(firms: list[Known]) -> Iterator[tuple[int, int, str]]:
    """Pairs of names of which one becomes the other by changing, adding or leaving out one character."""
    same_length: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    by_key: dict[str, int] = {}
    for firm in firms:
        if len(firm.key) >= SHORTEST_KEY:
            by_key[firm.key] = firm.id
            for place, character in enumerate(firm.key):
                same_length[firm.key[:place], firm.key[place + 1 :]].append((firm.id, character))
    for (before, after), members in same_length.items():
        if (shorter := by_key.get(before + after)) is not None and len(members) <= LARGEST_GROUP:
            yield from ((shorter, firm_id, f"名称只差一个字：“{c}”") for firm_id, c in members if c not in NUMBERING)
        if 1 < len(members) <= LARGEST_GROUP:
            yield from _changed(members)


def _changed(members: list[tuple[int, str]]) -> Iterator[tuple[int, int, str]]:
    for place, (first, one) in enumerate(members):
        for second, other in members[place + 1 :]:
            if first != second and one != other and not {one, other} <= NUMBERING:
                yield first, second, f"名称只差一个字：“{one}”与“{other}”"
