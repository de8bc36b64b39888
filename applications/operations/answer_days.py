"""补正期限 (K8): until when the applicant is asked to answer, reminders, a longer day on request. The county's own term.

No law lets a correction that is not answered count as withdrawn: the case stays 待补正, outside the government's time.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from applications import deferral
from applications.models import Correction
from applications.operations.recording import event, inform, lock_case, record
from departments.access import Actor
from departments.calendar import current_calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put
from foundation.templatetags.portal_text import cn_date

REMINDERS = ("correction_first_reminder_days", "correction_last_reminder_days")


def answer_day() -> date:
    """The day to answer by of a notice that goes out today: `correction_days` working days."""
    calendar, today = current_calendar(), timezone.localdate()
    return calendar.add(today, calendar.thresholds.value("correction_days", today))


@transaction.atomic
def extend_answer(*, actor: Actor, number: str, days: int, reason: str) -> Correction:
    """The applicant asks for longer: the day moves by working days, as often as there is a reason; each is written down.

    Raises NotAllowed, Conflict (nothing to answer), Refused (days, reason).
    """
    case = lock_case(actor, number)
    if not actor.clerk:
        raise NotAllowed("补正的日子由窗口延长。")
    correction = Correction.objects.filter(application=case, answered_at=None).last()
    if correction is None or correction.answer_by is None:
        raise Conflict("没有等着补正的告知书，请刷新后再看。")
    calendar, today = current_calendar(), timezone.localdate()
    most = calendar.thresholds.value("correction_days", today)
    if not 1 <= days <= most:
        raise Refused(f"一次最多延长 {most} 个工作日，请填 1 到 {most}。", "days")
    reason = reason.strip()[:300]
    if not reason:
        raise Refused("请写明为什么要延长。", "reason")
    correction.answer_by = calendar.add(max(correction.answer_by, today), days)
    correction.reminded = None
    correction.save(update_fields=["answer_by", "reminded"])
    record([event(case, "answer_extended", f"补正的日子延长到{cn_date(correction.answer_by)}", actor, note=reason)])
    return correction


def remind_of_corrections() -> int:
    """Tell whose day to answer comes: once for each reminder, after an outage the nearest alone. Returns how many."""
    calendar, today = current_calendar(), timezone.localdate()
    ahead = [calendar.thresholds.value(code, today) for code in REMINDERS]
    near = calendar.add(today, max(ahead))
    waiting = Correction.objects.filter(answered_at=None, answer_by__gte=today, answer_by__lte=near)
    return sum(_remind(pk, ahead, today) for pk in list(waiting.order_by("id").values_list("pk", flat=True)))


@transaction.atomic
def _remind(correction_id: int, ahead: list[int], today: date) -> bool:
    correction = (
        Correction.objects.select_related("application__matter", "application__applicant")
        .select_for_update(of=("self",), no_key=True)
        .get(pk=correction_id)
    )
    if correction.answered_at is not None or correction.answer_by is None:
        return False
    began = timezone.localdate(correction.issued_at)
    days = deferral.reminder_due(began, correction.answer_by, correction.reminded, ahead, today, current_calendar())
    if days is None:
        return False
    Correction.objects.filter(pk=correction.pk).update(reminded=days)
    put(inform("correction_due", correction.application, round=f"{correction.pk}-{today:%Y%m%d}"))
    return True
