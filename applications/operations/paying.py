"""缴费: everything that a case owes, paid at once, online or with the number of a receipt.

Online the money is taken outside of any transaction, under a reference that was written down before: a page that is sent
twice, a fault or a crash in between ask the other side for the same payment, never for a second one.
"""

import re
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from applications import access, payment
from applications.fees import yuan
from applications.models import Application, Charge, ChargeState, Payment
from applications.operations.recording import event, lock_any_case, lock_case, record
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused

RECEIPT = re.compile(r"[0-9A-Z-]{6,40}")
# While a payment is asked for, a second press waits; after it the first one is asked for again.
PATIENCE = timedelta(seconds=payment.SECONDS)


def owed(case: Application) -> QuerySet[Charge]:
    """What is to be paid now: open, and nobody has asked to take it back."""
    rows = Charge.objects.filter(application=case, state=ChargeState.OPEN, ending_reason="")
    return rows.select_related("task__department")


def pending(case: Application) -> Payment | None:
    """The payment that was asked for and of which nobody knows yet whether the money came."""
    return Payment.objects.filter(application=case, paid_at=None).first()


def pay_online(*, actor: Actor, number: str, seen: int) -> Payment:
    """The applicant (or an agent) pays all that is owed; `seen` is the sum on the page, in fen.

    Raises Application.DoesNotExist, NotAllowed, Conflict (the sum is another by now, or a payment is under way), Refused when nothing
    is owed and when the payment system does not answer: then nothing changes here, and the next try is the same payment.
    """
    begun = _begin(actor, number, seen)
    items = tuple(begun.charges.order_by("pk").values_list("task__item_name", flat=True))
    try:
        receipt = payment.collect(payment.Bill(str(begun.reference), begun.amount, items))
    except payment.Fault as fault:
        Payment.objects.filter(pk=begun.pk, paid_at=None).update(begun_at=timezone.now() - PATIENCE)
        raise Refused(
            "缴费系统现在没有回应。过一会再按一次，不会重复扣钱；也可以到窗口缴。办理照常进行，不等缴费。"
        ) from fault
    with transaction.atomic():
        case = lock_any_case(number)
        taken = Payment.objects.get(pk=begun.pk)
        if taken.paid_at is None:
            _settle(case, taken, receipt.number, receipt.source, actor)
        return taken


@transaction.atomic
def _begin(actor: Actor, number: str, seen: int) -> Payment:
    case = lock_case(actor, number)
    if not access.is_applicant(case, actor):
        raise NotAllowed("由申请人或者代办人缴，窗口请登记票据号。")
    return _open(case, actor, seen, Payment.ONLINE)


@transaction.atomic
def enter_receipt(*, actor: Actor, number: str, receipt: str, seen: int) -> Payment:
    """The window types the number of the receipt for all that is owed; `seen` is the sum on the page, in fen.

    A payment online that got no answer is settled by it. Raises NotAllowed, Application.DoesNotExist, Conflict (another
    sum, a payment online under way this moment, this number used already), Refused for a number that is none and when nothing is owed.
    """
    if not actor.clerk:
        raise NotAllowed("票据号由窗口登记。")
    code = receipt.strip().upper().replace(" ", "")
    if not RECEIPT.fullmatch(code):
        raise Refused("票据号是 6 到 40 位数字或者字母。", "receipt")
    case = lock_case(actor, number)
    opened = _open(case, actor, seen, Payment.RECEIPT)
    try:
        with transaction.atomic():
            _settle(case, opened, code, "窗口登记", actor)
    except IntegrityError as error:
        raise Conflict("这个票据号已经登记过。") from error
    return opened


def _open(case: Application, actor: Actor, seen: int, method: str) -> Payment:
    """The payment of this try: the one whose answer is still not known, or a new one of all that is owed."""
    under_way, charges = pending(case), list(owed(case))
    amount = under_way.amount if under_way else sum(charge.amount for charge in charges)
    if not amount:
        raise Refused("现在没有要缴的。")
    if amount != seen:
        raise Conflict(f"要缴的变了，现在是 {yuan(amount)} 元。请看过再缴。")
    if under_way is not None:
        if under_way.begun_at > timezone.now() - PATIENCE:
            raise Conflict("正在网上缴，请等几秒再看。")
        under_way.begun_at, under_way.method, under_way.begun_by_name = timezone.now(), method, actor.name
        under_way.save(update_fields=["begun_at", "method", "begun_by_name"])
        return under_way
    opened = Payment.objects.create(
        application=case, method=method, amount=amount, begun_at=timezone.now(), begun_by_name=actor.name
    )
    Charge.objects.filter(pk__in=[charge.pk for charge in charges]).update(payment=opened)
    return opened


def _settle(case: Application, taken: Payment, receipt: str, source: str, actor: Actor) -> None:
    taken.receipt_number, taken.source, taken.paid_at = receipt, source, timezone.now()
    taken.save(update_fields=["receipt_number", "source", "paid_at"])
    taken.charges.update(state=ChargeState.PAID)
    record([event(case, "paid", f"缴费 {yuan(taken.amount)} 元，票据号 {receipt}", actor)])
