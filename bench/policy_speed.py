"""A megabyte of anything: how long reading takes, in processor time, for texts made to be slow."""

import random
import string
import time

from app.policytext.reading import read_policy
from app.policytext.text.files import read_text
from bench.timing import machine

SIZE = 1_000_000
GOAL = 2.0
RUNS = 1


def texts() -> dict[str, str]:
    """A megabyte each, by name: plans written over and over, and what makes matching quadratic elsewhere."""
    chance = random.Random(1)  # noqa: S311 - repeatable, not secret
    repeated = {
        "编号": "一、\n", "条款": "(一)高企\n", "破折号": "——高企\n", "括号": "(", "数字": "1", "空行": "\n",
        "空格": " ",
        "表格": "指标 |\n2025年 |\n", "繁体": "發展意見", "页码": "—3—", "标签": "<div><p>", "注释": "<html><!--",
        "每年": "每年新增高企2家,", "年份": "到2025年,", "责任": "(责任单位:区科技局、财政局)", "牵头": "牵头单位:",
        "奖励": "对首次认定的高企给予10万元奖励,", "给予": "给予", "比例": "按5%给予补助,", "区间": "2—3",
        "句号": "。", "代用": "\ud800",
    }  # fmt: skip
    made = {name: each * (SIZE // len(each)) for name, each in repeated.items()}
    made["随机字母"] = "".join(chance.choices(string.printable, k=SIZE))
    made["随机汉字"] = "".join(chance.choices([chr(code) for code in range(0x4E00, 0x5E00)], k=SIZE))
    return made


def main() -> None:
    print(machine())
    for name, text in texts().items():
        seconds = min(_seconds(text) for _ in range(RUNS))
        print(f"{name:<8}{len(text):>10} 字 {seconds:6.2f} 秒{'  超过目标' if seconds > GOAL else ''}")


def _seconds(text: str) -> float:
    start = time.process_time()
    read_policy(read_text(text))
    return time.process_time() - start


if __name__ == "__main__":
    main()
