"""原件: the window keeps originals in a bag with a code, tells where they are, and gives them back against a list.

How bags travel between halls and departments: `couriers.py`. Lock order: case or list first, bags last.
"""

import unicodedata
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from applications.models import Application, Bundle, BundledPaper, CaseMaterial, Courier, CustodyMove
from applications.numbers import check_character
from applications.operations.recording import event, lock_case, paper, record
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.numbers.operations import take
from foundation.outbox.operations import put

CODE_SIGN = "D"
CODE_LENGTH = 10
MOST_PIECES = 99
TRAVELS = ("original", "verify")  # ways of handing in by which an original may stay with the window
WHERE = ("hall", "department", "courier")


def bundle_code(year: int, serial: int) -> str:
    """D + two digits of the year + six of the serial + check character: what the label's QR code holds."""
    body = f"{CODE_SIGN}{year % 100:02d}{serial:06d}"
    return body + check_character(body)


def read_code(text: str) -> str:
    """A scanned or typed code as it is stored. Raises Refused for what is no code of a bag."""
    code = unicodedata.normalize("NFKC", text).replace(" ", "").replace("-", "").upper()
    if not code:
        raise Refused("先扫袋上的码，或者输袋号。", "code")
    plain = code.isascii() and code.isalnum()
    if len(code) != CODE_LENGTH or not plain or code[0] != CODE_SIGN or check_character(code[:-1]) != code[-1]:
        raise Refused(f"“{code[:20]}”不是袋号，没有记。请再扫一次。", "code")
    return code


def lock_bundle(code: str) -> Bundle:
    """The bag of this code, locked until commit. Raises Refused where there is none."""
    found = Bundle.objects.select_for_update(of=("self",), no_key=True).select_related(*WHERE).filter(code=code).first()
    if found is None:
        raise Refused(f"没有 {code} 这一袋，没有记。", "code")
    return found


def moved(bundles: Iterable[Bundle], actor: Actor, text: str, courier: Courier | None = None) -> None:
    """Write where bags went, in one statement. Append-only."""
    assert actor.user_id is not None
    now = timezone.now()
    rows = [
        CustodyMove(bundle=one, courier=courier, at=now, actor_id=actor.user_id, actor_name=actor.name, text=text)
        for one in bundles
    ]
    CustodyMove.objects.bulk_create(rows)


@transaction.atomic
def keep_originals(*, actor: Actor, number: str, pieces: Mapping[str, int]) -> Bundle:
    """收存原件: the originals of these papers (code → pieces) stay in a new bag at the clerk's window.

    Raises NotAllowed, Refused (none, not such a paper, pieces), Conflict (in another bag already).
    """
    case = lock_case(actor, number)
    if not actor.clerk or actor.hall is None or actor.user_id is None:
        raise NotAllowed("只有窗口可以收存原件。")
    if not pieces:
        raise Refused("请勾选收下了哪几份原件。", "original")
    if not all(1 <= many <= MOST_PIECES for many in pieces.values()):
        raise Refused(f"件数请填 1 到 {MOST_PIECES}。", "original")
    rows = list(CaseMaterial.objects.filter(application=case, material_code__in=pieces, submit__in=TRAVELS))
    if len(rows) != len(pieces):
        raise Refused("有一份不交原件，或者不是这件里的。", "original")
    held = BundledPaper.objects.filter(material__in=rows, returned=False).select_related("material", "bundle")
    if held:
        raise Conflict(f"“{held[0].material.name}”的原件已经在 {held[0].bundle.code} 袋里。")
    now = timezone.now()
    year = timezone.localdate().year
    bundle = Bundle.objects.create(
        application=case,
        code=bundle_code(year, take(f"bundle:{year}")),
        hall_id=actor.hall,
        counter=actor.counter,
        made_at=now,
        made_by_name=actor.name,
    )
    BundledPaper.objects.bulk_create(
        [BundledPaper(bundle=bundle, material=row, pieces=pieces[row.material_code]) for row in rows]
    )
    names = "、".join(row.name for row in rows)
    moved([bundle], actor, "窗口收存")
    record([event(case, "originals_kept", f"窗口收存原件：{names}（材料袋 {bundle.code}）", actor)])
    put(paper("originals-kept", case, round=bundle.pk))
    return bundle


@transaction.atomic
def give_back(*, actor: Actor, number: str, code: str) -> Bundle:
    """退还原件 to the applicant at the window where the bag lies, against a list (E3). Raises NotAllowed, Refused, Conflict."""
    case = lock_case(actor, number)
    if not actor.clerk or actor.hall is None:
        raise NotAllowed("原件由窗口退还。")
    bundle = lock_bundle(read_code(code))
    if bundle.application_id != case.pk:
        raise Refused("这一袋不是这件的。", "code")
    if bundle.returned_at is not None:
        raise Conflict("这一袋已经退还过了。")
    if bundle.hall_id != actor.hall:
        raise Conflict(f"{bundle.code} {bundle.where}，不在这个大厅，退不了。先用交接单调过来。")
    if bundle.lines.filter(out_at__isnull=False, in_at=None, found_where="").exists():
        raise Conflict("这一袋已经扫到交接单上，先从单上拿下来。")
    bundle.returned_at, bundle.hall, bundle.counter = timezone.now(), None, ""
    bundle.save(update_fields=["returned_at", "hall", "counter"])
    BundledPaper.objects.filter(bundle=bundle).update(returned=True)
    moved([bundle], actor, "退还申请人")
    record([event(case, "originals_back", f"原件退还申请人（材料袋 {bundle.code}）", actor)])
    put(paper("originals-back", case, round=bundle.pk))
    return bundle


def bundles_of(case: Application) -> list[Bundle]:
    """The bags of a case with their places and papers; the history follows when it is asked for. Two queries, one without bags."""
    found = Bundle.objects.filter(application=case).select_related(*WHERE)
    return list(found.prefetch_related("papers__material").order_by("id"))
