"""The catalogue for everybody: browse, search, guide. Read from published plans alone; no sign-in."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from matters import guide as guides
from matters.comparing import choice_effects
from matters.published import Brief, NotPublished, catalogue, current_plan
from matters.search import search as find

QUERY_LENGTH = 60
AUDIENCES = {"enterprise": "企业", "individual": "个人"}
SHAPES = {"single": "一个部门办", "joint": "几个部门联办", "city": "县和市联办"}


def _fits(brief: Brief, audience: str, theme: str, shape: str) -> bool:
    shaped = {"single": not brief.joint, "joint": brief.joint, "city": brief.level == "city-county"}
    return audience in ("", brief.audience) and theme in ("", brief.theme) and shaped.get(shape, True)


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """All matters by theme, narrowed by audience, theme and shape."""
    briefs = catalogue()
    audience, theme, shape = (request.GET.get(name, "")[:QUERY_LENGTH] for name in ("audience", "theme", "shape"))
    shown = [brief for brief in briefs if _fits(brief, audience, theme, shape)]
    groups: dict[str, list[Brief]] = {}
    for brief in shown:
        groups.setdefault(brief.theme, []).append(brief)
    context = {
        "groups": groups.items(),
        "total": len(shown),
        "all": len(briefs),
        "audience": audience,
        "theme": theme,
        "shape": shape,
        "audiences": AUDIENCES,
        "shapes": SHAPES,
        "themes": list(dict.fromkeys(b.theme for b in briefs if audience in ("", b.audience))),
    }
    return render(request, "matters/browse.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search by everyday words, pinyin, initials; as one types (htmx) only the list."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:QUERY_LENGTH]
    hits = find(query, 20) if query else []
    context = {"query": query, "hits": hits}
    return _answer(request, "matters/search.html", "matters/_hits.html", context)


@require_safe
def guide(request: HttpRequest, matter: str) -> HttpResponse:
    """办事指南 for the answers in the query string (`<question>=<choice>`); they change everything on the page."""
    try:
        published = current_plan(matter)
    except NotPublished as missing:
        raise Http404(missing.message) from None
    plan = published.plan
    shown = guides.guide(plan, request.GET.dict())
    effects = choice_effects(plan, shown.scheme.answers)
    questions = [
        (
            question,
            [
                (c, shown.chosen.get(question.code) == c.code, effects[question.code, c.code].text)
                for c in question.choices
            ],
        )
        for question in plan.questions
    ]
    context = {
        "guide": shown,
        "plan": plan,
        "scheme": shown.scheme,
        "revision": published.number,
        "questions": questions,
        "question_count": guides.numeral(len(questions)),
        "start_query": urlencode(dict(shown.chosen)),
        "kinds": guides.KINDS,
    }
    return _answer(request, "matters/guide.html", "matters/_guide_live.html", context)


def _answer(request: HttpRequest, page: str, part: str, context: Mapping[str, object]) -> HttpResponse:
    """The page, or only the part of it that htmx swaps. Going back in the browser wants the page again."""
    swap = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-History-Restore-Request")
    response = render(request, part if swap else page, {**context, "swapped": swap})
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response
