"""我的单位: the companies somebody stands for. A code that is known already opens nothing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Mandate, Organisation, Person
from accounts.operations.entrusting import declare_organisation
from accounts.views.code_step import answered
from accounts.views.me import posted, user_of
from foundation.errors import Refused


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """`/me/organisations/`: those one represents or acts for; POST adds one as its legal representative."""
    person = Person.objects.filter(user=user_of(request)).first()
    if request.method != "POST":
        return _page(request, person)
    typed = {name: posted(request, name) for name in ("name", "uscc")}
    try:
        if person is None:
            raise Refused("请先登记您自己的姓名和证件", "name")
        found = declare_organisation(by=person, **typed)
    except Refused as refusal:
        return answered(refusal, _page(request, person, typed=typed, refusal=refusal))
    messages.success(request, f"添加了{found.name}。第一次到窗口时，请带营业执照核对一下。")
    return HttpResponseRedirect(reverse("my-organisations"))


def _page(request: HttpRequest, person: Person | None, **more: Any) -> HttpResponse:
    own = Organisation.objects.filter(legal_representative=person).order_by("name") if person else []
    held = Mandate.objects.in_force(timezone.localdate()).held_by(person.pk if person else None)
    held = held.exclude(organisation=None).select_related("organisation").order_by("organisation__name")
    return render(request, "accounts/organisations.html", {"person": person, "own": own, "held": held, **more})
