"""Finding a matter: browse and search, from published plans alone; no sign-in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matters.published import Brief, catalogue
from matters.search import search as find
from matters.views.answer import answer

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
    return answer(request, "matters/search.html", "matters/_hits.html", context)
