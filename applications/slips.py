"""Slips: 递交回执, which the applicant takes home, 代填确认单, which they sign before filing, and the pads for an outage. No
official papers: they stand in no register."""

from datetime import UTC
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from applications.confirming import confirmation_code
from applications.filling import kept
from applications.forms.merged import typed_rows
from applications.models import Application, CaseMaterial, Draft, ReceiptBlock
from applications.states import Channel, MaterialState
from foundation.documents.rendering import typeset
from foundation.templatetags.portal_text import cn_date, weekday
from matters.plan import Scheme

SOURCES = Path(settings.BASE_DIR) / "templates" / "slips"


def query_address(case: Application) -> str:
    """What the receipt's QR code opens: number and code stand behind the #, which no browser sends to a server or log."""
    return f"{settings.SITE_URL}{reverse('query')}#{quote(case.number)}.{quote(case.query_code)}"


def open_papers(case: Application) -> tuple[list[CaseMaterial], list[CaseMaterial]]:
    """(papers whose original has to be brought, papers not handed in yet), both of those still to be looked at."""
    papers = list(CaseMaterial.objects.filter(application=case, state=MaterialState.AWAITING))
    handed = set(case.files.values_list("material_code", flat=True))
    bring = [paper for paper in papers if paper.submit in ("original", "verify")]
    return bring, [paper for paper in papers if paper.material_code not in handed]


def receipt(case: Application) -> bytes:
    """PDF/A-2b of the 递交回执 of a case, with number, query code and their QR code. Four queries."""
    bring, missing = open_papers(case)
    data: dict[str, Any] = {
        "matter": case.matter.name,
        "number": case.number,
        "query_code": case.query_code,
        "title": case.title,
        "agent": case.agent.name if case.agent else "",
        "channel": "网上递交" if case.channel == Channel.ONLINE else "窗口递交",
        "filed": f"{timezone.localtime(case.submitted_at):%Y 年 %-m 月 %-d 日 %H:%M}",
        "accept_by": f"{cn_date(case.accept_by)}（{weekday(case.accept_by)}）",
        "handover": case.get_handover_display(),
        "bring": [f"{paper.name}{'（看一眼就还您）' if paper.submit == 'verify' else ''}" for paper in bring],
        "missing": [paper.name for paper in missing],
        "address": f"{settings.SITE_URL}{reverse('query')}",
        "portal": settings.PORTAL_NAME,
        "demo": settings.DEMO,
    }
    name = f"receipt {case.number}"
    moment = case.submitted_at.astimezone(UTC).replace(microsecond=0)
    return typeset((SOURCES / "receipt.typ").read_bytes(), data, address=query_address(case), moment=moment, name=name)


def filled(draft: Draft, found: Scheme, clerk: str) -> bytes:
    """PDF/A-2b of the 代填确认单 of a draft as it stands; its QR code holds the confirmation code for the scanner."""
    form = kept(found, draft.form)
    code = confirmation_code(draft.code, draft.answers, form)
    assert draft.applicant is not None
    now = timezone.localtime()
    data: dict[str, Any] = {
        "matter": draft.matter.name,
        "title": draft.organisation.name if draft.organisation else draft.applicant.name,
        "clerk": clerk,
        "printed": f"{now:%Y 年 %-m 月 %-d 日 %H:%M}",
        "code": code,
        "rows": typed_rows(found, draft.answers, form),
        "portal": settings.PORTAL_NAME,
        "demo": settings.DEMO,
    }
    moment = now.astimezone(UTC).replace(microsecond=0)
    return typeset((SOURCES / "filled.typ").read_bytes(), data, address=code, moment=moment, name=f"sheet {draft.pk}")


def pad(block: ReceiptBlock) -> bytes:
    """PDF/A-2b of a pad for an outage, a page a number: to be filled in by hand, the lower part for the applicant."""
    data: dict[str, Any] = {
        "hall": block.hall.name,
        "rows": [{"number": row.number, "code": row.query_code} for row in block.receipts.order_by("number")],
        "address": f"{settings.SITE_URL}{reverse('query')}",
        "portal": settings.PORTAL_NAME,
        "demo": settings.DEMO,
    }
    moment = block.issued_at.astimezone(UTC).replace(microsecond=0)
    source = (SOURCES / "pad.typ").read_bytes()
    return typeset(source, data, address=data["address"], moment=moment, name=f"pad {block.pk}")
