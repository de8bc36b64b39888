"""取号机: a browser in the hall that may give tickets, and nothing else. Its key lies in a cookie of that browser."""

from django.core import signing
from django.db.models import F

from departments.access import Actor
from foundation.errors import NotAllowed
from visits.models import HallQueue

SALT = "visits.kiosk"


def make_kiosk(*, actor: Actor, hall: str) -> str:
    """A key that makes the browser which holds it a kiosk of the hall. Raises NotAllowed for who is no clerk there."""
    return signing.dumps({"hall": hall, "number": _own(actor, hall).kiosk_number}, salt=SALT)


def shut_kiosks(*, actor: Actor, hall: str) -> None:
    """No key of the hall opens any more: one was lost, or a browser is not to be a kiosk longer. Raises NotAllowed."""
    HallQueue.objects.filter(pk=_own(actor, hall).pk).update(kiosk_number=F("kiosk_number") + 1)


def is_kiosk(key: str, queue: HallQueue) -> bool:
    """Whether the key of a browser opens this hall's kiosk."""
    try:
        held = signing.loads(key, salt=SALT)
    except signing.BadSignature:
        return False
    return bool(held == {"hall": queue.hall_id, "number": queue.kiosk_number})


def _own(actor: Actor, hall: str) -> HallQueue:
    queue = (
        HallQueue.objects.filter(pk=hall, gives_tickets=True).first() if actor.clerk and actor.hall == hall else None
    )
    if queue is None:
        raise NotAllowed("只有这个大厅的窗口人员能设取号机，大厅要先开通取号。")
    return queue
