"""交接单: bags travel from hall to hall or department, scanned out, scanned in, signed for by both sides.

Lock order: the list, then its bags. What is missing or extra is told and stays open until it is found or explained.
"""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from applications.models import Bundle, Courier, CourierLine
from applications.operations.custody import lock_bundle, moved, read_code
from departments.access import Actor
from departments.calendar import current_calendar
from departments.models import Department, Hall
from departments.workdays import Calendar
from foundation.documents.operations import issue
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.numbers.operations import take

MISSING = Q(lines__out_at__isnull=False, lines__in_at=None, lines__found_where="", lines__settled="")
EXTRA = Q(lines__out_at=None, lines__settled="")
PLACES = ("from_hall", "from_department", "to_hall", "to_department")


def _of(actor: Actor) -> QuerySet[Courier]:
    mine = Q(from_department__in=actor.departments) | Q(to_department__in=actor.departments)
    if actor.clerk and actor.hall:
        mine |= Q(from_hall=actor.hall) | Q(to_hall=actor.hall)
    return Courier.objects.filter(mine)


def seen_by(actor: Actor) -> QuerySet[Any]:
    """The lists that leave from or go to where the actor sits, each with how many bags it has, lacks, and has too many."""
    return (
        _of(actor)
        .select_related(*PLACES)
        .annotate(bags=Count("lines"), missing=Count("lines", filter=MISSING), extra=Count("lines", filter=EXTRA))
    )


def stands_at(actor: Actor, hall: str | None, department: str | None) -> bool:
    """Whether the actor works there: the clerk in the hall, the reviewer in the department."""
    return (actor.clerk and hall is not None and actor.hall == hall) or department in actor.departments


def is_late(courier: Courier, today: date, calendar: Calendar) -> bool:
    """On the road for more working days than the county allows (`courier_days`)."""
    if courier.sent_at is None or courier.received_at is not None:
        return False
    sent = timezone.localdate(courier.sent_at)
    return today > calendar.add(sent, calendar.thresholds.value("courier_days", sent))


def late(actor: Actor, most: int) -> list[Courier]:
    """Lists of the actor's place that are on the road for too long, the oldest first. One query."""
    calendar, today = current_calendar(), timezone.localdate()
    on_the_road = (
        _of(actor)
        .select_related(*PLACES)
        .filter(sent_at__isnull=False, received_at=None)
        .order_by("sent_at")[: most * 2]
    )
    return [courier for courier in on_the_road if is_late(courier, today, calendar)][:most]


def _lock(actor: Actor, courier_id: int) -> Courier:
    """The list, locked. Raises Courier.DoesNotExist for whoever has no part in it."""
    return _of(actor).select_for_update(of=("self",), no_key=True).select_related(*PLACES).get(pk=courier_id)


@transaction.atomic
def open_list(*, actor: Actor, to: str, carrier: str, department: str = "") -> Courier:
    """开单, from the clerk's hall or, with `department`, from the reviewer's. `to`: `hall:<code>` or `department:<code>`.

    Raises NotAllowed, Refused.
    """
    kind, _, code = to.partition(":")
    places = {"hall": Hall.objects.all(), "department": Department.objects.all()}
    if kind not in places or not places[kind].filter(pk=code).exists():
        raise Refused("请选送到哪里。", "to")
    if actor.user_id is None or not (department in actor.departments if department else actor.clerk and actor.hall):
        raise NotAllowed("只能从自己的大厅或者部门开交接单。")
    hall = None if department else actor.hall
    if code == (department if kind == "department" else hall):
        raise Refused("就在这里，不用送。", "to")
    carrier = carrier.strip()[:60]
    if not carrier:
        raise Refused("请写谁送。", "carrier")
    year = timezone.localdate().year
    return Courier.objects.create(
        year=year,
        serial=take(f"courier:{year}"),
        from_hall_id=hall,
        from_department_id=department or None,
        to_hall_id=code if kind == "hall" else None,
        to_department_id=code if kind == "department" else None,
        carrier=carrier,
        opened_by_id=actor.user_id,
        opened_at=timezone.now(),
    )


