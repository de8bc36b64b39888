"""取号机: one screen with large buttons in the hall. It shows no personal data, and works without scripts."""

import segno
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from departments.access import VISITOR
from departments.doors import posted, status_of
from departments.middleware import ActorRequest
from departments.models import Counter
from foundation.errors import NotAllowed, Refused
from visits.models import HallQueue
from visits.operations.kiosks import is_kiosk
from visits.operations.tickets import check_in, take_ticket
from visits.views.door import queue_or_404
from visits.views.ticket import find_ticket, place

COOKIE = "kiosk"
A_YEAR = 365 * 24 * 3600


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: ActorRequest, hall: str) -> HttpResponse:
    """The buttons; POST takes a ticket (`take`: ordinary, advice, priority or topic) or checks a `code` in.

    Its key alone lets it, whoever is signed in; a browser that is no kiosk says so and is refused.
    """
    queue = queue_or_404(hall)
    if request.method != "POST":
        return _page(request, queue)
    key = request.COOKIES.get(COOKIE, "")
    wish = posted(request, "take", 12)
    try:
        if wish == "code":
            made = check_in(actor=VISITOR, hall=hall, kiosk=key, code=posted(request, "code", 20))
        else:
            made = take_ticket(
                actor=VISITOR,
                hall=hall,
                kiosk=key,
                priority=wish == "priority",
                advice=wish == "advice",
                topic=posted(request, "topic", 60) if wish == "topic" else "",
            )
    except Refused as refusal:
        return _page(request, queue, refusal)
    return redirect("kiosk-ticket", hall, made.token)


@never_cache
@require_safe
def taken(request: ActorRequest, hall: str, ticket: str) -> HttpResponse:
    """The number, a QR code that leads to its page on a phone, and back to the buttons after a while."""
    found = find_ticket(ticket)
    if found.hall_id != hall:
        raise Http404("没有这个号")
    address = settings.SITE_URL + reverse("ticket", args=[found.token])
    code = segno.make(address, error="m").svg_data_uri(border=2, scale=6)
    return render(
        request, "visits/kiosk_ticket.html", {"hall": found.hall, "ticket": found, "qr": code, **place(found)}
    )


def _page(request: ActorRequest, queue: HallQueue, refusal: Refused | None = None) -> HttpResponse:
    topics = Counter.objects.filter(hall_id=queue.hall_id).exclude(handles="").order_by("pk")
    allowed = is_kiosk(request.COOKIES.get(COOKIE, ""), queue)
    context = {
        "hall": queue.hall,
        "topics": list(dict.fromkeys(topics.values_list("handles", flat=True))),
        "allowed": allowed,
        "refusal": None if isinstance(refusal, NotAllowed) else refusal,
        "typed": request.POST.get("code", "")[:20],
    }
    return render(request, "visits/kiosk.html", context, status=status_of(refusal) if refusal else 200)
