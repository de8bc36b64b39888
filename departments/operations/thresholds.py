"""The county sets one of its terms or thresholds anew."""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from departments.access import Actor, may_edit_catalogue
from departments.calendar import threshold
from departments.models import ThresholdSetting
from departments.thresholds import check
from foundation.errors import Conflict, NotAllowed, Refused

COUNTY = "本县规定"
AHEAD = timedelta(days=366)


def set_threshold(
    *, code: str, value: int, reason: str, basis: str, since: date, actor: Actor, seen: int | None = None
) -> ThresholdSetting:
    """Adds a line to the history of a threshold; `value` holds from 0:00 of `since` on. An empty basis is 本县规定.

    `seen`: number of the last setting the actor looked at. Raises NotAllowed, Refused (unknown code, outside the bounds,
    no reason, a day in the past, nothing changed) and Conflict when somebody set it meanwhile.
    """
    if not may_edit_catalogue(actor):
        raise NotAllowed("只有事项管理员可以改期限和阈值。")
    check(code, value)
    reason, basis = reason.strip(), basis.strip() or COUNTY
    today = timezone.localdate()
    if not reason:
        raise Refused("请写为什么这样定，以后查得到。", "reason")
    if len(reason) > 300 or len(basis) > 200:
        raise Refused("为什么最多 300 字，依据最多 200 字。", "reason" if len(reason) > 300 else "basis")
    if not today <= since <= today + AHEAD:
        raise Refused("从哪天起只能是今天到一年之内：过去的日子已经按原来的算了。", "since")
    if value == threshold(code, since):
        raise Refused("和那一天本来的值一样，没有改动。", "value")
    last = ThresholdSetting.objects.filter(code=code).order_by("-number").values_list("number", flat=True).first() or 0
    taken = Conflict("别人刚改过这一项，没有覆盖。请看过历史再定。")
    if seen is not None and seen != last:
        raise taken
    try:
        with transaction.atomic():
            return ThresholdSetting.objects.create(
                code=code,
                number=last + 1,
                value=value,
                since=since,
                reason=reason,
                basis=basis,
                set_at=timezone.now(),
                set_by_id=actor.user_id,
                set_by_name=actor.name,
            )
    except IntegrityError as error:
        raise taken from error
