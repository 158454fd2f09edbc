"""One-time codes by the clock: RFC 6238 with SHA-1, six digits, steps of 30 seconds, as every phone makes them."""

import base64
import hmac
from urllib.parse import quote, urlencode

STEP = 30
DIGITS = 6
SEED_BYTES = 20
# The clocks of a phone and of the server may differ by one step.
DRIFT = (0, -1, 1)


def code_at(seed: bytes, step: int) -> str:
    """The code of one step of time, counted from 1970 (RFC 4226, 5.3)."""
    digest = hmac.new(seed, step.to_bytes(8, "big"), "sha1").digest()
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(seconds: float) -> int:
    return int(seconds) // STEP


def matching_step(seed: bytes, code: str, now: int) -> int | None:
    """The step around `now` that a code belongs to; None where it belongs to none."""
    steps = (now + drift for drift in DRIFT)
    return next((step for step in steps if hmac.compare_digest(code_at(seed, step).encode(), code.encode())), None)


def in_letters(seed: bytes) -> str:
    """A seed as people type it into their phone: base 32, in groups of four."""
    text = base64.b32encode(seed).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(seed: bytes, *, issuer: str, username: str) -> str:
    """A seed as phones take it over by a link."""
    query = urlencode({"secret": base64.b32encode(seed).decode(), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{query}"
