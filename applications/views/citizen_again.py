"""再办一次: from the page of a case that was not granted whole to a draft that holds everything already."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from applications.operations.refiling import file_again
from applications.views.citizen_door import own_case
from applications.views.door import personal
from departments.middleware import ActorRequest
from foundation.errors import Refused


@personal
@require_POST
def again(request: ActorRequest, number: str) -> HttpResponse:
    """`/my/<n>/again/`: begin, or say on the case's page why not."""
    case = own_case(request, number)
    try:
        draft = file_again(actor=request.actor, number=case.number)
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("track", case.number)
    messages.success(request, "上一件的情形、内容和材料都带过来了，请改没有通过的地方")
    return redirect("draft-section", draft.pk, 1)
