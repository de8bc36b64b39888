"""抄录: begin to key a task into the department's own system by hand, and prove by reading back that it stands there."""

from django.db import transaction
from django.utils import timezone

from applications.dossier import open_dossier
from applications.models import Look, Purpose, Rekeying, Task
from applications.operations.recording import lock_task
from applications.rekeying import LONGEST, Line, checksum, lines_of, unread
from applications.states import ON_THE_DESK
from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import Connection
from foundation.errors import Conflict, Refused
from matters.published import plan_of

LONGEST_TEXT, LONGEST_NUMBER = 50_000, 60


def lines_for(task: Task) -> tuple[Line, ...]:
    """What is to be keyed of a task, as it stands now."""
    return lines_of(open_dossier(task, current_calendar()), plan_of(task.application.revision_id))


@transaction.atomic
def begin_copying(*, actor: Actor, task_id: int) -> Rekeying:
    """开始抄录: the values are shown in full from here on, and the time runs. The person reads that it was looked at.

    One copying under way is gone on with. Raises Task.DoesNotExist, NotAllowed, Conflict (not the holder, a system of the
    department's is connected).
    """
    case, task, _ = lock_task(actor, task_id)
    if task.state not in ON_THE_DESK or actor.user_id is None or task.assignee_id != actor.user_id:
        raise Conflict("先认领这一件，再抄到部门自己的系统。")
    connection = Connection.objects.filter(pk=task.department_id, active=True).first()
    if connection is not None and connection.works_on(task.item_code):
        raise Conflict("部门的系统已经接上，这一件会自己过去，不用抄。")
    running = Rekeying.objects.filter(task=task, keyed_at=None).first()
    if running is not None:
        return running
    lines, now = lines_for(task), timezone.now()
    Look.objects.create(
        application=case,
        task=task,
        user_id=actor.user_id,
        user_name=actor.name,
        post=task.department.short_name,
        what=[f"“{task.item_name}”用得到的栏目，号码是全的"],
        purpose=Purpose.REKEY,
        at=now,
    )
    return Rekeying.objects.create(
        task=task, by_id=actor.user_id, by_name=actor.name, begun_at=now, fields=len(lines), checksum=checksum(lines)
    )


@transaction.atomic
def read_back(*, actor: Actor, task_id: int, text: str, their_number: str = "") -> Rekeying:
    """读回: what the other system shows now, copied whole. Every value is looked for in it; those not found stand in
    `misread`, and where none is missing the copying is done and its seconds are counted.

    Raises Task.DoesNotExist, NotAllowed, Refused (nothing copied), Conflict (not begun).
    """
    _, task, _ = lock_task(actor, task_id)
    row = Rekeying.objects.select_for_update().filter(task=task, keyed_at=None).first()
    if row is None or row.by_id != actor.user_id:
        raise Conflict("请先开始抄录。")
    if not text.strip():
        raise Refused("请把部门系统里录好的内容整段复制过来。", "text")
    lines = lines_for(task)
    row.checksum, row.fields = checksum(lines), len(lines)  # a correction may have come since the copying began
    row.misread, row.tries = unread(lines, text[:LONGEST_TEXT]), row.tries + 1
    if not row.misread:
        row.keyed_at = timezone.now()
        row.seconds = min(LONGEST, int((row.keyed_at - row.begun_at).total_seconds()))
        row.their_number = their_number.strip()[:LONGEST_NUMBER]
    row.save(update_fields=["checksum", "fields", "misread", "tries", "keyed_at", "seconds", "their_number"])
    return row
