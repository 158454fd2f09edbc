"""The digest: written once a day, frozen, tried again, never at night, and never more than the reader may know."""

import base64
import hashlib
import hmac
import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import unquote_plus

import pytest
import sqlalchemy as sa

from app.accounts.permissions import Role
from app.core import clock
from app.core import db as database
from app.notices import digest, mail, robots
from app.notices.courier import Courier, is_quiet
from app.notices.models import Delivery, DeliveryState, Subscription
from tests.browser import Visitor
from tests.factories import make_firm, make_user
from tests.facts.arrange import at
from tests.installation import installation
from tests.notices.test_notices import hold, sweep

Enter = Callable[..., Visitor]
pytestmark = pytest.mark.usefixtures("engine")
MORNING = datetime(2027, 3, 2, 1, tzinfo=UTC)  # 9 o'clock in Beijing, a Tuesday
ROBOT = "https://oapi.dingtalk.com/robot/send?access_token=abcd"


@pytest.fixture
def subscribed(visitor: Enter, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An officer of a district in which one title ends soon, with an e-mail digest at 8."""
    at(monkeypatch, 2027, 3, 2, 1)
    officer = make_user(Role.BUREAU)
    hold(make_firm(), "hnte", days=25)
    visitor(officer).post("/digest/subscriptions", {"channel": "email", "address": "li@example.cn", "hour": "8"})
    return officer


def go_round(moment: datetime = MORNING) -> None:
    Courier().go_round(moment)


def deliveries() -> list[Delivery]:
    with database.reading() as session:
        return list(session.scalars(sa.select(Delivery).order_by(Delivery.id)))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    monkeypatch.setattr(mail, "send", lambda *message: found.append(message))
    return found


def test_the_digest_says_what_waits_once_a_day(subscribed: Any, sent: list[Any]) -> None:
    go_round()
    go_round(MORNING + timedelta(hours=2))

    ((address, subject, text),) = sent
    assert address == "li@example.cn"
    assert "待我处理 1 项" in subject
    assert "30天内到期的资质：1 项" in text
    assert [each.state for each in deliveries()] == [DeliveryState.SENT]


@pytest.mark.parametrize(
    "moment",
    [MORNING - timedelta(hours=2), MORNING + timedelta(hours=13), MORNING + timedelta(days=4)],
    ids=["before its hour", "at night", "on a Saturday"],
)
def test_nothing_is_sent_out_of_hours(subscribed: Any, sent: list[Any], moment: datetime) -> None:
    go_round(moment)

    assert sent == []


def test_the_quiet_hours_go_over_midnight() -> None:
    hours = [hour for hour in range(24) if is_quiet(datetime(2026, 9, 1, hour, tzinfo=clock.BEIJING))]

    assert hours == [0, 1, 2, 3, 4, 5, 6, 21, 22, 23]


def test_a_refused_message_is_tried_again_and_given_up_in_the_end(
    subscribed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_message: str) -> None:
        raise robots.UndeliveredError("邮件服务器没有接受（SMTPException）。")

    monkeypatch.setattr(mail, "send", refuse)
    go_round()
    go_round(MORNING + timedelta(seconds=30))
    assert [each.attempts for each in deliveries()] == [1]

    for hours in range(1, 8):
        go_round(MORNING + timedelta(hours=hours))

    (delivery,) = deliveries()
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, digest.MOST_ATTEMPTS)
    assert "没有接受" in (delivery.said or "")


def test_a_group_reads_counts_and_never_a_notice(
    visitor: Enter, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(robots, "say", lambda _channel, _address, _secret, text: said.append(text))
    at(monkeypatch, 2027, 3, 2, 1)
    firm = make_firm("戈壁光伏有限公司")
    own = make_user(Role.FIRM, firm_id=firm.id)
    hold(firm, "hnte", days=25)
    sweep()
    reader = visitor(own)
    reader.post("/digest/subscriptions", {"channel": "dingtalk", "address": ROBOT, "hour": "8"})
    reader.post("/digest/subscriptions", {"channel": "email", "address": "li@example.cn", "hour": "8"})

    go_round()

    assert "戈壁光伏" in sent[0][2]
    assert "戈壁光伏" not in said[0]
    assert "未读消息：1 条" in said[0]


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("wecom", "http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
        ("wecom", "https://169.254.169.254/latest?key=1"),
        ("dingtalk", "https://oapi.dingtalk.com@10.0.0.1/?access_token=1"),
        ("email", "li@example"),
    ],
)
def test_an_address_that_is_none_is_refused_and_kept_in_the_form(visitor: Enter, channel: str, address: str) -> None:
    reader = visitor(make_user(Role.BUREAU))

    refused = reader.post("/digest/subscriptions", {"channel": channel, "address": address, "hour": "8"}, status=422)

    assert refused.one("#address")["value"] == address
    with database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Subscription)) == 0


def test_the_address_of_a_robot_is_not_stored_in_the_clear(visitor: Enter) -> None:
    reader = visitor(make_user(Role.BUREAU))
    reader.post("/digest/subscriptions", {"channel": "dingtalk", "address": ROBOT, "secret": "SEC1", "hour": "8"})

    with database.reading() as session:
        stored = session.scalars(sa.select(Subscription.address)).one()

    assert "abcd" not in stored
    assert "access_token" not in reader.get("/digest").text


def test_the_signature_is_the_one_the_robot_computes() -> None:
    expected = hmac.new(b"SEC1", b"1700000000000\nSEC1", hashlib.sha256).digest()

    query = robots.signature("SEC1", 1_700_000_000_000)

    assert query.startswith("&timestamp=1700000000000&sign=")
    assert (
        base64.b64decode(unquote_plus(query.rsplit("=", 1)[1] if "%3D" in query else query.split("sign=")[1]))
        == expected
    )


@contextmanager
def robot(answer: bytes, status: int = 200) -> Iterator[tuple[str, list[Any]]]:
    heard: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/send", heard
    server.shutdown()
    server.server_close()


def test_a_robot_is_told_and_its_refusal_is_heard() -> None:
    with robot(b'{"errcode": 0}') as (url, heard):
        robots.post(url, {"msgtype": "text"})
    assert heard == [{"msgtype": "text"}]

    for answer, status in ((b'{"errcode": 310000}', 200), (b"<html>", 200), (b"", 302), (b"", 500)):
        with robot(answer, status) as (url, _), pytest.raises(robots.UndeliveredError):
            robots.post(url, {})


class _Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as it takes to receive one message."""

    received: list[str]

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.received.append(b"".join(lines).decode())  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")


def test_a_message_reaches_the_mail_server() -> None:
    server = socketserver.TCPServer(("127.0.0.1", 0), _Smtp)
    server.received = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()

    with installation(SMTP_URL=f"smtp://127.0.0.1:{server.server_address[1]}", MAIL_FROM="tidu@example.cn"):
        mail.send("li@example.cn", "梯度：待我处理 1 项", "李明，您好。")
    server.shutdown()
    server.server_close()

    (message,) = server.received  # type: ignore[attr-defined]
    assert "To: li@example.cn" in message
    assert "Auto-Submitted: auto-generated" in message


def test_without_a_mail_server_the_page_says_so(visitor: Enter) -> None:
    assert "还没有设置邮件服务器" in visitor(make_user(Role.BUREAU)).get("/digest")
    with pytest.raises(robots.UndeliveredError, match="TIDU_SMTP_URL"):
        mail.send("li@example.cn", "", "")
