"""办事指南 of a matter, from published plans alone; no sign-in."""

from functools import lru_cache

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from matters import guide as guides
from matters.drawn import KEPT, Answers, answers_of, drawn
from matters.guidance import Frequent, frequent
from matters.linked_data import government_service
from matters.published import NotPublished
from matters.versions import Edition, compared, current_edition, past_edition
from matters.views.answer import answer
from matters.where import Where, where
from matters.words import ResultKind

EARLIER = 6  # how many earlier revisions a guide leads to; each of them leads further back


@require_safe
def guide(request: HttpRequest, matter: str) -> HttpResponse:
    """办事指南 for the answers in the query string (`<question>=<choice>`); they change everything on the page.

    `v` is the version code of a print: the page then says whether it still holds.
    """
    try:
        current = current_edition(matter)
    except NotPublished as missing:
        raise Http404(missing.message) from None
    code = request.GET.get("v", "")[:40]
    printed = compared(matter, code, current) if code else None
    return _page(request, current, {"printed": printed, "current": current, "past": False})


@require_safe
def revision(request: HttpRequest, matter: str, number: int) -> HttpResponse:
    """历史版本: the guide as revision `number` has it, to read only. Also of a matter that takes no new cases."""
    try:
        current, shown = current_edition(matter), past_edition(matter, number)
    except NotPublished as missing:
        raise Http404(missing.message) from None
    return _page(request, shown, {"current": current, "past": True})


def _page(request: HttpRequest, edition: Edition, context: dict[str, object]) -> HttpResponse:
    answers = answers_of(edition, request.GET.dict())
    shown, _, query = drawn(edition, answers)
    plan, scheme = edition.plan, shown.scheme
    past = bool(context["past"])
    address = settings.SITE_URL + reverse("guide", args=[plan.code])
    papers = [paper.spec.code for paper in scheme.materials]
    asked = () if past else frequent(plan.code, scheme.by_item, papers, timezone.localdate())
    context |= {
        "guide": shown,
        "plan": plan,
        "scheme": scheme,
        "edition": edition,
        "body": _body(edition, answers, where(timezone.localdate(), scheme.departments), asked, past=past),
        "start_query": query,
        "canonical": address,
        "hidden": past or edition.withdrawn,
        "linked_data": "" if past or edition.withdrawn else _linked_data(edition, address),
    }
    return answer(request, "matters/guide.html", "matters/_guide_live.html", context)


@lru_cache(maxsize=KEPT)
def _body(edition: Edition, answers: Answers, places: Where, asked: tuple[Frequent, ...], *, past: bool) -> SafeString:
    """All that follows from revision, answers, offices and 常见问题 alone, kept in the process: nine tenths of the page's cost."""
    shown, questions, query = drawn(edition, answers)
    matter = edition.plan.code
    at = reverse("guide-revision", args=[matter, edition.number]) if past else reverse("guide", args=[matter])
    share = settings.SITE_URL + at + (f"?{query}" if query else "")
    context = {
        "guide": shown,
        "plan": edition.plan,
        "scheme": shown.scheme,
        "edition": edition,
        "questions": questions,
        "question_count": guides.numeral(len(questions)),
        "start_query": query,
        "at": at,
        "share": share,
        "past": past,
        "hidden": past or edition.withdrawn,
        "earlier": range(edition.number - 1, max(edition.number - 1 - EARLIER, 0), -1),
        "where": places,
        "asked": asked,
        "opens": not past and not edition.withdrawn,
        "kinds": guides.KINDS,
        "results": dict(ResultKind.choices),
    }
    return render_to_string("matters/_guide_body.html", context)


@lru_cache(maxsize=KEPT)
def _linked_data(edition: Edition, address: str) -> SafeString:
    return government_service(drawn(edition, ()).guide, address)
