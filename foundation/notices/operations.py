"""Notices: an inbox row for who has an account, a text message for who has a phone; both exactly once."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from foundation.masking import mask_within
from foundation.notices.models import Notice
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, put


def notify(*, recipient_id: int | None, phone: str, title: str, body: str, link: str = "", dedupe: str) -> None:
    """Tell one person, in the caller's transaction. The same `dedupe` is told once per channel, whatever happens.

    `recipient_id`: the account, None for people without; `phone`: empty for people without. Without either, nobody
    is told and nothing is written: the window prints a slip. Identity and mobile numbers that somebody typed into a
    reason are masked: these columns and messages are not encrypted.
    """
    now = timezone.now()
    rows = []
    if recipient_id is not None:
        rows.append(Notice(recipient_id=recipient_id, channel="inbox", dedupe=f"{dedupe}:inbox", sent_at=now))
    if phone:
        rows.append(Notice(recipient_id=recipient_id, channel="sms", phone=phone, dedupe=f"{dedupe}:sms"))
    for row in rows:
        row.title, row.body, row.link = mask_within(title)[:80], mask_within(body)[:500], link
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    if phone:
        put(Entry(kind="sms", key=dedupe, dedupe=f"sms:{dedupe}", queue="notices", payload={"dedupe": f"{dedupe}:sms"}))


def send_sms(row: Outbox) -> None:
    """Outbox handler `sms`: hand one message to the adapter with its dedupe key, once."""
    notice = Notice.objects.select_for_update().get(dedupe=row.payload["dedupe"])
    if notice.sent_at is not None:
        return
    import_string(settings.SMS_ADAPTER)(phone=notice.phone, text=notice.body, key=notice.dedupe)
    Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now())


def forget(*, prefix: str, before: datetime) -> int:
    """Delete text messages whose `dedupe` begins so and that were sent before then, with their phones. Returns how many.

    The inbox keeps its own rows, and the outbox the mark that the message went out.
    """
    count, _ = Notice.objects.filter(channel="sms", dedupe__startswith=prefix, sent_at__lt=before).delete()
    return count


def mark_read(*, recipient_id: int) -> int:
    """The person has seen their inbox. Returns how many were new."""
    unread = Notice.objects.filter(recipient_id=recipient_id, channel="inbox", read_at=None)
    return unread.update(read_at=timezone.now())
