"""原件 of one case at the window: kept in a bag with a label, given back to the applicant."""

from typing import Any

import segno
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from applications.models import Application, Bundle, CaseMaterial
from applications.operations import custody
from applications.states import CASE_RUNNING
from applications.views.door import posted, status_of
from applications.views.window_door import case_or_404, clerk_only, desk_counts
from departments.middleware import ActorRequest
from foundation.errors import Refused

MOST = 100


def originals_of(found: Application) -> dict[str, Any]:
    """The bags of the case, and the papers whose original could still be kept. Four queries."""
    bundles = custody.bundles_of(found)
    held = {p.material_id for bundle in bundles for p in bundle.papers.all() if not p.returned}
    papers = CaseMaterial.objects.filter(application=found, submit__in=custody.TRAVELS, dropped_by=None)
    return {"bundles": bundles, "keepable": [row for row in papers if row.pk not in held]}


def custody_of(found: Application) -> dict[str, Any]:
    """Where its originals are, and whether they have to go back because the case is over (E3). Two queries at most."""
    bundles = custody.bundles_of(found)
    over = found.state not in CASE_RUNNING
    return {"bundles": bundles, "owed_back": over and any(one.returned_at is None for one in bundles)}


@clerk_only
@require_safe
def originals(request: ActorRequest, number: str) -> HttpResponse:
    """Where every original of the case is, and how it came there."""
    return _page(request, case_or_404(request, number))


@clerk_only
@require_POST
def keep(request: ActorRequest, number: str) -> HttpResponse:
    """收存: the ticked originals go into a new bag."""
    found = case_or_404(request, number)
    pieces = {}
    for code in request.POST.getlist("original")[:MOST]:
        typed = posted(request, f"pieces.{code}", 3) or "1"
        pieces[code.replace("\x00", "")[:80]] = int(typed) if typed.isascii() and typed.isdigit() else 0
    try:
        bundle = custody.keep_originals(actor=request.actor, number=found.number, pieces=pieces)
    except Refused as refusal:
        return _page(request, found, refusal, set(pieces))
    messages.success(
        request, f"收存了 {len(pieces)} 份原件，材料袋 {bundle.code}。打印袋签贴上，收存清单请申请人签字。"
    )
    return redirect("window-originals", found.number)


@clerk_only
@require_POST
def back(request: ActorRequest, number: str) -> HttpResponse:
    """退还: the bag goes back to the applicant."""
    found = case_or_404(request, number)
    try:
        bundle = custody.give_back(actor=request.actor, number=found.number, code=posted(request, "code", 20))
    except Refused as refusal:
        return _page(request, found, refusal)
    messages.success(request, f"{bundle.code} 已退还。退还清单打印出来请申请人签字。")
    return redirect("window-originals", found.number)


@clerk_only
@require_safe
def label(request: ActorRequest, number: str, code: str) -> HttpResponse:
    """袋签: the code as QR and in letters, to print and stick on the bag."""
    found = case_or_404(request, number)
    bundle = Bundle.objects.filter(application=found, code=code).prefetch_related("papers__material").first()
    if bundle is None:
        raise Http404("没有这一袋")
    # A full QR code: not every scanner reads the small kind that so short a text would otherwise become.
    picture = segno.make_qr(bundle.code, error="q").svg_data_uri(scale=6, border=2)
    return render(request, "applications/couriers/label.html", {"case": found, "bundle": bundle, "picture": picture})


def _page(
    request: ActorRequest, found: Application, refusal: Refused | None = None, ticked: set[str] | None = None
) -> HttpResponse:
    context = {
        "case": found,
        **originals_of(found),
        "refusal": refusal,
        "ticked": ticked or set(),
        "typed": request.POST,
        "hall": request.actor.hall,
        "counts": desk_counts(request),
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/window/originals.html", context, status=status)
