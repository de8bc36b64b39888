"""The register of official papers: number first, in the caller's transaction; the PDF follows from a worker."""

import hashlib
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from foundation.crypto import sm3
from foundation.documents.models import Document
from foundation.documents.rendering import render, revision_of
from foundation.errors import Conflict
from foundation.files.operations import keep
from foundation.numbers.operations import take
from foundation.outbox.models import Outbox
from foundation.outbox.operations import Entry, put


def take_number(*, authority: str, authority_mark: str, kind: str, year: int) -> str:
    """The next number of one authority, kind and year: “灌市监食许〔2026〕00017号”-like, without gaps.

    `authority_mark` is the 文号字 with the kind's own word behind it. Belongs inside the transaction that uses it.
    """
    return f"{authority_mark}〔{year}〕{take(f'{authority}:{kind}:{year}'):05d}号"


def issue(
    *,
    kind: str,
    title: str,
    authority: str,
    number: str,
    subject: str,
    holder: str,
    template: str,
    data: dict[str, Any],
    sample: bool,
) -> Document:
    """Enter a paper in the register and have a worker render it. `number` from `take_number`, or the issuer's own.

    `data` is what the template needs (foundation/documents/README.md). A paper that fails to render stays issued.
    """
    document = Document.objects.create(
        kind=kind,
        title=title,
        authority=authority,
        number=number,
        subject=subject,
        holder=holder,
        template=template,
        data=data,
        sample=sample,
        issued_at=timezone.now(),
    )
    key = str(document.pk)
    put(Entry(kind="render", key=key, dedupe=f"render:{key}", queue="papers", payload={"document": document.pk}))
    return document


def render_entry(row: Outbox) -> None:
    """Outbox handler `render`: make the PDF once and keep it with its two hashes."""
    document = Document.objects.select_for_update().get(pk=row.payload["document"])
    if document.rendered_at is not None:
        return
    pdf = render(document)
    file = keep(pdf, name=f"{document.title}.pdf", media_type="application/pdf")
    Document.objects.filter(pk=document.pk).update(
        file=file,
        sha256=hashlib.sha256(pdf).hexdigest(),
        sm3=sm3(pdf),
        template_revision=revision_of(document.template),
        rendered_at=timezone.now(),
    )


def void(document_id: int, *, reason: str) -> None:
    """Declare a paper void; its number stays in the register and the verification page says so. Raises Conflict."""
    living: QuerySet[Document] = Document.objects.filter(pk=document_id, voided_at=None)
    if not living.update(voided_at=timezone.now(), void_reason=reason[:300]):
        raise Conflict("这份文书已经作废。")
