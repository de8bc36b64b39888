"""差评整改 for the supervisor: what is to be verified, fixed, called back, with its day; and how it was done in time."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from applications import ratings as figures
from applications.models import Repair
from applications.operations import repairing
from applications.paging import page_of
from applications.views.door import MAX_ID, answered, posted, posted_number, status_of
from applications.views.staff_door import supervisor_only
from departments.middleware import ActorRequest
from foundation.errors import Refused

PAGE_SIZE, DONE = 30, 30


@supervisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def repairs(request: ActorRequest) -> HttpResponse:
    """`/supervise/ratings/`: each open repair with the one step that comes next; POST does that step."""
    at = min(posted_number(request, "repair"), MAX_ID)
    try:
        refusal = answered(request, lambda: _act(request, at), "supervise-ratings")
    except Repair.DoesNotExist:
        raise Http404("没有这一条") from None
    if isinstance(refusal, HttpResponse):
        return refusal
    page = page_of(repairing.open_repairs(), "id", request.GET.dict(), PAGE_SIZE)
    context = {
        "rows": [_row(one) for one in page.rows],
        "page": page,
        "done": Repair.objects.exclude(closed_at=None).select_related("rating").order_by("-closed_at")[:DONE],
        "today": timezone.localdate(),
        "at": at,
        "typed": {name: posted(request, name, repairing.LONGEST) for name in ("finding", "reply", "words")},
        "refusal": refusal,
        "fault": {refusal.field or "page": refusal.message} if refusal else {},
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/supervisor/ratings.html", context, status=status)


def _row(one: Repair) -> tuple[Repair, list[str], bool]:
    return one, [figures.REASONS[code] for code in one.rating.reasons], figures.may_write(one.calls)


def _act(request: ActorRequest, pk: int) -> str:
    act, actor = request.POST.get("act", ""), request.actor
    if act in ("founded", "complicated", "unfounded"):
        finding = posted(request, "finding", repairing.LONGEST)
        found = repairing.verify(
            actor=actor, pk=pk, founded=act != "unfounded", complicated=act == "complicated", finding=finding
        )
        return "核实好了，等整改" if found.founded else "核实不成立，结束了"
    if act == "fix":
        repairing.fix(actor=actor, pk=pk, reply=posted(request, "reply", repairing.LONGEST))
        return "整改记下了，答复已公开"
    if act in ("reached", "missed"):
        repairing.call_back(actor=actor, pk=pk, reached=act == "reached", words=posted(request, "words", 300))
        return "回访好了" if act == "reached" else "记下了，没有打通"
    if act == "write":
        repairing.answer_in_writing(actor=actor, pk=pk)
        return "书面答复了，结束"
    raise Refused("请选要做什么。")
