"""Ways to send a text message. An adapter takes phone, text and a key that the provider uses to send once."""

import logging

from foundation.masking import mask_phone

log = logging.getLogger("sms")


def console(*, phone: str, text: str, key: str) -> None:
    """The demo's adapter: sends nothing, writes a masked line to the log and says so."""
    log.info("[演示短信，没有发出] %s %s", mask_phone(phone), text)
