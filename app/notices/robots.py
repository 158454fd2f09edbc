"""Group robots of 企业微信 and 钉钉: where they may be, and how they are asked to say something."""

import base64
import hashlib
import hmac
import json
from http.client import HTTPException
from typing import Any
from urllib.parse import quote_plus, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from app.core import clock
from app.notices.models import Channel
from app.settings import settings

SECONDS = 10
LONGEST_ANSWER = 10_000


class UndeliveredError(Exception):
    """A message was not taken; the text says why, in Chinese."""


class _NoRedirects(HTTPRedirectHandler):
    """A robot that sends us elsewhere is not followed: only known hosts are spoken to."""

    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


def is_robot_address(channel: Channel, address: str) -> bool:
    """Whether an address is a robot of this channel: https, one of the hosts the installation allows, and a key."""
    parts = urlsplit(address)
    hosts = settings().robot_hosts.get(channel.code, ())
    return parts.scheme == "https" and parts.hostname in hosts and not parts.username and bool(parts.query)


def say(channel: Channel, address: str, secret: str, text: str) -> None:
    """Have a robot say a text. Raises UndeliveredError where it does not."""
    url = (
        address
        if channel is Channel.WECOM or not secret
        else address + signature(secret, int(clock.now().timestamp() * 1000))
    )
    post(url, {"msgtype": "text", "text": {"content": text}})


def signature(secret: str, milliseconds: int) -> str:
    """What 钉钉 wants behind the address of a robot with 加签: the moment, and its HMAC-SHA256 with the secret."""
    signed = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return f"&timestamp={milliseconds}&sign={quote_plus(base64.b64encode(signed))}"


def post(url: str, body: dict[str, Any]) -> None:
    """Post JSON to a robot; both kinds answer `errcode` 0 when the message was taken."""
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})  # noqa: S310 - https, known hosts
    try:
        with build_opener(_NoRedirects).open(request, timeout=SECONDS) as answer:
            said = json.loads(answer.read(LONGEST_ANSWER))
    except (OSError, HTTPException, ValueError) as error:
        raise UndeliveredError(f"群机器人没有应答（{type(error).__name__}）。") from error
    if not isinstance(said, dict) or said.get("errcode") != 0:
        raise UndeliveredError("群机器人没有接受消息，请检查地址、加签密钥和关键词设置。")
