"""Ways to send a text message. An adapter takes phone, text and a key that the provider uses to send once.

It returns when the message is on its way and raises otherwise; what it raises and logs never holds the phone.
"""

import http.client
import json
import logging
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from foundation.masking import mask_phone

log = logging.getLogger("sms")
DEMO_MESSAGES = "demo-sms"  # key of the cache: what a demonstration shows instead of sending it
GATEWAY_SECONDS = 5  # for each of connecting, sending, answering: the outbox tries again later


class GatewayError(Exception):
    """The gateway did not take the message."""


def console(*, phone: str, text: str, key: str) -> None:
    """The demo's adapter: sends nothing, writes a masked line to the log and says so; in a demo the last twenty are
    kept for an hour, to be shown. Codes too: where this adapter runs, no number and no account is real."""
    log.info("[演示短信，没有发出] %s %s", mask_phone(phone), text)
    if settings.DEMO:
        line = {"phone": mask_phone(phone), "text": text, "at": timezone.now()}
        cache.set(DEMO_MESSAGES, [line, *cache.get(DEMO_MESSAGES, [])][:20], 3600)


def gateway(*, phone: str, text: str, key: str) -> None:
    """Hand the message to the county's SMS gateway: one POST of JSON to SMS_GATEWAY_URL, with SMS_GATEWAY_TOKEN.

    `Idempotency-Key` lets the gateway drop a second sending of what it took although its answer got lost. Any answer
    but 2xx, a redirect too, raises GatewayError; a gateway that is away raises OSError. Neither repeats the answer's
    text, which may quote the phone.
    """
    address = urlsplit(settings.SMS_GATEWAY_URL)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=GATEWAY_SECONDS)
    headers = {
        "Authorization": f"Bearer {settings.SMS_GATEWAY_TOKEN}",
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key,
    }
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.request("POST", path, json.dumps({"phone": phone, "text": text}).encode(), headers)
        status = connection.getresponse().status
    except http.client.HTTPException as odd:
        raise GatewayError(f"the SMS gateway gave no HTTP answer: {type(odd).__name__}") from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise GatewayError(f"the SMS gateway answered {status}")
