"""征求意见（会签）: ask a named department with a question, papers and a day; it answers, or is silent. No clock stops."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from applications.access import holds_task
from applications.models import CaseMaterial, Consultation, Task
from applications.operations.placing import town_of_case
from applications.operations.recording import event, lock_any_case, lock_task, record
from applications.states import ON_THE_DESK
from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import Department, Level
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.templatetags.portal_text import cn_date

LONGEST_QUESTION, LONGEST_ANSWER = 500, 1000


def standing(one: Consultation, today: date) -> str:
    """Where it stands: answered, waiting, silent (no rule reads the silence), or agreed by silence. Pure."""
    if one.answered_at is not None:
        return "answered"
    if today <= one.due:
        return "waiting"
    return "agreed" if one.silence_basis else "silent"


@transaction.atomic
def consult(
    *,
    actor: Actor,
    task_id: int,
    department: str,
    question: str,
    papers: Collection[str],
    days: int,
    silence_basis: str = "",
) -> Consultation:
    """Ask `department` within `days` working days (`consult_days` at most), giving the papers of the own item that were ticked.

    Raises Refused (no other department, no question, days, a paper of another item), Conflict (asked already, the task is
    over), NotAllowed for who does not hold the task.
    """
    question, silence_basis = question.strip()[:LONGEST_QUESTION], silence_basis.strip()[:200]
    case, task, _ = lock_task(actor, task_id)
    if not holds_task(task, actor):
        raise NotAllowed("先认领这一件，再征求意见。")
    if task.state not in ON_THE_DESK:
        raise Conflict(f"这一件现在是“{task.get_state_display()}”，不用再征求意见。")
    other = Department.objects.filter(pk=department).exclude(pk=task.department_id).first()
    if other is None:
        raise Refused("请选向哪个部门征求意见。", "consult_department")
    if not question:
        raise Refused("请写明要它看什么。", "question")
    calendar, today = current_calendar(), timezone.localdate()
    most = calendar.thresholds.value("consult_days", today)
    if not 1 <= days <= most:
        raise Refused(f"请填几个工作日内答复，1 到 {most}。", "consult_days")
    own = CaseMaterial.objects.filter(application=case, used_by__contains=task.item_code)
    if not set(papers) <= set(own.values_list("material_code", flat=True)):
        raise Refused("只能给本事项用到的材料。", "consult_papers")
    if Consultation.objects.filter(task=task, department=other, answered_at=None).exists():
        raise Conflict(f"已经请{other.short_name}提意见，还没有答复。")
    town = town_of_case(case) if other.level == Level.TOWNSHIP else None
    if other.level == Level.TOWNSHIP and town is None:
        raise Refused("表里的地址看不出归哪个镇，没有镇可以问。", "consult_department")
    found = Consultation.objects.create(
        town_id=town,
        task=task,
        department=other,
        question=question,
        papers=sorted(papers),
        silence_basis=silence_basis,
        due=calendar.add(today, days),
        asked_at=timezone.now(),
        asked_by_id=actor.user_id or 0,
        asked_by_name=actor.name,
    )
    text = f"{task.item_name}：向{other.short_name}征求意见，{cn_date(found.due)}前答复，办理期限不变"
    record([event(case, "consulted", text, actor, task=task, note=question)])
    return found


@transaction.atomic
def answer_consultation(*, actor: Actor, consultation_id: int, say: str, words: str) -> Consultation:
    """The asked department answers, once; also late, as long as the item is not decided.

    Raises Consultation.DoesNotExist for another department's, Refused (no choice; an objection without words), Conflict.
    """
    found = asked_of(actor).get(pk=consultation_id)
    case = lock_any_case(found.task.application.number)
    found = Consultation.objects.select_for_update().select_related("department").get(pk=consultation_id)
    task = Task.objects.get(pk=found.task_id)
    words = words.strip()[:LONGEST_ANSWER]
    if say not in dict(Consultation.SAYS):
        raise Refused("请选没有意见、有意见还是不同意。", "say")
    if say != Consultation.AGREE and not words:
        raise Refused("请写明意见和依据。", "words")
    if found.answered_at is not None:
        raise Conflict(f"{found.answered_by_name}刚才已经答复了。")
    if task.state not in ON_THE_DESK:
        raise Conflict("这一项已经办完，不用再答复。")
    found.say, found.answer = say, words
    found.answered_at, found.answered_by_name = timezone.now(), actor.name
    found.save(update_fields=["say", "answer", "answered_at", "answered_by_name"])
    text = f"{task.item_name}：{found.department.short_name}答复了征求的意见"
    note = f"{found.get_say_display()}。{words}"
    record([event(case, "consultation_answered", text, actor, task=task, note=note)])
    return found


def asked_of(actor: Actor) -> QuerySet[Consultation]:
    """What other departments ask the actor's."""
    rows = Consultation.objects.filter(Q(town=None) | Q(town__in=actor.towns), department__in=actor.departments)
    return rows.select_related("task__application__matter", "task__department", "department")


def open_consultations(actor: Actor) -> QuerySet[Consultation]:
    """Those still to be answered, the nearest day first."""
    return asked_of(actor).filter(answered_at=None, task__state__in=ON_THE_DESK).order_by("due", "id")


def given_file(actor: Actor, application_id: int | None, material_code: str) -> bool:
    """Whether a department was given this paper with a question that is still open."""
    if application_id is None or not actor.departments:
        return False
    rows = open_consultations(actor).filter(task__application_id=application_id)
    return rows.filter(papers__contains=[material_code]).exists()
