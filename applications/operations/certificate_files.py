"""证照原件: the PDF of a certificate that another system makes (国家统一式样), brought by the department's own system."""

from io import BytesIO

from django.db import transaction

from applications.models import Certificate
from applications.operations.recording import event, lock_task, record
from departments.access import Actor
from foundation.errors import Conflict, Refused
from foundation.files.operations import store

LARGEST = 1_400_000  # bytes; in base64 it still goes into one call


@transaction.atomic
def bring_certificate(*, actor: Actor, task_id: int, number: str, pdf: bytes) -> Certificate:
    """Keep the issuer's own PDF beside the certificate's record, once; the applicant and the window can open it.

    Raises Task.DoesNotExist, NotAllowed, Conflict (no certificate of this number stands: it is replaced, or still being
    written down; another file is there), Refused (no PDF, too large).
    """
    case, task, _ = lock_task(actor, task_id)
    found = Certificate.objects.select_for_update().filter(task=task, state=Certificate.VALID).first()
    if found is None:
        raise Conflict("这一项还没有登记证照，准予以后过一会儿再传。")
    if found.number != number.strip():
        raise Conflict("编号和登记的证照不一样。写错了的走更正换发。", "number")
    if len(pdf) > LARGEST or not pdf.startswith(b"%PDF-"):
        raise Refused("请传 PDF，不超过 1.4 MB。", "pdf")
    stored = store(BytesIO(pdf), name=f"{found.name}.pdf", by=actor.user_id)
    if found.file is not None:
        if found.file.sha256 != stored.sha256:
            raise Conflict("已经有一份不同的原件，要换走更正换发。")
        return found
    found.file = stored
    found.save(update_fields=["file"])
    record([event(case, "certificate_brought", f"{found.name}的原件到了，可以下载", actor, task=task)])
    return found
