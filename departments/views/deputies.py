"""`/deputies/`: 请同事代理 and 收回."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from departments.doors import posted, posted_number, signed_in_with, status_of
from departments.middleware import ActorRequest
from departments.models import Post
from departments.operations import deputies as operations
from foundation.errors import Refused


def _day(text: str) -> date:
    """A posted day; anything else is no day of any deputation."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


def _page(request: ActorRequest, refusal: Refused | None = None) -> HttpResponse:
    posts = list(operations.own_posts(request.actor))
    context = {
        "posts": [(post, list(operations.colleagues_of(request.actor, post.department_id or ""))) for post in posts],
        "running": operations.running(request.actor),
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
        "typed": request.POST,
        "today": timezone.localdate().isoformat(),
    }
    return render(request, "departments/deputies.html", context, status=status_of(refusal) if refusal else 200)


def _deputies(request: ActorRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request)
    try:
        if "end" in request.POST:
            operations.end_deputy(actor=request.actor, post_id=posted_number(request, "end"))
            messages.success(request, "已收回，从现在起不再代签")
            return redirect("deputies")
        post = operations.deputise(
            actor=request.actor,
            department=posted(request, "department", 50),
            to=posted_number(request, "colleague"),
            starts_on=_day(posted(request, "starts_on", 10)),
            ends_on=_day(posted(request, "ends_on", 10)),
        )
    except Post.DoesNotExist:
        raise Http404("没有这个代理") from None
    except Refused as refusal:
        return _page(request, refusal)
    messages.success(request, f"{post.user.name}可以代您签批了，代签的每一件都写明代谁签")
    return redirect("deputies")


deputies = signed_in_with(
    lambda actor: bool(actor.departments), require_http_methods(["GET", "HEAD", "POST"])(_deputies), "deputies"
)
