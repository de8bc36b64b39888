"""Proving a phone without an account: a code by text message, good for half an hour in this browser."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import PhoneCode, Purpose
from accounts.views.code_step import Step, answered, begin, code_page
from accounts.views.going_on import next_of
from foundation.errors import Refused

PROOF = "visit-proof"  # in the session: the id of the code that was typed rightly, never the phone
GOOD_FOR = timedelta(minutes=30)


def proved_phone(request: HttpRequest) -> str:
    """The phone that this browser proved within the last half hour, empty for none. A query where it proved one."""
    pk = request.session.get(PROOF)
    if not pk:
        return ""
    fresh = PhoneCode.objects.filter(pk=pk, purpose=Purpose.VISIT, used_at__gt=timezone.now() - GOOD_FOR).first()
    return fresh.phone if fresh else ""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """`/visits/phone/`: a number; POST sends a code. `next`: where it is needed."""
    if request.method != "POST":
        return _asking(request)
    phone = request.POST.get("phone", "").replace("\x00", "")[:40]
    try:
        begin(request, Purpose.VISIT, phone)
    except Refused as refusal:
        return answered(refusal, _asking(request, refusal, phone))
    return HttpResponseRedirect(_with_next("visit-code", request))


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """`/visits/code/`: the code; right, and this browser may book and see the bookings of that phone."""

    def done(proved: PhoneCode) -> HttpResponse:
        request.session[PROOF] = str(proved.pk)
        messages.success(request, "手机号码确认好了。")
        return HttpResponseRedirect(next_of(request) or reverse("visits"))

    step = Step(Purpose.VISIT, "填验证码", "确认", _with_next("visit-phone", request))
    return code_page(request, step, done)


def _asking(request: HttpRequest, refusal: Refused | None = None, phone: str = "") -> HttpResponse:
    context = {"next": next_of(request), "refusal": refusal, "phone": phone}
    return render(request, "visits/phone.html", context)


def _with_next(name: str, request: HttpRequest) -> str:
    target = next_of(request)
    return reverse(name) + (f"?{urlencode({'next': target})}" if target else "")
