"""上报省办件库: how many records went, and which did not, with the reason and the case to put it right in."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications import library
from applications.models import LibraryRecord
from applications.operations import reporting
from applications.paging import page_of
from applications.views.staff_door import supervisor_only
from departments.middleware import ActorRequest

PAGE_SIZE = 50


@supervisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def uploads(request: ActorRequest) -> HttpResponse:
    """`/supervise/library/`: figures, the open records page by page; POST sends them again now."""
    if request.method == "POST":
        count = reporting.upload_again(actor=request.actor)
        messages.success(request, f"{count} 件重新检查、上报，过一会儿看结果")
        return redirect("supervise-library")
    counts = dict(LibraryRecord.objects.order_by().values_list("state").annotate(Count("pk")))
    left = LibraryRecord.objects.filter(state__in=LibraryRecord.OPEN).select_related("application__matter")
    context = {
        "figures": [(word, counts.get(state, 0), state) for state, word in LibraryRecord.STATES],
        "page": page_of(left.defer("application__form"), "checked_at", request.GET.dict(), PAGE_SIZE),
        "available": library.available(),
        "demo": library.is_demo(),
    }
    return render(request, "applications/supervisor/library.html", context)
