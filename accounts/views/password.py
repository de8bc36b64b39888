"""登录密码: set the first time after a code, changed with the old one, or with a code when it is forgotten."""

import time

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import PhoneCode, Purpose
from accounts.operations.signing import set_password
from accounts.views.code_step import Step, answered, begin, code_page
from accounts.views.me import check_password, user_of
from foundation.errors import Refused
from foundation.masking import mask_phone

PROVED = "password-proved-until"
PROVED_SECONDS = 600


@never_cache
@login_required
@sensitive_post_parameters("current", "password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """`/me/password/`: the new password twice, beside the old one unless a code was right within ten minutes."""
    user = user_of(request)
    if request.method != "POST":
        return _page(request)
    try:
        if "send" in request.POST:
            begin(request, Purpose.PASSWORD, user.phone, user)
            return HttpResponseRedirect(reverse("me-password-code"))
        if not _proved(request):
            if not user.has_usable_password():
                raise Refused("请先用短信验证码确认是您本人", "send")
            check_password(request, user, "current")
        set_password(user=user, password=request.POST.get("password", ""), again=request.POST.get("again", ""))
    except Refused as refusal:
        return answered(refusal, _page(request, refusal))
    update_session_auth_hash(request, user)
    request.session.pop(PROVED, None)
    messages.success(request, "密码设好了。别的设备上的登录都退出了，要用新密码或者验证码再登录。")
    return HttpResponseRedirect(reverse("me"))


@never_cache
@login_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """`/me/password/code/`: the code to the own phone, instead of the old password."""

    def done(proved: PhoneCode) -> HttpResponse:
        request.session[PROVED] = time.time() + PROVED_SECONDS
        return HttpResponseRedirect(reverse("me-password"))

    step = Step(Purpose.PASSWORD, "填验证码", "下一步，设密码", reverse("me-password"))
    return code_page(request, step, done, user_of(request))


def _proved(request: HttpRequest) -> bool:
    return bool(request.session.get(PROVED, 0) > time.time())


def _page(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    user = user_of(request)
    context = {
        "refusal": refusal,
        "proved": _proved(request),
        "has_password": user.has_usable_password(),
        "phone": mask_phone(user.phone),
    }
    return render(request, "accounts/password.html", context)
