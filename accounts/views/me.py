"""我的信息: what the county knows about a person, masked; full only after the password or a code."""

import time
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import throttle
from accounts.models import IdType, Person, PhoneCode, Purpose, User
from accounts.operations.profile import change_phone, declare_real_name, set_address
from accounts.throttle import client_address
from accounts.views.code_step import Step, answered, begin, code_page
from accounts.views.going_on import next_of
from foundation.errors import Refused
from foundation.masking import mask_id_number, mask_phone

REVEALED = "revealed-until"
REVEALED_SECONDS = 300


def user_of(request: HttpRequest) -> User:
    return cast(User, request.user)


def posted(request: HttpRequest, name: str, longest: int = 300) -> str:
    return request.POST.get(name, "").replace("\x00", "").strip()[:longest]


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """`/me/`: the page; POST keeps the address."""
    if request.method != "POST":
        return _profile(request)
    if not Person.objects.filter(user=user_of(request)).exists():
        return HttpResponseRedirect(reverse("real-name"))
    try:
        set_address(user=user_of(request), address=posted(request, "address"))
    except Refused as refusal:
        return answered(refusal, _profile(request, refusal))
    messages.success(request, "地址记下了。")
    return HttpResponseRedirect(reverse("me"))


def _profile(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    user = user_of(request)
    person = Person.objects.filter(user=user).first()
    full = request.session.get(REVEALED, 0) > time.time()
    context: dict[str, Any] = {"person": person, "full": full, "refusal": refusal}
    if person is not None:
        context |= {
            "id_number": person.id_number if full else mask_id_number(person.id_number),
            "phone": person.phone if full else mask_phone(person.phone),
            "address": posted(request, "address") if refusal else person.address,
        }
    context["has_password"] = user.has_usable_password()
    context["sign_in_phone"] = user.phone if full else mask_phone(user.phone)
    return render(request, "accounts/me.html", context)


@never_cache
@login_required
@sensitive_post_parameters("id_number")
@require_http_methods(["GET", "HEAD", "POST"])
def real_name(request: HttpRequest) -> HttpResponse:
    """`/me/real-name/`: name and paper of identity, once; then on to where the person wanted to go."""
    onward = next_of(request) or reverse("me")
    typed = {name: posted(request, name) for name in ("name", "id_type", "id_number", "address")}
    known = Person.objects.filter(user=user_of(request)).exists()
    context = {"typed": typed, "types": IdType.choices, "next": next_of(request), "known": known}
    if request.method != "POST":
        return render(request, "accounts/real_name.html", context)
    try:
        if not request.POST.get("mine"):
            raise Refused("请核对后勾选“这是我本人的证件”", "mine")
        declare_real_name(user=user_of(request), **typed)
    except Refused as refusal:
        return answered(refusal, render(request, "accounts/real_name.html", context | {"refusal": refusal}))
    messages.success(request, "姓名和证件记下了，以后填表会自动带出。")
    return HttpResponseRedirect(onward)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """`/me/phone/`: the new number; a code goes to it."""
    typed = posted(request, "phone", 40)
    context = {"typed": typed, "current": mask_phone(user_of(request).phone)}
    if request.method != "POST":
        return render(request, "accounts/phone.html", context)
    try:
        begin(request, Purpose.NEW_PHONE, typed, user_of(request))
    except Refused as refusal:
        return answered(refusal, render(request, "accounts/phone.html", context | {"refusal": refusal}))
    return HttpResponseRedirect(reverse("me-phone-code"))


@never_cache
@login_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def phone_code(request: HttpRequest) -> HttpResponse:
    """`/me/phone/code/`: the code that came to the new number."""

    def done(proved: PhoneCode) -> HttpResponse:
        change_phone(user=user_of(request), phone=proved.phone)
        messages.success(request, "手机号码换好了。以后用新号码登录，通知也发到新号码。")
        return HttpResponseRedirect(reverse("me"))

    step = Step(Purpose.NEW_PHONE, "填新号码收到的验证码", "换成这个号码", reverse("me-phone"))
    return code_page(request, step, done, user_of(request))


@never_cache
@login_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def reveal(request: HttpRequest) -> HttpResponse:
    """`/me/reveal/`: the whole numbers for five minutes, after the password; or ask for a code."""
    user = user_of(request)
    if request.method != "POST":
        return _reveal(request)
    try:
        if "send" in request.POST:
            begin(request, Purpose.REVEAL, user.phone, user)
            return HttpResponseRedirect(reverse("me-reveal-code"))
        check_password(request, user, "password")
    except Refused as refusal:
        return answered(refusal, _reveal(request, refusal))
    return _revealed(request)


@never_cache
@login_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def reveal_code(request: HttpRequest) -> HttpResponse:
    """`/me/reveal/code/`: the code instead of the password."""
    step = Step(Purpose.REVEAL, "填验证码", "看完整的号码", reverse("me-reveal"))
    return code_page(request, step, lambda proved: _revealed(request), user_of(request))


def _reveal(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    user = user_of(request)
    context = {"refusal": refusal, "password": user.has_usable_password(), "phone": mask_phone(user.phone)}
    return render(request, "accounts/reveal.html", context)


def _revealed(request: HttpRequest) -> HttpResponse:
    request.session[REVEALED] = time.time() + REVEALED_SECONDS
    return HttpResponseRedirect(reverse("me"))


def check_password(request: HttpRequest, user: User, field: str) -> None:
    """Raises Refused for a wrong password in `field`. Counted with the tries of signing in: this is no second place to guess."""
    outcome = throttle.charge(user.username, client_address(request))
    if isinstance(outcome, throttle.Wait):
        raise Refused(f"试的次数太多了，请等\u00a0{outcome.seconds}\u00a0秒再试", field)
    if not user.check_password(request.POST.get(field, "")):
        raise Refused("密码不对，请再填一遍", field)
    throttle.refund(outcome)
