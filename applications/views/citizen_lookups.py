"""What is asked elsewhere for a draft: exempt papers from their issuer, the words on a photo of a certificate."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.forms.merged import in_words
from applications.models import MaterialFile
from applications.operations import drafting, reading, sharing
from applications.states import FetchState
from applications.views.citizen_door import own_draft
from applications.views.citizen_materials import act_on, answer
from applications.views.door import personal, posted, posted_number, status_of
from departments.middleware import ActorRequest
from foundation.errors import Refused
from matters.plan import scheme


@personal
@require_safe
def paper(request: ActorRequest, draft_id: UUID, material: str) -> HttpResponse:
    """One paper as it is now; the page asks for it while something is being fetched or read."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("track", draft.application.number)
    return answer(request, draft, material[:80], [], 200)


@personal
@require_POST
def fetch(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Ask for one exempt paper where it was issued; the tick of the consent comes with it."""
    code, consent = posted(request, "material", 80), request.POST.get("consent") == "yes"
    return act_on(
        request,
        draft_id,
        lambda draft: sharing.fetch(actor=request.actor, draft_id=draft, material_code=code, consent=consent),
    )


@personal
@require_POST
def read(request: ActorRequest, draft_id: UUID) -> HttpResponse:
    """Have a photo of a certificate read."""
    file_id = posted_number(request, "file")
    return act_on(request, draft_id, lambda draft: reading.ask(actor=request.actor, draft_id=draft, file_id=file_id))


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: ActorRequest, draft_id: UUID, file: int) -> HttpResponse:
    """What was read, field by field beside what the form holds; what is ticked goes into the form."""
    draft = own_draft(request, draft_id)
    if draft.application is not None:
        return redirect("track", draft.application.number)
    row = draft.files.select_related("reading", "file").filter(reading__state=FetchState.FOUND, pk=file).first()
    if row is None:
        raise Http404("没有读出来的内容")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            codes = request.POST.getlist("field")[:50]
            version = posted_number(request, "version")
            reading.confirm(actor=request.actor, draft_id=draft.pk, file_id=file, version=version, codes=codes)
            return redirect(f"{reverse('draft-materials', args=[draft.pk])}#m-{row.material_code}")
        except MaterialFile.DoesNotExist:
            raise Http404("没有读出来的内容") from None
        except Refused as found:
            refusal, draft = found, own_draft(request, draft_id)
    specs = drafting.plan_for(draft).fields
    rows = [
        (specs[code], value, in_words(specs[code], draft.form.get(code, "")), draft.form.get(code, "") in ("", value))
        for code, value in reading.suggested(draft, row.reading).items()
    ]
    plan = scheme(drafting.plan_for(draft), draft.answers).plan
    context = {"draft": draft, "plan": plan, "row": row, "rows": rows, "refusal": refusal}
    status = status_of(refusal) if refusal else 200
    return render(request, "applications/citizen/reading.html", context, status=status)
