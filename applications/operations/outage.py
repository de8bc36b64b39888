"""停电断网 (W16): what a hall took in on paper, on a number printed ahead, becomes a case that was received then.

One clerk fills in the form and names number and true receipt time; another one compares it with the paper and makes the
case. Lock order: draft, then number.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from applications.filling import faults
from applications.models import Application, PaperReceipt, ReceiptBlock
from applications.numbers import query_code
from applications.operations.drafting import lock_draft, plan_for
from applications.operations.intake import take_in
from applications.operations.submission import FormFaults, submit
from applications.paper_numbers import MOST_SERIALS, fault_of_moment, is_paper_number, paper_number
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.numbers.operations import take
from matters.plan import missing_answers, scheme

SIZES = (25, 50, 100)  # numbers a pad
USED, SPOILED = Q(receipts__application__isnull=False), Q(receipts__spoiled_at__isnull=False)
WAITING = Q(receipts__draft__isnull=False)


def blocks() -> QuerySet[Any]:
    """Every pad with how many of its numbers are what, the newest first. The caller has asked who may see it."""
    return ReceiptBlock.objects.select_related("hall").annotate(
        numbers=Count("receipts"),
        used=Count("receipts", filter=USED),
        spoiled=Count("receipts", filter=SPOILED),
        waiting=Count("receipts", filter=WAITING),
    )


def waiting() -> QuerySet[Any]:
    """Numbers that wait for a second person, the earliest receipt first; given back ones among them."""
    return (
        PaperReceipt.objects.exclude(draft=None)
        .select_related("block__hall", "draft__matter", "draft__applicant", "draft__organisation")
        .defer("draft__form", "query_code", "draft__applicant__id_number", "draft__applicant__phone")
        .order_by("received_at", "id")
    )


@transaction.atomic
def issue_block(*, actor: Actor, size: int) -> ReceiptBlock:
    """领一本: the next `size` numbers for the clerk's hall, each with the query code of its counterfoil.

    Raises NotAllowed, Refused.
    """
    if not actor.clerk or not actor.hall or actor.user_id is None:
        raise NotAllowed("纸质编号由大厅窗口领，您的岗位上没有大厅。")
    if size not in SIZES:
        raise Refused("请选一本多少张。", "size")
    now = timezone.now()
    year = timezone.localdate(now).year
    last = take(f"paper-receipt:{year}", size)
    if last > MOST_SERIALS:
        raise Refused("今年的纸质编号用完了，请告诉系统管理员。", "size")
    block = ReceiptBlock.objects.create(
        hall_id=actor.hall, issued_by_id=actor.user_id, issued_by_name=actor.name, issued_at=now
    )
    PaperReceipt.objects.bulk_create(
        PaperReceipt(block=block, number=paper_number(year, serial), query_code=query_code())
        for serial in range(last - size + 1, last + 1)
    )
    return block


def _lock(number: str) -> PaperReceipt:
    """The number, locked. Raises Refused (field `paper_number`)."""
    if not is_paper_number(number):
        raise Refused("纸质编号不对：P 开头，一共 9 位，请照纸上再看一遍。", "paper_number")
    found = PaperReceipt.objects.select_for_update(of=("self",)).select_related("block").filter(number=number).first()
    if found is None:
        raise Refused("没有发过这个纸质编号，请照纸上再看一遍。", "paper_number")
    return found


def _free(row: PaperReceipt) -> None:
    """Raises Conflict where the number is used or spoiled."""
    if row.application_id is not None:
        raise Conflict(f"编号 {row.number} 已经建了件，不能再用。", "paper_number")
    if row.spoiled_at is not None:
        raise Conflict(f"编号 {row.number} 已经作废：{row.spoiled_reason}。", "paper_number")


@transaction.atomic
def enter(*, actor: Actor, draft_id: UUID, number: str, received_at: datetime | None) -> PaperReceipt:
    """送复核: the form of the desk stands for the paper with this number, taken in at `received_at` (aware).

    The same draft may be sent again, also with another number: the former is free then. Raises Draft.DoesNotExist,
    NotAllowed, FormFaults, Refused and Conflict.
    """
    if not actor.clerk or actor.user_id is None:
        raise NotAllowed("只有窗口可以补录。")
    draft = lock_draft(actor, draft_id)
    if draft.application_id is not None:
        raise Conflict("这份表已经建了件。")
    row = _lock(number.strip().upper())
    _free(row)
    if row.draft_id not in (None, draft.pk):
        raise Conflict(f"编号 {row.number} 已由{row.entered_by_name}补录，等人复核。", "paper_number")
    if received_at is None:
        raise Refused("请照纸上填收件日期和几点几分。", "received")
    if fault := fault_of_moment(received_at, row.block.issued_at, timezone.now()):
        raise Refused(fault, "received")
    plan = plan_for(draft)
    if missing_answers(plan, draft.answers):
        raise Refused("还有情形没有选，选完才知道要办哪几项。", "answers")
    if found := faults(scheme(plan, draft.answers, frozenset(draft.commitments)), draft.form):
        raise FormFaults(found)
    PaperReceipt.objects.filter(draft=draft).exclude(pk=row.pk).update(draft=None)
    row.draft, row.draft_version, row.received_at, row.returned = draft, draft.version, received_at, ""
    row.entered_by_id, row.entered_by_name, row.entered_at = actor.user_id, actor.name, timezone.now()
    row.save()
    return row


def _waiting(actor: Actor, number: str) -> PaperReceipt:
    """A number that waits for the second person, its draft locked before it. Raises PaperReceipt.DoesNotExist, Conflict,
    NotAllowed."""
    if not actor.clerk or actor.user_id is None:
        raise NotAllowed("复核由窗口来做。")
    draft_id = PaperReceipt.objects.values_list("draft_id", flat=True).get(number=number)
    if draft_id is None:
        _free(_lock(number))
        raise Conflict(f"编号 {number} 还没有补录。")
    lock_draft(actor, draft_id)
    row = _lock(number)
    _free(row)
    if row.draft_id != draft_id:
        raise Conflict(f"编号 {number} 刚才变了，请刷新再看。")
    if row.entered_by_id == actor.user_id:
        raise NotAllowed("补录和复核要两个人，请另一位窗口人员来复核。")
    if row.returned:
        raise Conflict(f"编号 {number} 已经退回给{row.entered_by_name}，等重新送。")
    return row


@transaction.atomic
def confirm(*, actor: Actor, number: str, duplicate_reason: str = "") -> Application:
    """复核: another person than who entered it compares form and paper; the case exists, received at the paper's time.

    Its days to accept in run from there; where they are over already, the beat accepts it like any silent case.
    Raises PaperReceipt.DoesNotExist, NotAllowed, and as `submit`.
    """
    row = _waiting(actor, number)
    assert row.draft_id is not None and row.received_at is not None
    case = submit(
        actor=actor, draft_id=row.draft_id, version=row.draft_version, duplicate_reason=duplicate_reason, on_paper=row
    )
    take_in(case, actor, at=row.received_at, by_id=row.entered_by_id)
    row.application, row.draft = case, None
    row.confirmed_by_id, row.confirmed_by_name, row.confirmed_at = actor.user_id, actor.name, timezone.now()
    row.save()
    return case


@transaction.atomic
def give_back(*, actor: Actor, number: str, note: str) -> PaperReceipt:
    """退回: form and paper differ; whoever entered it puts it right and sends it again. Raises as `confirm`."""
    row = _waiting(actor, number)
    row.returned = note.strip()[:300]
    if not row.returned:
        raise Refused("请写明哪里和纸上不一样。", "note")
    row.save(update_fields=["returned"])
    return row


@transaction.atomic
def spoil(*, actor: Actor, number: str, reason: str) -> PaperReceipt:
    """作废: the sheet was miswritten, torn or lost. By a clerk of the pad's hall. Raises NotAllowed, Refused, Conflict."""
    if not actor.clerk:
        raise NotAllowed("作废由窗口登记。")
    row = _lock(number.strip().upper())
    _free(row)
    if row.block.hall_id != actor.hall:
        raise NotAllowed("这一本是别的大厅领的，请它自己登记作废。")
    if row.draft_id is not None:
        raise Conflict(f"编号 {row.number} 已由{row.entered_by_name}补录，等人复核，不能作废。", "paper_number")
    reason = reason.strip()[:300]
    if not reason:
        raise Refused("请写明为什么作废。", "reason")
    row.spoiled_reason, row.spoiled_by_name, row.spoiled_at = reason, actor.name, timezone.now()
    row.save(update_fields=["spoiled_reason", "spoiled_by_name", "spoiled_at"])
    return row
