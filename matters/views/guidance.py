"""口径 for whoever uses them: the library, what stands beside a case, one question with its history, 这条不对."""

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from departments.doors import MAX_ID, View, by_htmx, posted, posted_number, signed_in_with, status_of
from departments.middleware import ActorRequest
from departments.models import Department
from foundation.errors import Refused
from matters import guidance as reads
from matters.models import Guidance, GuidanceDoubt, GuidanceVersion, Matter
from matters.models.guidance import SAID
from matters.operations import guidance as acts

CODES_READ, TEXT_READ = 120, 60


def staff_only(view: View) -> View:
    """Everybody who holds a post; the public reads what is public on the guides."""
    return signed_in_with(lambda actor: actor.staff, view, "guidance")


def plain(query: QueryDict, name: str) -> str:
    """A text of the query without NUL, cut. Never raises."""
    return query.get(name, "").replace("\x00", "").strip()[:TEXT_READ]


def _codes(query: QueryDict, name: str) -> list[str]:
    return [code.replace("\x00", "")[:80] for code in query.getlist(name)[:CODES_READ]]


@staff_only
@require_safe
def library(request: ActorRequest) -> HttpResponse:
    """`?q=` searched as the catalogue is, `?matter=` and `?department=` narrow; only what is said today."""
    text, matter, department = (plain(request.GET, name) for name in ("q", "matter", "department"))
    today = timezone.localdate()
    context = {
        "entries": reads.library(request.actor, today, text=text, matter=matter, department=department),
        "text": text,
        "matter": matter,
        "department": department,
        "matters": Matter.objects.order_by("number").values_list("code", "name"),
        "departments": Department.objects.filter(guidance__isnull=False).distinct().order_by("short_name"),
        "keeps": reads.keeps(request.actor),
    }
    return render(request, "matters/guidance/library.html", context)


@staff_only
@require_safe
def beside(request: ActorRequest) -> HttpResponse:
    """The piece beside a case: `?matter=`, `?item=`, `?material=` of it; with `?q=` a search of the whole library."""
    today, text = timezone.localdate(), plain(request.GET, "q")
    if text:
        found = reads.library(request.actor, today, text=text, matter="", department="")
        rows = [entry.version for entry in found[: reads.BESIDE]]
    else:
        items, materials = _codes(request.GET, "item"), _codes(request.GET, "material")
        rows = reads.beside(request.actor, today, plain(request.GET, "matter"), items, materials)
    return render(request, "matters/guidance/_beside.html", {"rows": rows, "text": text})


@staff_only
@require_safe
def entry(request: ActorRequest, guidance: int) -> HttpResponse:
    """One question: what is said today, every version with who wrote and who confirmed it, every doubt with its answer."""
    return show_entry(request, guidance)


def show_entry(
    request: ActorRequest, pk: int, *, refusal: Refused | None = None, act: str = "", about: int = 0
) -> HttpResponse:
    """The page; a refusal stands beside the act `act` (of the version or doubt `about`) with what was typed."""
    found = Guidance.objects.select_related("department", "withdrawn_by").filter(pk=min(pk, MAX_ID)).first()
    if found is None:
        raise Http404("没有这条口径")
    today, keeper = timezone.localdate(), acts.may_keep(request.actor, found.department_id)
    versions = list(found.versions.select_related("author", "settled_by"))
    if not keeper:
        versions = [version for version in versions if version.state in SAID]
    if not versions:
        raise Http404("没有这条口径")
    current = GuidanceVersion.objects.current(today).filter(guidance=found).first()
    doubts = GuidanceDoubt.objects.filter(version__guidance=found).select_related("version", "by", "answered_by")
    context = {
        "guidance": found,
        "entry": reads.entry_of(current or versions[0]),
        "current": current,
        "expired": current is not None and current.valid_until < today,
        "versions": versions,
        "doubts": doubts.order_by("-id")[:50],
        "keeper": keeper,
        "today": today,
        "refusal": refusal,
        "act": act,
        "about": about,
        "typed": request.POST,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "matters/guidance/entry.html", context, status=status)


@staff_only
@require_POST
def doubt(request: ActorRequest, guidance: int) -> HttpResponse:
    """这条不对, with or without words; htmx gets the line that takes the form's place."""
    if guidance > MAX_ID or not Guidance.objects.filter(pk=guidance).exists():
        raise Http404("没有这条口径")
    version = posted_number(request, "version")
    try:
        said = acts.doubt_guidance(actor=request.actor, version=version, text=posted(request, "text", 600))
    except Refused as refusal:
        if by_htmx(request):
            context = {"refusal": refusal, "pk": guidance, "version": version, "typed": posted(request, "text", 600)}
            return render(request, "matters/guidance/_doubt.html", context, status=status_of(refusal))
        return show_entry(request, guidance, refusal=refusal, act="doubt")
    if by_htmx(request):
        return render(request, "matters/guidance/_doubt.html", {"said": said})
    messages.success(request, f"已经转给{said.version.guidance.department}。")
    return redirect("guidance-entry", guidance)
