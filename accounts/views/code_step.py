"""The page on which a code is typed, whatever it is for. Works without scripts."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.models import PhoneCode, Purpose, User
from accounts.operations.codes import MINUTES, TooSoon, check_code, seconds_to_resend, send_code
from accounts.throttle import client_address
from accounts.views.going_on import next_of
from foundation.errors import Conflict, Refused
from foundation.masking import mask_phone


@dataclass(frozen=True)
class Step:
    """What the page says, and where its way back leads."""

    purpose: Purpose
    title: str
    button: str
    back_url: str


def begin(request: HttpRequest, purpose: Purpose, phone: str, user: User | None = None) -> None:
    """Send a code and remember in the session which one this browser asked for. Raises what `send_code` raises."""
    row = send_code(purpose=purpose, phone=phone, address=client_address(request), user=user)
    request.session[_key(purpose)] = str(row.pk)


def code_page(
    request: HttpRequest, step: Step, done: Callable[[PhoneCode], HttpResponse], user: User | None = None
) -> HttpResponse:
    """Show the page, send another code, or check what was typed and answer `done`, which may refuse as well."""
    pk = request.session.get(_key(step.purpose))
    row = PhoneCode.objects.filter(pk=pk, purpose=step.purpose, user=user, used_at=None).first() if pk else None
    if row is None:
        return HttpResponseRedirect(step.back_url)
    if request.method != "POST":
        return _page(request, step, row)
    try:
        if "again" in request.POST:
            begin(request, step.purpose, row.phone, user)
            return HttpResponseRedirect(request.get_full_path())
        typed = request.POST.get("code", "")[:20]
        address = client_address(request)
        return done(check_code(code_id=str(row.pk), purpose=step.purpose, typed=typed, address=address, user=user))
    except Refused as refusal:
        return answered(refusal, _page(request, step, row, refusal))


def answered(refusal: Refused, response: HttpResponse) -> HttpResponse:
    """422 for what was typed, 409 where somebody else has it, 429 with the seconds for what came too early."""
    response.status_code = 409 if isinstance(refusal, Conflict) else 422
    if isinstance(refusal, TooSoon):
        response.status_code = 429
        response["Retry-After"] = str(refusal.seconds)
    return response


def _page(request: HttpRequest, step: Step, row: PhoneCode, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "step": step,
        "phone": mask_phone(row.phone),
        "minutes": MINUTES,
        "wait": seconds_to_resend(row),
        "next": next_of(request),
        "refusal": refusal,
    }
    return render(request, "accounts/code.html", context)


def _key(purpose: Purpose) -> str:
    return f"phone-code:{purpose}"
