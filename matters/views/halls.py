"""大厅导览: one hall on a phone, and the same on paper."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from departments.models import Hall
from matters.prints import halls, making
from matters.prints.halls import CounterFacts, HallFacts
from matters.published import catalogue
from matters.views.papers import CODE_LENGTH, pdf_answer


@require_safe
def hall(request: HttpRequest, hall: str) -> HttpResponse:
    """Where, when, which counter, and everything that is handled; with `v`, whether a print still holds."""
    facts, matters = _facts(hall), halls.listed(catalogue())
    code, held = halls.map_code(facts, matters), request.GET.get("v", "").strip()[:CODE_LENGTH]
    context = {
        "hall": facts,
        "desks": halls.desks(facts.counters),
        "themes": halls.themes(matters),
        "total": len(matters),
        "code": code,
        "held": held,
        "stale": bool(held) and held != code,
    }
    return render(request, "matters/hall.html", context)


@require_safe
def hall_map(request: HttpRequest, hall: str) -> HttpResponse:
    """The hall's map (A3)."""
    facts = _facts(hall)
    return pdf_answer(
        request, making.hall_map(facts, halls.listed(catalogue()), timezone.localdate()), f"{facts.name}办事导览"
    )


@require_safe
def signs(request: HttpRequest, hall: str) -> HttpResponse:
    """A sign for each of its counters (A4 across), one a page."""
    facts = _facts(hall)
    if not facts.counters:
        raise Http404("这个大厅还没有登记窗口。")
    return pdf_answer(
        request, making.signs(facts, halls.listed(catalogue()), timezone.localdate()), f"{facts.name}窗口牌"
    )


def _facts(code: str) -> HallFacts:
    """The hall as it is now. Two queries."""
    found = Hall.objects.filter(pk=code).first()
    if found is None:
        raise Http404("没有这个大厅。")
    rows = found.counters.order_by("pk").values_list("number", "zone", "handles")
    return HallFacts(
        found.code, found.name, found.address, found.hours, found.phone, tuple(CounterFacts(*row) for row in rows)
    )
