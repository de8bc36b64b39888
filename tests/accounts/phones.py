"""What a test reads on the phone of somebody: the demonstration's messages."""

import re

from django.core.cache import cache
from django.test import Client

from foundation.notices.adapters import DEMO_MESSAGES

ZHANG, WANG = "13800000018", "13800000026"


def texts() -> list[str]:
    return [line["text"] for line in cache.get(DEMO_MESSAGES, [])]


def last_code() -> str:
    found = re.search(r"验证码 (\d{6})", texts()[0])
    assert found, texts()
    return found[1]


def ask(client: Client, phone: str, address: str = "192.0.2.1", **more: str):
    return client.post("/sign-in/code/", {"phone": phone, **more}, REMOTE_ADDR=address)


def enter(client: Client, code: str, address: str = "192.0.2.1", **more: str):
    return client.post("/sign-in/code/enter/", {"code": code, **more}, REMOTE_ADDR=address)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"
