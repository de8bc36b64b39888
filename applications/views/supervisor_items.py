"""停办和移交: what is no longer decided, or decided by another department, in every case that runs."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from applications.models import ItemChange
from applications.operations import item_changes
from applications.views.door import posted, status_of
from applications.views.staff_door import supervisor_only
from departments.middleware import ActorRequest
from departments.models import Department
from foundation.errors import Refused

SHOWN = 50


@supervisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def items(request: ActorRequest) -> HttpResponse:
    """`/supervise/items/`: the items with how many cases run; POST orders one to end or to move, with its basis."""
    typed = {name: posted(request, name, 300) for name in ("item", "kind", "basis", "department")}
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            change = item_changes.change_item(
                actor=request.actor,
                item_code=typed["item"],
                kind=typed["kind"],
                basis=typed["basis"],
                department=typed["department"],
            )
        except Refused as found:
            refusal = found
        else:
            messages.success(
                request, f"已定：{change.item_name}{change.get_kind_display()}，{change.cases} 件随后一件件办"
            )
            return redirect("supervise-items")
    context = {
        "items": item_changes.running_items(),
        "departments": Department.objects.order_by("short_name"),
        "changes": ItemChange.objects.select_related("former", "department")[:SHOWN],
        "typed": typed,
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/supervisor/items.html", context, status=status)
