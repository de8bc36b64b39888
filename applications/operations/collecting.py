"""K14 待领取: what was made and nobody collects is reminded of, three times at most, the system alone."""

from datetime import datetime, time, timedelta

from django.db.models import Exists, Min, OuterRef
from django.utils import timezone

from applications.models import Application, Approval, CasePaper
from applications.operations.handover import HANDED_IN
from applications.operations.recording import inform
from applications.states import Outcome
from departments.calendar import current_calendar
from foundation.outbox.operations import put

REMINDERS = ("pickup_first_reminder_days", "pickup_second_reminder_days", "pickup_last_reminder_days")
MISSED = 14  # days of outage after which the last reminder still goes out


def remind_of_pickups() -> int:
    """Tell whose papers lie ready since so many days; after an outage the latest reminder alone. Returns how many are due.

    Days count from the end of the case, or from a certificate replaced afterwards. A paper still being made is nobody's
    to collect, and who is no more (申请人不在了) is not reminded.
    """
    calendar, today = current_calendar(), timezone.localdate()
    marks = [calendar.thresholds.value(code, today) for code in REMINDERS]
    oldest = datetime.combine(today - timedelta(days=max(marks) + MISSED), time.min)
    gone = Approval.objects.filter(application=OuterRef("application"), kind=Approval.END, approved=True)
    ready = CasePaper.objects.filter(
        ~Exists(gone),
        to_hand_over=True,
        served_at=None,
        document__rendered_at__isnull=False,
        document__issued_at__gte=timezone.make_aware(oldest),
        application__state__in=HANDED_IN,
    ).exclude(application__outcome=Outcome.WITHDRAWN)
    rows = ready.values("application", "application__concluded_at").annotate(first=Min("document__issued_at"))
    due: dict[int, str] = {}
    for row in rows:
        since = timezone.localdate(max(row["application__concluded_at"], row["first"]))
        days = max((mark for mark in marks if since + timedelta(days=mark) <= today), default=None)
        if days is not None:
            due[row["application"]] = f"{since:%Y%m%d}-{days}"
    cases = Application.objects.filter(pk__in=due).only("pk")
    put(*(inform("uncollected", case, round=due[case.pk]) for case in cases.order_by("pk")))
    return len(due)
