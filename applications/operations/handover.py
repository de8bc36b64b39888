"""出件与送达: one hand-over of all papers; `delivered` when every one, refusals included, is handed over or served."""

import secrets
import unicodedata

from django.db import transaction
from django.utils import timezone

from applications.lifecycle import move
from applications.models import Application, CasePaper, Delivery
from applications.operations.recording import event, inform, lock_case, paper, record
from applications.states import CaseState, Handover
from departments.access import Actor
from foundation import throttle
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.outbox.operations import put
from visits.operations.attend import tie

# Six digits are soon tried out: the fifth wrong code of one case begins a wait of half a minute, doubled each time.
WRONG_CODES = throttle.Bound(free=4, first=30, longest=900)

# A certificate that was replaced (更正换发) after everything was collected is collected in its turn.
HANDED_IN = (CaseState.CONCLUDED, CaseState.DELIVERED)


@transaction.atomic
def shelve(*, actor: Actor, number: str, shelf: str) -> Application:
    """存放位置: hall and place where the finished papers lie until somebody comes; empty takes it back.

    Raises NotAllowed, Conflict once nothing waits any more.
    """
    case = lock_case(actor, number)
    if not actor.clerk:
        raise NotAllowed("存放位置由窗口登记。")
    if case.state != CaseState.CONCLUDED:
        raise Conflict(f"现在是“{case.get_state_display()}”，没有等领取的。")
    case.shelf = shelf.strip()[:40]
    Application.objects.filter(pk=case.pk).update(shelf=case.shelf)
    record(
        [
            event(
                case,
                "shelved",
                "办好的文书和证照放好了，等人来领" if case.shelf else "存放位置去掉了",
                actor,
                note=case.shelf,
            )
        ]
    )
    return case


@transaction.atomic
def hand_over(
    *, actor: Actor, number: str, code: str, collector: str, relation: str, paper_ids: tuple[int, ...]
) -> Delivery:
    """Give the ticked papers to the person at the window. Part of them now and the rest later is allowed.

    Raises Refused for a wrong pick-up code (or one too many of them), a missing name or nothing ticked; Conflict when a
    paper is not made yet.
    """
    case = lock_case(actor, number)
    if not actor.clerk or actor.user_id is None:
        raise NotAllowed("只有窗口可以出件。")
    if case.state not in HANDED_IN:
        raise Conflict(f"现在是“{case.get_state_display()}”，没有要领取的。")
    _check_code(case, code)
    collector = collector.strip()[:60]
    if not collector:
        raise Refused("请写领取人的姓名。", "collector")
    waiting = list(
        CasePaper.objects.filter(application=case, to_hand_over=True, served_at=None).select_related("document")
    )
    chosen = [p for p in waiting if p.pk in paper_ids]
    if not chosen:
        raise Refused("请至少勾选一份要交的文书或证照。", "papers")
    unmade = [p.document.title for p in chosen if p.document.rendered_at is None]
    if unmade:
        raise Conflict(f"{'、'.join(unmade)}还在生成，稍等再交。")
    delivery = Delivery.objects.create(
        application=case,
        method=Handover.WINDOW,
        collector=collector,
        relation=relation.strip()[:60],
        by_id=actor.user_id,
        at=timezone.now(),
    )
    CasePaper.objects.filter(pk__in=[p.pk for p in chosen]).update(served_at=delivery.at, delivery=delivery)
    text = f"{collector}在窗口领取 {len(chosen)} 份"
    record([event(case, "handed_over", text, actor, delivery=delivery.pk)])
    entries = [paper("delivery", case, round=delivery.pk)]
    if case.state == CaseState.CONCLUDED and len(chosen) == len(waiting) and _all_issued(case):
        move(case, "deliver", actor, delivered_at=delivery.at)
        entries.append(inform("delivered", case))
    put(*entries)
    tie(actor=actor, subject=case.number)
    return delivery


def _check_code(case: Application, code: str) -> None:
    """Whoever knows the code may collect. Raises Refused, also when too many wrong ones came before."""
    typed = unicodedata.normalize("NFKC", code).strip()
    if len(typed) != 6 or not typed.isdigit():
        raise Refused("取件码不对，应当是六位数字，请看申请人手机上的“我的办件”。", "code")  # no guess, not counted
    counter = f"pickup:{case.pk}"
    wait = throttle.charge({counter: WRONG_CODES})
    if wait:
        raise Refused(f"取件码错的次数太多了，请等\u00a0{wait}\u00a0秒再试。", "code")
    if not secrets.compare_digest(typed.encode(), case.pickup_code.encode()):
        raise Refused("取件码不对，请看申请人手机上的六位数字。", "code")
    throttle.refund(counter)


def _all_issued(case: Application) -> bool:
    """Whether every task that ended with a paper has it; one still being made is handed over later."""
    owing = case.tasks.filter(decided_at__isnull=False).exclude(decision_number="").exclude(papers__to_hand_over=True)
    return not owing.exists()