@transaction.atomic
def scan_out(*, actor: Actor, courier_id: int, code: str) -> CourierLine:
    """扫出: a bag goes onto a list that is being filled. Raises Refused, Conflict, NotAllowed, Courier.DoesNotExist."""
    code = read_code(code)
    courier = _lock(actor, courier_id)
    if courier.sent_at is not None:
        raise Conflict("这张单已经交出去了，要再送请另开一张。")
    if not stands_at(actor, courier.from_hall_id, courier.from_department_id):
        raise NotAllowed("这张单由交出的一方扫。")
    bundle = lock_bundle(code)
    here = (bundle.hall_id, bundle.department_id) == (courier.from_hall_id, courier.from_department_id)
    if not here or bundle.returned_at is not None:
        raise Conflict(f"{code} {bundle.where}，不在{courier.from_name}，没有记。")
    other = bundle.lines.filter(out_at__isnull=False, in_at=None, found_where="").select_related("courier").first()
    if other is not None:
        where = "这张单" if other.courier_id == courier.pk else str(other.courier)
        raise Conflict(f"{code} 已经扫到{where}上了。")
    return CourierLine.objects.create(courier=courier, bundle=bundle, out_at=timezone.now(), out_by_name=actor.name)


@transaction.atomic
def take_off(*, actor: Actor, courier_id: int, line_id: int) -> None:
    """拿下来: a bag comes off a list that has not left. Raises Refused, Conflict, NotAllowed."""
    courier = _lock(actor, courier_id)
    line = courier.lines.filter(pk=line_id).first()
    if line is None:
        raise Refused("单上没有这一袋，请刷新后再看。")
    if courier.sent_at is not None:
        raise Conflict("单已经交出去了，不能再拿下来。")
    if not stands_at(actor, courier.from_hall_id, courier.from_department_id):
        raise NotAllowed("这张单由交出的一方改。")
    line.delete()


@transaction.atomic
def send(*, actor: Actor, courier_id: int) -> Courier:
    """交出: the sending side signs; every bag on the list is on the road, and the 材料交接单 gets its number and paper.

    Raises Refused (nothing scanned), Conflict, NotAllowed.
    """
    courier = _lock(actor, courier_id)
    bundles = list(
        Bundle.objects.filter(lines__courier=courier, lines__found_where="")
        .select_for_update(of=("self",), no_key=True)
        .select_related("application__matter")
        .defer("application__form", "application__query_code", "application__pickup_code")
        .prefetch_related("papers__material")
        .order_by("id")
    )
    if not bundles:
        raise Refused("还没有扫一袋，不能交出。", "code")
    if courier.sent_at is not None:
        raise Conflict("这张单已经交出去了。")
    if not stands_at(actor, courier.from_hall_id, courier.from_department_id):
        raise NotAllowed("由交出的一方签。")
    courier.sent_at, courier.sent_by_name = timezone.now(), actor.name
    Bundle.objects.filter(pk__in=[one.pk for one in bundles]).update(
        hall=None, counter="", department=None, courier=courier
    )
    moved(bundles, actor, f"交给{courier.carrier}，送往{courier.to_name}，{courier}", courier)
    _paper(courier, bundles)
    courier.save(update_fields=["sent_at", "sent_by_name", "document"])
    return courier


def _paper(courier: Courier, bundles: list[Bundle]) -> None:
    """材料交接单 in the register; both sides sign it besides."""
    authority = Department.objects.get(code=settings.WINDOW_AUTHORITY)
    assert courier.sent_at is not None
    sent = timezone.localtime(courier.sent_at)
    rows = [
        [
            str(n),
            one.code,
            one.application.number,
            one.application.title,
            "、".join(f"{p.material.name}{f'（{p.pieces} 件）' if p.pieces > 1 else ''}" for p in one.papers.all()),
        ]
        for n, one in enumerate(bundles, 1)
    ]
    courier.document = issue(
        kind="courier",
        title="材料交接单",
        authority=authority.pk,
        number=f"{authority.mark}交〔{courier.year}〕{courier.serial:05d}号",
        subject=f"{courier.year}-{courier.serial:04d}",
        holder=courier.to_name,
        template="notice",
        sample=settings.DEMO,
        data={
            "authority": authority.name,
            "date": f"{sent.year}年{sent.month}月{sent.day}日",
            "contact": authority.phone,
            "facts": [
                ["从", courier.from_name],
                ["到", courier.to_name],
                ["送件人", courier.carrier],
                ["袋数", f"{len(bundles)} 袋"],
                ["交出人", courier.sent_by_name],
                ["交出时间", f"{sent:%m-%d %H:%M}"],
            ],
            "table": {
                "columns": ["序", "袋号", "办件编号", "办事人", "原件"],
                "widths": [1, 3.2, 5.6, 4, 6],
                "rows": rows,
            },
            "after": ["接收时逐袋扫码，当面点清；少了、多了的，在系统里当场写明。"],
            "signs": ["交出人（签字）", "送件人（签字）", "接收人（签字）", "接收时间"],
        },
    )


