"""我的数据: what is held about oneself, where to put it right, and a copy to take away (《个人信息保护法》第四十四至四十六条)."""

import json
import time

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.views.me import REVEALED
from applications.looked import looked_at_person
from applications.models import Application, Draft
from applications.own_data import copy_of
from applications.views.door import personal
from departments.middleware import ActorRequest


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: ActorRequest) -> HttpResponse:
    """The page; POST gives the copy, once the person has proved again who they are in the last five minutes."""
    proved = request.session.get(REVEALED, 0) > time.time()
    if request.method == "POST" and proved:
        body = json.dumps(copy_of(request.actor), ensure_ascii=False, indent=1)
        response = HttpResponse(body, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="my-data-{timezone.localdate():%Y%m%d}.json"'
        return response
    context = {
        "proved": proved,
        "cases": Application.objects.of_person(request.actor).count(),
        "looked": looked_at_person(request.actor),
        "drafts": Draft.objects.filter(owner_id=request.actor.user_id, application=None).count(),
    }
    status = 403 if request.method == "POST" else 200
    return render(request, "applications/citizen/own_data.html", context, status=status)
