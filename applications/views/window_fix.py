"""当场更正 at the window: one field of the form, shown as the applicant's own form shows it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from applications.forms.merged import read_values
from applications.operations import fixing
from applications.views.door import posted
from applications.views.window_case import case_page
from applications.views.window_door import case_or_404, clerk_only
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.published import plan_of


@clerk_only
@require_POST
def fix(request: ActorRequest, number: str) -> HttpResponse:
    """Store the new value; refused, the box keeps what was typed."""
    found = case_or_404(request, number)
    field = posted(request, "field", 80)
    values = read_values(plan_of(found.revision_id).fields, request.POST)
    try:
        done = fixing.fix_field(
            actor=request.actor,
            number=found.number,
            field=field,
            value=values.get(field, ""),
            signed="paper" if request.POST.get("signed") else "",
        )
    except Refused as refusal:
        return case_page(request, case_or_404(request, number), refusal=refusal, act="fix")
    messages.success(request, f"“{done.label}”更正好了，更正告知书正在生成，打印给申请人签字。")
    return redirect(f"{reverse('window-case', args=[found.number])}?tab=form#f-{field}")
