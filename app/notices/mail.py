"""The digest as e-mail, by the installation's own mail server."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from app.notices.robots import UndeliveredError
from app.settings import settings

SECONDS = 20
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def is_set_up() -> bool:
    """Whether this installation has a mail server."""
    return bool(settings().smtp_url)


def send(address: str, subject: str, text: str) -> None:
    """Hand a message to the mail server. Raises UndeliveredError where it does not take it."""
    if not is_set_up():
        raise UndeliveredError("本系统还没有设置邮件服务器（TIDU_SMTP_URL）。")
    message = compose(address, subject, text)
    try:
        with _connected() as server:
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise UndeliveredError(f"邮件服务器没有接受（{type(error).__name__}）。") from error


def compose(address: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = subject, address, settings().mail_from
    message["Date"], message["Message-ID"] = formatdate(localtime=True), make_msgid(domain="tidu.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _connected() -> smtplib.SMTP:
    """`smtp://`, `smtp+starttls://` or `smtps://`, with name and password where the server asks for them."""
    parts = urlsplit(settings().smtp_url)
    host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 25)
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    if parts.scheme == "smtp+starttls":
        server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
