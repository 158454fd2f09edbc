"""What people write into cells, read as they mean it; what is unclear is refused with a sentence, never guessed."""

import re
import unicodedata
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from pydantic import TypeAdapter, ValidationError

from app.core.fields import ODD, CreditCode, read_yuan, sentence
from app.exports.formulas import unguarded
from app.facts.values import LARGEST
from app.rules import FactKind
from app.rules.values import Value

BLANK = frozenset(
    {
        "",
        "-",
        "--",
        "—",
        "——",
        "/",
        "\\",
        "n/a",
        "na",
        "#n/a",
        "null",
        "none",
        "无",
        "暂无",
        "未填",
        "空",
        "不详",
        "未知",
    }
)
INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
FOREIGN = re.compile(
    r"美元|美金|港元|港币|欧元|日元|日圆|英镑|澳元|加元|韩元|韩币|新加坡元|瑞士法郎|卢布|坚戈|新台币|台币"
    r"|USD|HKD|EUR|JPY|GBP|AUD|CAD|KRW|SGD|CHF|RUB|KZT|TWD|HK\$|[$€£₽₩]",
    re.IGNORECASE,
)
SCIENTIFIC = re.compile(r"^\d(\.\d+)?E\+?\d+$", re.IGNORECASE)
DAY = re.compile(r"^(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.0+)?)?)?$")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
FIRST_1900, FIRST_1904 = date(1899, 12, 30), date(1904, 1, 1)
SERIALS = range(10_000, 80_000)
LEGACY_LENGTH, CODE_LENGTH = 15, 18
FEN, MILLIONTH = Decimal("0.01"), Decimal("0.000001")
CODES: TypeAdapter[str] = TypeAdapter(CreditCode)


class Unclear(ValueError):
    """A cell that cannot be read for sure; the message says what is wrong and how to mend it."""


class ForeignCurrency(Unclear):
    """An amount in another currency, which is never converted."""


def clean(text: str) -> str:
    """A cell without invisible characters and without blanks around it. Unclear where it holds what cannot be kept."""
    plain = unguarded(INVISIBLE.sub("", text).replace("\u00a0", " ").replace("\u3000", " ").strip())
    if ODD.search(plain):
        raise Unclear("含有无法保存的字符（控制符或乱码），请删除后重新填写")
    return plain


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, “-”, “N/A”, “无”. A blank never clears what is on file."""
    return text.strip().casefold() in BLANK


def read_code(text: str) -> str:
    """A unified social credit code in capitals. Unclear for damaged numbers, old registration numbers, wrong digits."""
    plain = narrow(text).upper().replace(" ", "").replace("-", "").removeprefix("'")
    if SCIENTIFIC.match(plain):
        raise Unclear("代码在表格里被当成了数字，末几位已经丢失；请把这一列设为“文本”格式，重新填写完整代码")
    if len(plain) == LEGACY_LENGTH and plain.isdigit():
        raise Unclear("这是 15 位的旧注册号，请换成 18 位统一社会信用代码")
    try:
        return CODES.validate_python(plain)
    except ValidationError as error:
        raise Unclear(sentence(error.errors()[0]).rstrip("。")) from error


def read_day(text: str, *, from_1904: bool = False) -> date:
    """A day in any usual writing, or a spreadsheet's serial number. Unclear where year, month or day is missing."""
    plain = re.sub(r"\s+", "", narrow(text)) if "日" in text or "月" in text else narrow(text).strip()
    plain = re.sub(r"\s+(?=\d{1,2}:)", "T", plain).replace(" ", "")
    if SERIAL.match(plain) and int(float(plain)) in SERIALS:
        return (FIRST_1904 if from_1904 else FIRST_1900) + timedelta(days=int(float(plain)))
    found = DAY.match(plain) or COMPACT.match(plain)
    if not found:
        raise Unclear(f"“{text[:40]}”不是完整的日期，请写成 2024-03-01")
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise Unclear(f"没有“{text[:40]}”这一天，请核对") from error


def read_money(text: str, unit: str) -> Decimal:
    """An amount in 元, to the 分; a bare number is in `unit` (元, 千元, 万元, 亿元). Other currencies are refused."""
    plain = narrow(text).strip()
    if FOREIGN.search(plain):
        raise ForeignCurrency(f"“{text[:40]}”是外币，系统不折算；请按入账汇率换算成人民币后填写")
    if re.fullmatch(r"\([\d,.\s]+\)", plain):
        raise Unclear(f"“{text[:40]}”带括号，不能确定是不是负数；负数请写成 -1234.5")
    try:
        amount = read_yuan(plain.removesuffix("整"), default_unit=unit)
    except ValueError as error:
        raise Unclear(str(error).rstrip("。")) from error
    if abs(amount) >= LARGEST:
        raise Unclear(f"“{text[:40]}”大于 1 万亿元，请核对单位")
    return amount.quantize(FEN, ROUND_HALF_UP).normalize() + 0


def read_year(text: str) -> int:
    """An accounting year: 2024, 2024年, 2024年度."""
    found = re.fullmatch(r"((?:19|20)\d{2})(?:\.0)?年?度?", narrow(text).replace(" ", ""))
    if not found:
        raise Unclear(f"“{text[:40]}”不是年度，请写成 2024")
    return int(found[1])


def read_fact(kind: FactKind, text: str, *, unit: str, from_1904: bool) -> Value:
    """A figure of the vocabulary in the ledger's own units (money in 元, ratios as fractions)."""
    try:
        match kind.type:
            case "money":
                return kind.read(f"{read_money(text, unit):f}元")
            case "date":
                return kind.read(read_day(text, from_1904=from_1904).isoformat())
            case "count" | "number" | "ratio":
                return _exact(kind.read(re.sub(r"[\s,]", "", narrow(text))), text)
            case _:
                return kind.read(text)
    except (ValueError, InvalidOperation) as error:
        raise Unclear(str(error).rstrip("。")) from error


def _exact(value: Value, text: str) -> Value:
    """Rounded to what the ledger keeps, so that a figure read twice is equal to itself."""
    if isinstance(value, Decimal) and abs(value) >= LARGEST:
        raise Unclear(f"“{text[:40]}”的数太大了，请核对")
    return value.quantize(MILLIONTH, ROUND_HALF_UP).normalize() + 0 if isinstance(value, Decimal) else value


def narrow(text: str) -> str:
    """Full-width letters, digits and signs made half-width."""
    return unicodedata.normalize("NFKC", text)
