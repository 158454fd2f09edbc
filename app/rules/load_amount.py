"""The money part of a rule version: amount, shares, instalments, stacking."""

from collections.abc import Callable
from decimal import Decimal

from app.rules.declare import Declaration
from app.rules.language import Expr, Number
from app.rules.rule import STACKING_MODES, Amount, Hole, Instalment, Share, Stacking

Reader = Callable[[Declaration, str, str], Expr | None]


def read_amount(given: Declaration | None, expression: Reader) -> Amount | None:
    """The amount block of a version; complains about what is missing or contradicts itself."""
    if given is None:
        return None
    inner = given.inner("hole")
    hole = Hole(inner.optional_text("reason"), inner.optional_text("waits_for")) if inner else None
    if inner:
        inner.finish()
    asked = "value" in given.data
    made = Amount(
        value=expression(given, "value", "amount"),
        cap=expression(given, "cap", "amount"),
        floor=expression(given, "floor", "amount"),
        discretionary=given.flag("discretionary"),
        hole=hole,
        shares=tuple(_share(each, expression) for each in given.inners("shares")),
        instalments=tuple(_instalment(each, expression) for each in given.inners("instalments")),
        purpose=given.optional_text("purpose"),
    )
    if asked == (hole is not None) and not (made.discretionary and made.cap is not None):
        given.complain("value 与 hole 须且只能写一个")
    _check_parts(given, "shares", [each.part for each in made.shares])
    _check_parts(given, "instalments", [each.part for each in made.instalments])
    given.drop("clause", "wording", "note")
    given.finish()
    return made


def read_stacking(given: Declaration | None, expression: Reader) -> Stacking | None:
    """The stacking block of a version."""
    if given is None:
        return None
    made = Stacking(given.text("group"), given.one_of("mode", STACKING_MODES), expression(given, "cap", "amount"))
    if made.mode in ("年度封顶", "累计封顶") and made.cap is None:
        given.complain(f"“{made.mode}”须写明 cap")
    given.drop("note", "clause")
    given.finish()
    return made


def _share(given: Declaration, expression: Reader) -> Share:
    made = Share(given.text("payer"), _part(given, expression))
    given.finish()
    return made


def _instalment(given: Declaration, expression: Reader) -> Instalment:
    made = Instalment(given.text("when"), _part(given, expression), expression(given, "gate", "test"))
    given.drop("note")
    given.finish()
    return made


def _part(given: Declaration, expression: Reader) -> Expr:
    part = expression(given, "part", "ratio")
    if part is None:
        given.complain("须写明 part，例如 50%")
    return part or Number(Decimal(0))


def _check_parts(given: Declaration, key: str, parts: list[Expr]) -> None:
    values = [each.value for each in parts if isinstance(each, Number)]
    if values and len(values) == len(parts) and sum(values) != 1:
        given.complain(f"{key} 的 part 合计须是 100%")
