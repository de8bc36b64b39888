"""请给我回电话: the page where one leaves a number, and the list that the windows call from."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.throttle import client_address
from departments.doors import posted, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.models import Matter
from visits.models import Callback
from visits.operations.callbacks import MOST_TRIES, ask_for_call, say_called, waiting_calls
from visits.views.door import clerk_only

MAX_ID = 2**63 - 1
SHOWN = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """`/visits/call-me/`: a number, and what it is about; `?matter=` from a guide."""
    code = (request.POST if request.method == "POST" else request.GET).get("matter", "").replace("\x00", "")[:80]
    matter = Matter.objects.filter(pk=code).first() if code else None
    phone, refusal, promised = request.POST.get("phone", "").replace("\x00", "")[:40], None, None
    if request.method == "POST":
        try:
            promised = ask_for_call(phone=phone, matter=matter.pk if matter else "", address=client_address(request))
        except Refused as caught:
            refusal = caught
    context = {"matter": matter, "phone": phone, "refusal": refusal, "promised": promised}
    return render(request, "visits/call_me.html", context, status=status_of(refusal) if refusal else 200)


@clerk_only
@require_http_methods(["GET", "HEAD", "POST"])
def calls(request: ActorRequest) -> HttpResponse:
    """Who wants to be called; POST says how a call went."""
    refusal: Refused | None = None
    if request.method == "POST":
        pk = request.POST.get("callback", "")
        answered = request.POST.get("said") == "answered"
        try:
            said = say_called(
                actor=request.actor,
                callback_id=int(pk) if pk.isascii() and pk.isdigit() and int(pk) <= MAX_ID else 0,
                answered=answered,
                note=posted(request, "note", 200),
            )
        except Callback.DoesNotExist:
            raise Http404("没有这个电话") from None
        except Refused as caught:
            refusal = caught
        else:
            left = f"还可以再打 {MOST_TRIES - said.tries} 次。" if said.state == Callback.WAITING else "不用再打了。"
            messages.success(request, "记下了。" if answered else f"记下了，没打通，{left}")
            return redirect("window-calls")
    rows: QuerySet[Callback] = waiting_calls()[:SHOWN]
    over = Callback.objects.exclude(state=Callback.WAITING).select_related("matter").order_by("-called_at")[:10]
    context = {"rows": rows, "over": over, "today": timezone.localdate(), "refusal": refusal}
    return render(request, "visits/calls_to_make.html", context, status=status_of(refusal) if refusal else 200)
