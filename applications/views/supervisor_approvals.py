"""报批: what waits for a supervisor's word, what was said, and how often each department asks."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.models import Application, Approval, Task
from applications.operations import approving, county_head
from applications.views.door import MAX_ID, posted, posted_number, status_of
from applications.views.files import serve
from applications.views.staff_door import supervisor_only
from applications.views.supervisor import case_page
from departments.middleware import ActorRequest
from foundation.errors import Refused

SHOWN = 100
ANSWERED = 50


@supervisor_only
@require_http_methods(["GET", "HEAD", "POST"])
def approvals(request: ActorRequest) -> HttpResponse:
    """`/supervise/approvals/`: the oldest first; POST answers one."""
    if request.method != "POST":
        return _page(request)
    pk = posted_number(request, "approval")
    try:
        answered = approving.answer_approval(
            actor=request.actor,
            approval_id=pk,
            approve=request.POST.get("say") == "yes",
            note=posted(request, "note", 300),
        )
    except Approval.DoesNotExist:
        raise Http404("没有这一件报批") from None
    except Refused as refusal:
        return _page(request, refusal, pk)
    messages.success(request, "批准了，通知马上发给申请人" if answered.approved else "没有批准，报的人会看到")
    return redirect("supervise-approvals")


@supervisor_only
@require_safe
def proof(request: ActorRequest, approval: int) -> HttpResponse:
    """The paper that the window saw: a death, a dissolution."""
    row = Approval.objects.exclude(proof=None).select_related("proof").filter(pk=min(approval, MAX_ID)).first()
    if row is None or row.proof is None or not row.proof.may_leave:
        raise Http404("没有这份证明")
    return serve(row.proof)


@supervisor_only
@require_POST
def extend(request: ActorRequest, number: str) -> HttpResponse:
    """`/supervise/<n>/extend/`: the head of the county agreed to more days for what several departments do together."""
    try:
        county_head.extend_joint(
            actor=request.actor,
            number=number,
            days=posted_number(request, "joint_days"),
            head=posted(request, "head", 120),
            reason=posted(request, "joint_reason", 500),
        )
    except Application.DoesNotExist:
        raise Http404("没有这一件") from None
    except Refused as refusal:
        return case_page(request, number, refusal)
    messages.success(request, "记下了，告知书马上生成，送达申请人")
    return redirect("supervise-case", number)


def _page(request: ActorRequest, refusal: Refused | None = None, refused: int = 0) -> HttpResponse:
    rows = list(approving.waiting()[:SHOWN])
    items = _items(rows)
    answered = approving.supervised().exclude(approved=None).select_related("application__matter", "task", "department")
    context = {
        "rows": [(row, items[row.pk]) for row in rows],
        "answered": answered.defer("application__form", "answer").order_by("-decided_at")[:ANSWERED],
        "counts": _counts(),
        "year": timezone.localdate().year,
        "refusal": refusal,
        "refused": refused,
        "note": posted(request, "note", 300),
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/supervisor/approvals.html", context, status=status)


def _items(rows: list[Approval]) -> dict[int, list[Task]]:
    """The items each is about, with where they stand now, by approval. One query for all."""
    cases: dict[int, list[Task]] = {row.application_id: [] for row in rows}
    for task in Task.objects.filter(application__in=cases).select_related("department").order_by("position"):
        cases[task.application_id].append(task)
    return {
        row.pk: [
            task
            for task in cases[row.application_id]
            if (task.pk == row.task_id if row.task_id else task.item_code in row.item_codes)
        ]
        for row in rows
    }


def _counts() -> list[dict[str, Any]]:
    """Per asking department, of this year: asked and agreed, by kind. The window's own come last."""
    supplement, revoke, replace = (Q(kind=kind) for kind in (Approval.SUPPLEMENT, Approval.REVOKE, Approval.REPLACE))
    rows = (
        approving.supervised()
        .filter(asked_at__year=timezone.localdate().year)
        .values("department__short_name")
        .annotate(
            supplements=Count("pk", filter=supplement),
            supplements_agreed=Count("pk", filter=supplement & Q(approved=True)),
            revokes=Count("pk", filter=revoke),
            revokes_agreed=Count("pk", filter=revoke & Q(approved=True)),
            replaces=Count("pk", filter=replace),
            replaces_agreed=Count("pk", filter=replace & Q(approved=True)),
        )
    )
    return sorted(
        map(dict, rows), key=lambda row: (row["department__short_name"] is None, -row["supplements"], -row["revokes"])
    )
