"""What people searched for in vain: most often first, each to be answered with one click or put aside."""

from typing import Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from departments.administration import EditorAdmin, actor_of
from foundation.errors import Refused
from matters.models import Candidate, Matter, SearchMiss
from matters.operations.candidates import candidate_from_miss
from matters.operations.misses import answer_miss, settle_miss
from matters.search import near, search_all
from matters.words import CandidateState

SHOWN = 20


@admin.register(SearchMiss)
class SearchMissAdmin(EditorAdmin):
    """One page: the list with its two acts."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What was typed stays as it was typed; the list holds the acts."""
        return HttpResponseRedirect(reverse("admin:matters_searchmiss_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Open ones by times, or the settled; POST settles one or adds it to a matter's situations."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if request.method == "POST":
            return self._act(request)
        settled = request.GET.get("settled") == "1"
        rows_kept = SearchMiss.objects.filter(settled=settled).select_related("candidate")
        page = Paginator(rows_kept, SHOWN).get_page(request.GET.get("page"))
        # What has been answered since is found now: the list says so, and one click puts it aside.
        texts = [miss.text for miss in page]
        rows = list(zip(page, (next(iter(hits), None) for hits in search_all(texts, 1)), near(texts), strict=True))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "没搜到的话",
            "settled": settled,
            "page": page,
            "rows": rows,
            "matters": Matter.objects.order_by("number").only("code", "name", "number"),
            "candidates": Candidate.objects.exclude(state=CandidateState.REJECTED).order_by("name"),
        }
        return TemplateResponse(request, "admin/matters/misses.html", context)

    def _act(self, request: HttpRequest) -> HttpResponse:
        text = request.POST.get("text", "").replace("\x00", "")
        try:
            if request.POST.get("act") == "add":
                matter = request.POST.get("matter", "").replace("\x00", "")
                answer_miss(text=text, words=request.POST.get("words", ""), matter=matter, actor=actor_of(request))
                messages.success(request, f"已加到这件事的说法里，现在搜“{text}”就看结果。")
            elif request.POST.get("act") == "candidate":
                chosen = request.POST.get("candidate", "")
                found = candidate_from_miss(
                    text=text, candidate=int(chosen) if chosen.isdecimal() else None, actor=actor_of(request)
                )
                messages.success(request, f"已记入候选事项“{found.name}”，以后这样搜的也算。")
            else:
                settle_miss(text=text, actor=actor_of(request))
                messages.success(request, f"“{text}”已处理。")
        except Refused as refused:
            messages.error(request, refused.message)
        return HttpResponseRedirect(request.get_full_path())
