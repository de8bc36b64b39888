"""联合办理的上限 (K5): what several departments do together may take forty-five working days, fifteen more by the head of the county."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from applications.clocks import applicants_days, lengthening
from applications.models import Application, Task
from applications.operations.closing import pauses_of
from applications.operations.dispatch import clocks_of, live
from applications.operations.recording import event, inform, lock_case, paper, record
from applications.states import CaseState
from departments.access import Actor
from departments.calendar import current_calendar
from departments.workdays import Calendar
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put
from foundation.templatetags.portal_text import cn_date


def joint_term(case: Application, tasks: list[Task], calendar: Calendar, pauses: Mapping[int, int]) -> date | None:
    """The last day of what several departments do together, with lawful pauses and what the applicant takes; None where one department does it all.

    `tasks`: the live ones of the accepted case; `pauses`: task id → working days. 《行政许可法》第四十二条第二款.
    """
    if case.accepted_on is None or len({task.department_id for task in tasks}) < 2:
        return None
    most = calendar.thresholds.value("joint_days", case.accepted_on)
    running = clocks_of(case, tasks, calendar, pauses)
    longer = [count(running, case.accepted_on, calendar) for count in (lengthening, applicants_days)]
    return calendar.add(case.accepted_on, most + sum(longer) + case.joint_extended)


def joint_day(case: Application) -> date | None:
    """The same of a case as it stands today."""
    calendar = current_calendar()
    pauses = pauses_of(case, timezone.localdate(), calendar)
    return joint_term(case, live(list(case.tasks.all())), calendar, pauses)


@transaction.atomic
def extend_joint(*, actor: Actor, number: str, days: int, head: str, reason: str) -> Application:
    """The supervisor writes down that the head of the county (`head`: who, and the number of the paper) agreed to `days`
    more, once, before the last day. The items' own terms and the promise stay. Raises NotAllowed, Conflict, Refused.
    """
    head, reason = head.strip()[:120], reason.strip()[:500]
    case = lock_case(actor, number)
    if not actor.supervisor:
        raise NotAllowed("联合办理的延长由督查登记。")
    last = joint_day(case)
    if case.state != CaseState.ACCEPTED or last is None:
        raise Conflict("这件没有联合办理的期限在走。")
    if case.joint_extended:
        raise Conflict("已经延长过一次，不能再延长。")
    if timezone.localdate() > last:
        raise Conflict(f"联合办理的期限{cn_date(last)}已经过了，不能再延长。")
    most = current_calendar().thresholds.value("joint_extension_days", timezone.localdate())
    if not 1 <= days <= most:
        raise Refused(f"请填延长几个工作日，1 到 {most}。", "joint_days")
    if not head:
        raise Refused("请写县政府哪位负责人批准的、批准文件的编号。", "head")
    if not reason:
        raise Refused("请写明为什么在上限内办不完，会写进告知书。", "joint_reason")
    case.joint_extended = days
    Application.objects.filter(pk=case.pk).update(joint_extended=days)
    text = f"经{head}批准，几个部门一起办的期限延长 {days} 个工作日。理由：{reason}"
    record([event(case, "joint_extended", text, actor, days=days, head=head, reason=reason)])
    put(paper("joint-extension", case), inform("joint_extended", case))
    return case
