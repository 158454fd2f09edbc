"""How firm names are compared: width, brackets, legal form and blanks do not make a different firm."""

import re

from app.core.text import folded

LEGAL_FORM = re.compile(
    r"(股份有限责任公司|有限责任公司|股份有限公司|有限公司|股份公司|公司|\(有限合伙\)|\(普通合伙\)|合伙企业)$"
)
PUNCTUATION = re.compile(r"[()\[\]【】〔〕《》·•．.,，、\-—_]")


def name_key(name: str) -> str:
    """What is left of a name for comparison: “新疆海朋（集团）有限责任公司” → “新疆海朋集团”."""
    plain = folded(name)
    stripped = LEGAL_FORM.sub("", plain)
    return without_punctuation(stripped or plain)[:200]


def without_punctuation(text: str) -> str:
    return PUNCTUATION.sub("", text)
