"""文书 at the window: ordering one that no act brings by itself, counting its prints, the scan of what was signed."""

from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from applications.models import CasePaper, Event, FieldFix, SignedScan
from applications.operations.papers import TO_SIGN
from applications.operations.recording import event, lock_case, paper, record
from applications.states import SignedHow
from departments.access import Actor
from foundation.errors import Conflict, NotAllowed, Refused
from foundation.files.operations import store
from foundation.outbox.operations import put

ON_ORDER = {"mandate": "授权委托书", "filled-form": "代填确认单", "fix": "更正告知书"}
SCANS_PER_PAPER = 5


@transaction.atomic
def order_paper(*, actor: Actor, number: str, kind: str) -> str:
    """A worker makes this paper of the case as it stands now; returns its title. Raises NotAllowed, Refused."""
    case = lock_case(actor, number)
    if not actor.clerk:
        raise NotAllowed("文书由窗口打印。")
    if kind not in ON_ORDER:
        raise Refused("没有这种文书。", "kind")
    if kind == "fix" and not FieldFix.objects.filter(application=case).exists():
        raise Refused("这件没有当场更正过，没有要告知的。", "kind")
    round_ = CasePaper.objects.filter(application=case, kind=kind).count() + 1
    put(paper(kind, case, round=round_))
    return ON_ORDER[kind]


@transaction.atomic
def note_print(*, actor: Actor, number: str, paper_id: int) -> int:
    """One more print of a paper, counted in the timeline; returns the how-manieth it is.

    Raises NotAllowed, CasePaper.DoesNotExist, Conflict while it is still being made or void.
    """
    case = lock_case(actor, number)
    if not actor.clerk:
        raise NotAllowed("文书由窗口打印。")
    found = CasePaper.objects.select_related("document").get(application=case, pk=paper_id)
    if found.document.rendered_at is None or found.document.voided_at is not None:
        raise Conflict("这份文书还在生成，或者已经作废，不能打印。")
    count = Event.objects.filter(application=case, kind="printed", data__paper=paper_id).count() + 1
    text = f"打印{found.document.title}，第 {count} 次"
    record([event(case, "printed", text, actor, note=found.document.number, paper=paper_id, count=count)])
    return count


@transaction.atomic
def attach_signed(
    *, actor: Actor, number: str, paper_id: int, upload: BinaryIO, name: str, how: str = SignedHow.PAPER
) -> SignedScan:
    """The scan of a paper that was signed by hand, or the signature written on the pad for exactly this paper.

    Raises NotAllowed, CasePaper.DoesNotExist, FileRefused, Refused (nothing to sign on it, too many scans), Conflict (void).
    """
    case = lock_case(actor, number)
    if not actor.clerk or actor.user_id is None:
        raise NotAllowed("签好的文书由窗口扫描上传。")
    found = CasePaper.objects.select_related("document").get(application=case, pk=paper_id)
    if found.kind not in TO_SIGN:
        raise Refused("这份文书不用签字。", "file")
    if found.document.voided_at is not None:
        raise Conflict("这份文书已经作废。")
    if found.signed_scans.count() >= SCANS_PER_PAPER:
        raise Refused(f"一份文书最多 {SCANS_PER_PAPER} 个扫描件，请合并成一个 PDF 再传。", "file")
    stored = store(upload, name=name, by=actor.user_id)
    scan = SignedScan.objects.create(
        paper=found, file=stored, by_id=actor.user_id, by_name=actor.name, at=timezone.now()
    )
    said = "在签字板上签了" if how == SignedHow.PAD else "签好，扫描件已存"
    record([event(case, "signed_scan", f"{found.document.title}{said}", actor, note=found.document.number, how=how)])
    return scan
