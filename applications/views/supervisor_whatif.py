"""督查 reads and tries other processes (流程推演): the same page as the editor's, with nothing to save."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from applications.views.staff_door import supervisor_only
from departments.middleware import ActorRequest
from matters.models import Matter, Revision
from matters.published import catalogue, plan_of
from matters.trying import answer, sent, to_link, tried


@supervisor_only
@require_safe
def whatif_list(request: ActorRequest) -> HttpResponse:
    """`/supervise/what-if/`: every matter that takes new cases, to be tried."""
    return render(request, "applications/supervisor/whatif_list.html", {"matters": catalogue()})


@supervisor_only
@require_safe
def whatif(request: ActorRequest, matter: str) -> HttpResponse:
    """`/supervise/what-if/<code>/`: series, today's and a changed plan side by side; the address holds the changes."""
    found = get_object_or_404(Matter, pk=matter)
    revision = Revision.objects.live().filter(matter=found).defer("plan").first()
    if revision is None:
        raise Http404("这件事还没有发布过")
    plan = plan_of(revision.pk)
    asked = sent(plan, request.GET)
    if led := to_link(request, asked):
        return led
    context = {"revision": revision} | tried(found, plan, asked, request.GET)
    return answer(request, "applications/supervisor/whatif.html", context)