@transaction.atomic
def scan_in(*, actor: Actor, courier_id: int, code: str) -> CourierLine:
    """扫入: a bag has come. One that is not on the list is taken as extra, because it lies here now.

    Raises Refused, Conflict (scanned already, given back, list not sent), NotAllowed, Courier.DoesNotExist.
    """
    code = read_code(code)
    courier = _lock(actor, courier_id)
    if courier.sent_at is None:
        raise Conflict("这张单还没有交出，不能接收。")
    if not stands_at(actor, courier.to_hall_id, courier.to_department_id):
        raise NotAllowed("这张单由接收的一方扫。")
    bundle = lock_bundle(code)
    if bundle.returned_at is not None:
        raise Conflict(f"{code} 记着已退还申请人，没有记。请问问退还的窗口。")
    if (bundle.hall_id, bundle.department_id) == (courier.to_hall_id, courier.to_department_id):
        raise Conflict(f"{code} 已经扫过，就在这里。")
    now = timezone.now()
    line = courier.lines.filter(bundle=bundle).first()
    if line is None or bundle.courier_id != courier.pk:
        running = bundle.lines.filter(out_at__isnull=False, in_at=None, found_where="").exclude(courier=courier)
        running.update(found_where=courier.to_name)
    line = line or CourierLine(courier=courier, bundle=bundle)
    line.in_at, line.in_by_name = now, actor.name
    line.save()
    bundle.hall_id, bundle.department_id, bundle.courier = courier.to_hall_id, courier.to_department_id, None
    bundle.counter = actor.counter if courier.to_hall_id else ""
    bundle.save(update_fields=["hall", "department", "courier", "counter"])
    moved([bundle], actor, f"{courier.to_name}收到，{courier}{'（单上没有）' if line.extra else ''}", courier)
    return line


@transaction.atomic
def receive(*, actor: Actor, courier_id: int) -> Courier:
    """接收: the receiving side signs for what came; what did not come stays missing. Raises Conflict, NotAllowed."""
    courier = _lock(actor, courier_id)
    if courier.sent_at is None or courier.received_at is not None:
        raise Conflict("这张单还没有交出。" if courier.sent_at is None else "这张单已经接收过了。")
    if not stands_at(actor, courier.to_hall_id, courier.to_department_id):
        raise NotAllowed("由接收的一方签。")
    courier.received_at, courier.received_by_name = timezone.now(), actor.name
    courier.save(update_fields=["received_at", "received_by_name"])
    missing = list(
        Bundle.objects.filter(
            lines__courier=courier, lines__out_at__isnull=False, lines__in_at=None, lines__found_where=""
        )
    )
    moved(missing, actor, f"{courier.to_name}没有收到，{courier}", courier)
    return courier


@transaction.atomic
def settle_line(*, actor: Actor, courier_id: int, line_id: int, words: str) -> CourierLine:
    """说明: what became of a bag that is missing or extra, by either side. Raises Refused, Conflict."""
    words = words.strip()[:300]
    if not words:
        raise Refused("请写怎么回事，两边都看得到。", "words")
    courier = _lock(actor, courier_id)
    line = courier.lines.select_related("bundle").filter(pk=line_id).first()
    if line is None:
        raise Refused("单上没有这一袋，请刷新后再看。", "words")
    if courier.received_at is None or not (line.extra or line.in_at is None):
        raise Conflict("这一袋没有出入，不用说明。")
    line.settled = f"{actor.name}：{words}"[:300]
    line.save(update_fields=["settled"])
    moved([line.bundle], actor, f"{courier}：{line.settled}"[:300], courier)
    return line
