"""Signing in by a code sent to a phone; the first time it is the registration too."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.sign_in import SignInForm
from accounts.models import PhoneCode, Purpose
from accounts.operations.signing import account_of_phone
from accounts.views.code_step import Step, answered, begin, code_page
from accounts.views.going_on import next_of, onward
from foundation.errors import Refused
from foundation.notices.adapters import DEMO_MESSAGES

BACKEND = "django.contrib.auth.backends.ModelBackend"


def _with_next(name: str, target: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': target})}" if target else "")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """`/sign-in/code/`: POST a number, get a code. A link to it leads to the form."""
    target = next_of(request)
    if request.method != "POST":
        return HttpResponseRedirect(_with_next("sign-in", target))
    phone = request.POST.get("phone", "").replace("\x00", "")[:40]
    try:
        begin(request, Purpose.SIGN_IN, phone)
    except Refused as refusal:
        context = {"form": SignInForm(request), "next": target, "phone": phone, "phone_refusal": refusal}
        return answered(refusal, render(request, "accounts/sign_in.html", context))
    return HttpResponseRedirect(_with_next("sign-in-code-enter", target))


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """`/sign-in/code/enter/`: the code. Right: signed in with a fresh session, the first time on to the real name."""

    def done(proved: PhoneCode) -> HttpResponse:
        user, fresh = account_of_phone(phone=proved.phone)
        target = onward(request)
        login(request, user, backend=BACKEND)
        if not fresh:
            return HttpResponseRedirect(target)
        messages.success(request, "注册好了。填一次姓名和证件，以后办事不用再填。")
        return HttpResponseRedirect(_with_next("real-name", next_of(request)))

    back = _with_next("sign-in", next_of(request))
    return code_page(request, Step(Purpose.SIGN_IN, "填验证码", "登录", back), done)


@never_cache
@require_safe
def demo_messages(request: HttpRequest) -> HttpResponse:
    """`/sign-in/demo-sms/`: what the console adapter did not send. Exists in the demonstration alone."""
    if not settings.DEMO:
        raise Http404("no demonstration")
    return render(request, "accounts/demo_sms.html", {"found": cache.get(DEMO_MESSAGES, [])})
