"""审管联动: what other departments granted, revoked or cancelled and this one supervises; signed for."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications.operations import oversight
from applications.paging import page_of
from applications.views.door import MAX_ID, status_of
from applications.views.staff_door import reviewer_only
from departments.middleware import ActorRequest
from foundation.errors import Refused

PAGE_SIZE, RECEIVED = 50, 50


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def oversights(request: ActorRequest) -> HttpResponse:
    """`/queue/oversight/`: to be signed for page by page, the nearest day first, then what was; POST signs for the ticked."""
    refusal: Refused | None = None
    if request.method == "POST":
        ticked = [int(pk) for pk in request.POST.getlist("row") if pk.isascii() and pk.isdigit() and int(pk) <= MAX_ID]
        try:
            count = oversight.receive_handed(actor=request.actor, ids=ticked)
        except Refused as found:
            refusal = found
        else:
            messages.success(request, f"签收了 {count} 件")
            return redirect("oversights")
    rows = oversight.handed_to(request.actor)
    waiting = rows.filter(received_at=None)
    page = page_of(waiting, "due", request.GET.dict(), PAGE_SIZE)
    context = {
        "rows": page.rows,
        "page": page,
        "count": waiting.count(),
        "received": rows.exclude(received_at=None).order_by("-received_at", "-id")[:RECEIVED],
        "today": timezone.localdate(),
        "refusal": refusal,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/oversights.html", context, status=status)
