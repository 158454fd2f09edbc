"""Since when a document applies, and until when."""

from datetime import date

import pytest

from app.policytext.reading import read_policy
from app.policytext.text.files import read_text

SAID = {
    "本方案自2026年12月1日起施行，有效期三年。": (date(2026, 12, 1), date(2029, 12, 1)),
    "本办法自2024年2月29日起正式实施，有效期2年。": (date(2024, 2, 29), date(2026, 2, 28)),
    "本措施自2026年1月1日起执行，有效期至2028年12月31日。": (date(2026, 1, 1), date(2029, 1, 1)),
    "执行期限为2026年1月1日至2027年12月31日。": (date(2026, 1, 1), date(2028, 1, 1)),
    "本方案自印发之日起施行，有效期1年。": (date(2026, 3, 5), date(2027, 3, 5)),
    "本方案由区科技局负责解释。": (None, None),
    "原办法自2026年1月1日起停止执行。": (None, None),
    "高新技术企业证书有效期三年。": (None, None),
    "本方案自2026年13月40日起施行。": (None, None),
}


@pytest.mark.parametrize("closing", SAID)
def test_a_document_says_when_it_applies(closing: str) -> None:
    before, after = (
        "某区科技企业培育办法\n\n一、总则\n鼓励企业创新。\n二、附则\n",
        "\n\n某区人民政府办公室\n2026年3月5日\n",
    )

    force = read_policy(read_text(before + closing + after)).front.force

    assert tuple(force) == SAID[closing]
