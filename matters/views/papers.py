"""What is printed of a matter, as PDF: no sign-in, no state, the same bytes for the same answers on the same day."""

import hashlib
from collections.abc import Callable
from datetime import date
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from departments.models import Hall
from matters.drawn import answers_of, drawn
from matters.prints import making
from matters.published import NotPublished
from matters.versions import Edition, current_edition, matter_of
from matters.where import Where, where

CODE_LENGTH = 40


def _edition(matter: str) -> Edition:
    """The revision to print. Nothing is printed of a matter that takes no new cases."""
    try:
        edition = current_edition(matter)
    except NotPublished as missing:
        raise Http404(missing.message) from None
    if edition.withdrawn:
        raise Http404("这件事已停止接收新的申请。")
    return edition


def pdf_answer(request: HttpRequest, pdf: bytes, name: str) -> HttpResponse:
    """Shown in the browser under its Chinese name; an hour's cache, and 304 for whoever has these very bytes."""
    tag = f'"{hashlib.sha256(pdf).hexdigest()[:32]}"'
    known = request.headers.get("If-None-Match", "")
    response: HttpResponse
    if tag in known:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}.pdf"
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def notice(request: HttpRequest, matter: str) -> HttpResponse:
    """一次性告知单 for the answers in the query string."""
    edition = _edition(matter)
    answers = answers_of(edition, request.GET.dict())
    today = timezone.localdate()
    places = where(today, drawn(edition, answers).guide.scheme.departments)
    return pdf_answer(request, making.notice(edition, answers, places, today), f"{edition.plan.name}一次性告知单")


@require_safe
def bring(request: HttpRequest, matter: str) -> HttpResponse:
    """带这些来, for the answers in the query string."""
    edition = _edition(matter)
    answers = answers_of(edition, request.GET.dict())
    today = timezone.localdate()
    places = where(today, drawn(edition, answers).guide.scheme.departments)
    return pdf_answer(request, making.bring(edition, answers, places, today), f"{edition.plan.name}带这些来")


@require_safe
def panel(request: HttpRequest, matter: str) -> HttpResponse:
    """Wall panel (A3)."""
    return _of_all(request, matter, making.panel, "墙贴")


@require_safe
def leaflet(request: HttpRequest, matter: str) -> HttpResponse:
    """Leaflet (A4, folded to A5)."""
    return _of_all(request, matter, making.leaflet, "折页")


def _of_all(
    request: HttpRequest, matter: str, make: Callable[[Edition, Where, date], bytes], word: str
) -> HttpResponse:
    edition = _edition(matter)
    today = timezone.localdate()
    return pdf_answer(request, make(edition, where(today, edition.plan.deciding), today), f"{edition.plan.name}{word}")


@require_safe
def blank_form(request: HttpRequest, matter: str, material: str) -> HttpResponse:
    """Empty form of a material of this matter."""
    return _form(request, matter, material, filled=False)


@require_safe
def filled_sample(request: HttpRequest, matter: str, material: str) -> HttpResponse:
    """The same form filled with made-up values, 样例 on every page."""
    return _form(request, matter, material, filled=True)


def _form(request: HttpRequest, matter: str, material: str, *, filled: bool) -> HttpResponse:
    edition = _edition(matter)
    try:
        pdf = making.form(edition, material, filled=filled)
    except KeyError:
        raise Http404("这份材料没有空表。") from None
    return pdf_answer(request, pdf, f"{edition.plan.materials[material].name}{'样表' if filled else '空表'}")


@require_safe
def prints(request: HttpRequest, matter: str) -> HttpResponse:
    """印刷品: everything that can be printed of this matter, for the answers in the query string."""
    edition = _edition(matter)
    shown, _, query = drawn(edition, answers_of(edition, request.GET.dict()))
    context = {"plan": edition.plan, "edition": edition, "guide": shown, "start_query": query}
    return render(request, "matters/prints.html", context)


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Whose version code is this: leads to the guide or the hall, which says whether the print still holds."""
    typed = request.GET.get("code", "").strip()[:CODE_LENGTH]
    matter = matter_of(typed) if typed else None
    if matter is not None:
        return HttpResponseRedirect(f"{reverse('guide', args=[matter])}?{urlencode({'v': typed})}")
    hall = typed.rpartition("-")[0]
    if hall and Hall.objects.filter(pk=hall).exists():
        return HttpResponseRedirect(f"{reverse('hall', args=[hall])}?{urlencode({'v': typed})}")
    return render(request, "matters/print_check.html", {"typed": typed})
