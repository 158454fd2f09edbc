"""What a field answers when it refuses."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

import app.main  # noqa: F401 - and every form with it
from app.core.fields import CreditCode, Fields, RequiredLine, RowId, Wan, sentences

ALL = {"firm": "1", "code": "91310115MA1H7XXX9N", "name": "甲", "amount": "5", "share": "0.5", "day": "2026-01-02"}


class Form(Fields):
    firm: RowId
    code: CreditCode
    name: RequiredLine
    amount: Wan
    share: Decimal
    day: date


def refused(**given: str) -> dict[str, str]:
    with pytest.raises(ValidationError) as raised:
        Form.model_validate(ALL | given)
    return {name: sentence for name, sentence in sentences(raised.value).items() if name in given}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_box_is_told_to_be_filled_in(name: str, blank: str) -> None:
    assert refused(**{name: blank}) == {name: "此项必填。"}


WRONG = {"firm": "甲", "code": "123", "amount": "许多", "share": "一半", "day": "昨天"}


def test_a_wrong_text_is_told_what_it_should_be() -> None:
    told = refused(**WRONG)

    assert told.pop("code").startswith("统一社会信用代码应为18位")
    assert told.pop("amount").startswith("“许多”不是金额")
    assert told == {"firm": "请输入整数。", "share": "请输入数字。", "day": "请输入日期，如 2024-03-01。"}


def test_every_form_can_be_built_although_none_is_before_it_is_filled_in() -> None:
    forms = [form for form in _below(Fields) if form.__module__.startswith("app.")]

    for form in forms:
        form.model_rebuild()

    assert len(forms) > 100
    assert all(form.__pydantic_complete__ for form in forms)


def _below(fields: type[Fields]) -> Iterator[type[Fields]]:
    for each in fields.__subclasses__():
        yield each
        yield from _below(each)
