"""What a new password must be, by profile: `dengbao` (等保 practice: classes, expiry) or `nist` (length instead)."""

import re
import unicodedata
from functools import cache
from pathlib import Path

from app.settings import settings

BLOCKLIST = Path(__file__).with_name("blocklist.txt")
LONGEST = 128
SHORTEST = {"dengbao": 12, "nist": 15}
FEWEST_CLASSES = {"dengbao": 3, "nist": 1}
FEWEST_DIFFERENT = 5
SHORTEST_PART = 3
HISTORY = 5
CLASSES = (str.islower, str.isupper, str.isdigit)
DISGUISES = str.maketrans("@4301!$57", "aaeoiisst")


def rules_in_words() -> list[str]:
    """The rules of the profile in force, for the page on which a password is set."""
    profile = settings().password_profile
    classes = "" if profile == "nist" else "，并含大写字母、小写字母、数字、其他字符中的至少 3 种"
    expiry = "不会定期失效" if profile == "nist" else "90 天后须更换"
    return [
        f"至少 {SHORTEST[profile]} 个字符，最多 {LONGEST} 个{classes}。",
        "不能是常见密码、单位或系统的名称、键盘顺序，也不能含有用户名或姓名。",
        f"不能与最近 {HISTORY} 次用过的相同；{expiry}。",
    ]


def objection(password: str, username: str, name: str) -> str:
    """What is wrong with a new password, as a sentence that says how to mend it; empty where nothing is."""
    profile = settings().password_profile
    shortest, fewest = SHORTEST[profile], FEWEST_CLASSES[profile]
    match password:
        case _ if len(password) > LONGEST:
            return f"密码最多 {LONGEST} 个字符，现在是 {len(password)} 个，请缩短。"
        case _ if len(password) < shortest:
            return f"密码至少 {shortest} 个字符，现在是 {len(password)} 个，请加长。"
        case _ if classes_of(password) < fewest:
            return "密码须含大写字母、小写字母、数字、其他字符中的至少 3 种，请补充。"
        case _ if names_its_owner(password, username, name):
            return "密码不能含有用户名或姓名（或其中一段），请更换。"
        case _ if is_common(password):
            return "这个密码太常见或太有规律，容易被猜到，请换一个。"
        case _:
            return ""


def classes_of(password: str) -> int:
    """How many of 小写, 大写, 数字, 其他 occur."""
    plain = [any(kind(character) for character in password) for kind in CLASSES]
    other = any(not any(kind(character) for kind in CLASSES) for character in password)
    return sum(plain) + other


def names_its_owner(password: str, username: str, name: str) -> bool:
    """Whether a part of the user's name, three characters or more (a Chinese name: two), occurs in it."""
    folded = _folded(password)
    parts = {username, *re.findall(r"[a-z]+|\d+", _folded(username))}
    named = [_folded(part) for part in parts if len(part) >= SHORTEST_PART]
    if len(name) > 1:
        named.append(_folded(name))
    return any(part in folded for part in named)


def is_common(password: str) -> bool:
    """Whether a password, without its ornaments, is on the blocklist, or is made of too few different characters."""
    folded = _folded(password)
    if len(set(folded)) < FEWEST_DIFFERENT:
        return True
    core = _core(folded)
    forms = {folded, core, folded.translate(DISGUISES), core.translate(DISGUISES)}
    return any(form in blocklist() or _halved(form) in blocklist() for form in forms)


@cache
def blocklist() -> frozenset[str]:
    """Made by bin/blocklist from patterns; half-width, lower case, one a line."""
    return frozenset(BLOCKLIST.read_text(encoding="utf-8").split())


def _core(folded: str) -> str:
    """The word within digits and signs: “2026tidu!!” → “tidu”."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)


def _halved(text: str) -> str:
    """“kejijukejiju” → “kejiju”; any other text as it is."""
    half = len(text) // 2
    return text[:half] if half and text == text[:half] * 2 else text


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
