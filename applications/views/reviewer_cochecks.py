"""收件会审: the department reads what was handed in and says, before the one notice goes out, what has to be put right."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from applications.dossier import show_value
from applications.models import CoCheck
from applications.operations import cochecking
from applications.views.door import MAX_ID, posted, status_of
from applications.views.staff_door import reviewer_only
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.published import plan_of

SHOWN = 200


@reviewer_only
@require_safe
def cochecks(request: ActorRequest) -> HttpResponse:
    """What the own departments are asked for now, the nearest day first."""
    rows = list(cochecking.waiting_for(request.actor)[:SHOWN])
    return render(request, "applications/reviewer/cochecks.html", {"rows": rows})


@reviewer_only
@require_http_methods(["GET", "HEAD", "POST"])
def cocheck(request: ActorRequest, check: int) -> HttpResponse:
    """One case: papers and fields of the own items, a line to write beside each; POST says it, once."""
    found = _own(request, check)
    if request.method != "POST":
        return _page(request, found)
    asks = [] if request.POST.get("none") else asks_posted(request)
    try:
        if not asks and not request.POST.get("none"):
            raise Refused("哪一份、哪一栏要补，就在它旁边写；都不用补，请点“没有要补的”。", "asks")
        said = cochecking.answer(actor=request.actor, check_id=found.pk, asks=asks)
    except Refused as refusal:
        return _page(request, _own(request, check), refusal)
    told = f"提了 {len(said.asks)} 处，会并在一张补正告知书里。" if said.asks else "答复了：没有要补的。"
    messages.success(request, told)
    return redirect("cochecks")


def _own(request: ActorRequest, pk: int) -> CoCheck:
    related = ("application__matter", "application__applicant", "department")
    rows = CoCheck.objects.filter(department_id__in=request.actor.departments).select_related(*related)
    found = rows.filter(pk=min(pk, MAX_ID)).first()
    if found is None:
        raise Http404("没有这一件")
    return found


def asks_posted(request: ActorRequest) -> list[dict[str, str]]:
    """Lines that were written: `m.<paper>` and `f.<field>`."""
    kinds = {"m.": "material", "f.": "field"}
    written = [(name, posted(request, name, 300)) for name in request.POST if name[:2] in kinds]
    return [{kinds[name[:2]]: name[2:], "text": text} for name, text in written if text]


def _page(request: ActorRequest, found: CoCheck, refusal: Refused | None = None) -> HttpResponse:
    case = found.application
    papers, fields = cochecking.targets(case, found.department_id)
    specs = plan_of(case.revision_id).fields
    files: dict[str, list[Any]] = {}
    for file in case.files.filter(material_code__in=papers).select_related("file"):
        files.setdefault(file.material_code, []).append(file)
    context = {
        "check": found,
        "case": case,
        "papers": [
            (f"m.{code}", name, files.get(code, []), posted(request, f"m.{code}", 300)) for code, name in papers.items()
        ],
        "fields": [
            (f"f.{code}", label, show_value(specs[code], case.form.get(code)), posted(request, f"f.{code}", 300))
            for code, label in fields.items()
        ],
        "said": [(_name(ask, papers, fields), ask["text"]) for ask in found.asks],
        "open": found in cochecking.waiting_for(request.actor),
        "refusal": refusal,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/reviewer/cocheck.html", context, status=status)


def _name(ask: dict[str, str], papers: dict[str, str], fields: dict[str, str]) -> str:
    return papers.get(ask.get("material", ""), "") or fields.get(ask.get("field", ""), "")
