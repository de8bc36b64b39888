"""Finding a matter: browse and search, from published plans alone; no sign-in."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.throttle import client_address
from matters.doors import ICONS, STAGES
from matters.facets import address, chosen, fits, groups, wish_of
from matters.operations.misses import record_miss
from matters.published import Brief, catalogue
from matters.search import near
from matters.search import search as find
from matters.views.answer import answer, is_part

QUERY_LENGTH = 100
SHOWN = 30
# So many hits are read at a glance; narrowing them would only be in the way.
FEW = 3
# Ways to browse: all by theme, a person's life, an enterprise's way from start to exit.
WAYS = {"": "按主题", "life": "按人生大事", "firm": "按企业阶段"}
WAY_AUDIENCE = {"life": "individual", "firm": "enterprise"}


@dataclass(frozen=True)
class Section:
    """A heading of the browse page with what stands under it; `stage` is the enterprise's stage that it opens."""

    title: str
    briefs: list[Brief]
    icon: str = ""
    stage: str = ""


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """All matters: by theme, by what happens in a life, or by an enterprise's stages; narrowed by facets."""
    briefs = catalogue()
    way = request.GET.get("by", "")
    way = way if way in WAYS else ""
    within = [brief for brief in briefs if WAY_AUDIENCE.get(way, brief.audience) == brief.audience]
    wish = wish_of(request.GET.dict())
    if way:
        wish = {name: value for name, value in wish.items() if name != "audience"}
    shown = [brief for brief in within if fits(brief, wish)]
    facets = groups(within, wish, {"by": way})
    context = {
        "sections": _sections(shown, way),
        "total": len(shown),
        "way": way,
        "ways": [(label, address({"by": name}), name == way) for name, label in WAYS.items()],
        "facets": facets,
        "chosen": chosen(facets),
        "all": address({"by": way}),
    }
    return render(request, "matters/browse.html", context)


def _sections(shown: list[Brief], way: str) -> list[Section]:
    themes: dict[str, list[Brief]] = {}
    for brief in shown:
        themes.setdefault(brief.theme, []).append(brief)
    if way == "life":
        order = [*(theme for theme in ICONS if theme in themes), *(theme for theme in themes if theme not in ICONS)]
        return [Section(theme, themes[theme], ICONS.get(theme, "layout-grid")) for theme in order]
    if way == "firm":
        known = {theme for _, of_stage in STAGES for theme in of_stage}
        stages = [*STAGES, ("其他", tuple(theme for theme in themes if theme not in known))]
        found = []
        for title, of_stage in stages:
            here = [theme for theme in of_stage if theme in themes]
            found += [Section(theme, themes[theme], stage="" if place else title) for place, theme in enumerate(here)]
        return found
    return [Section(theme, of_theme) for theme, of_theme in themes.items()]


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search by everyday words, pinyin, initials; as one types (htmx) only the list.

    Words that found nothing are kept for the administrator when they were submitted, not for each key typed.
    """
    query = request.GET.get("q", "").replace("\x00", "").strip()[:QUERY_LENGTH]
    hits = find(query, SHOWN) if query else []
    wish = wish_of(request.GET.dict())
    facets = groups([hit.brief for hit in hits], wish, {"q": query}) if wish or len(hits) > FEW else []
    shown = [hit for hit in hits if fits(hit.brief, wish)]
    context = {
        "query": query,
        "hits": shown,
        "facets": facets,
        "chosen": chosen(facets),
        "all": address({"q": query}),
        "near": dict.fromkeys(brief.theme for brief in near([query])[0]) if query and not hits else (),
        "missed": bool(query) and not hits,
    }
    if context["missed"] and request.method == "GET" and not is_part(request):
        record_miss(text=query, source=client_address(request))
    return answer(request, "matters/search.html", "matters/_hits.html", context)
