"""差评整改 (K13): verify within a working day, fix within five (complicated: fifteen), call back, answer in public."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from applications.models import Repair
from applications.operations.recording import inform
from applications.ratings import may_write
from departments.access import Actor
from departments.calendar import current_calendar, threshold
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put

LONGEST = 500


def open_repairs() -> QuerySet[Repair]:
    """What is still to be done, the oldest first, with what it is about; the person is not read."""
    related = ("rating__application__matter", "rating__ticket__hall")
    return Repair.objects.filter(closed_at=None).select_related(*related).defer("rating__application__form")


def _lock(actor: Actor, pk: int, stage: str) -> Repair:
    """Raises NotAllowed, Repair.DoesNotExist, Conflict (it stands elsewhere by now)."""
    if not actor.supervisor:
        raise NotAllowed("由督查办。")
    found = Repair.objects.select_for_update(of=("self",)).select_related("rating__application").get(pk=pk)
    if found.stage != stage:
        raise Conflict(f"这一条现在是“{found.word}”。")
    return found


@transaction.atomic
def verify(*, actor: Actor, pk: int, founded: bool, finding: str, complicated: bool = False) -> Repair:
    """核实: what happened, and whether the word holds. What does not hold is closed with its finding.

    Raises as `_lock`, Refused (no finding).
    """
    found = _lock(actor, pk, Repair.TO_VERIFY)
    if not finding.strip():
        raise Refused("请写核实到的情况。", "finding")
    now, today = timezone.now(), timezone.localdate()
    found.verified_at, found.verified_by_name, found.finding = now, actor.name, finding.strip()[:LONGEST]
    found.founded, found.complicated = founded, complicated and founded
    if founded:
        days = threshold("rating_fix_complicated_days" if complicated else "rating_fix_days", today)
        found.fix_by = current_calendar().add(today, days)
    else:
        found.closed_at = now
    found.save()
    return found


@transaction.atomic
def fix(*, actor: Actor, pk: int, reply: str) -> Repair:
    """整改: what was changed, as everybody may read it. Who gave a name is told and called back; an anonymous one is done.

    Raises as `_lock`, Refused (no reply).
    """
    found = _lock(actor, pk, Repair.TO_FIX)
    if not reply.strip():
        raise Refused("请写怎么整改的，会公开。", "reply")
    found.fixed_at, found.fixed_by_name, found.reply = timezone.now(), actor.name, reply.strip()[:LONGEST]
    if not found.rating.named:
        found.closed_at = found.fixed_at
    found.save()
    if found.rating.named and found.rating.application is not None:
        put(inform("rating_answered", found.rating.application))
    return found


@transaction.atomic
def call_back(*, actor: Actor, pk: int, reached: bool, words: str) -> Repair:
    """回访: one try, kept whatever came of it. Only who was reached counts as called back. Raises as `_lock`, Refused."""
    found = _lock(actor, pk, Repair.TO_CALL)
    if reached and not words.strip():
        raise Refused("请写对方怎么说。", "words")
    now = timezone.now()
    call = {
        "at": timezone.localtime(now).isoformat(),
        "by": actor.name,
        "reached": reached,
        "words": words.strip()[:300],
    }
    found.calls = [*found.calls, call]
    if reached:
        found.closed_at = now
    found.save()
    return found


@transaction.atomic
def answer_in_writing(*, actor: Actor, pk: int) -> Repair:
    """Three tries on two days reached nobody: the answer stands in the person's own account, and that ends it.

    Raises as `_lock`, Conflict (not enough tries).
    """
    found = _lock(actor, pk, Repair.TO_CALL)
    if not may_write(found.calls):
        raise Conflict("要分两天打过三次，没有打通，才能书面答复。")
    found.closed_at = timezone.now()
    found.save()
    return found
