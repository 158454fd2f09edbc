"""The words of boards, radars and questions, the same on pages and in files."""

from app.rules import Answer

STATES = {"held": "目前在这一级", "ready": "已全部符合、尚未取得", "near": "只差一两条"}
LANES = {"30": "30 天内到期", "90": "31 至 90 天", "180": "91 至 180 天", "expired": "一年内已到期未续"}
ANSWERS = {each.code: each.value for each in Answer}


def question_words(what: str, year: int | None) -> str:
    """“研发费用（2025年度）”."""
    return f"{what}（{year}年度）" if year else what
