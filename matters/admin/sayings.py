"""The search dictionary: how people speak, line by line, tried out on the same page and in force at once."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from departments.administration import EditorAdmin, actor_of
from foundation.errors import Conflict, Refused
from matters.models import Matter, Saying
from matters.operations.sayings import digest_of, held_rows, save_words
from matters.search import search
from matters.words import SayingKind

TRIED, TRY_LENGTH = 5, 100
LISTS = {
    SayingKind.FILLER: "一行一个。搜索时先去掉这些话，剩下的才是要办的事。",
    SayingKind.SYNONYM: "一行一组，用顿号隔开，第一个写最常用的。问到一组里的任何一个词，也按组里其他的词去找。",
    SayingKind.OUTSIDE: "一行一类，用顿号隔开。一句话最像它们时，不拿不相干的事去凑，只说没有，并告诉到哪里问。",
}
OF_A_MATTER = (
    "一行一句，8 到 20 句最好：群众遇到这件事时会怎么说，不提它的名字（“住六楼爬不动”）。短一点，写最要紧的几个字。"
)


@admin.register(Saying)
class SayingAdmin(EditorAdmin):
    """Two pages of its own: all lists with a box to try a question, and one list as plain lines."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        own = path("entry/", self.admin_site.admin_view(self.entry_page), name="matters_saying_entry")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A row is edited among its like, by the operation."""
        return HttpResponseRedirect(reverse("admin:matters_saying_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The lists of the dictionary, every matter with how many situations it has, and what a question finds now."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        tried = request.GET.get("try", "").replace("\x00", "").strip()[:TRY_LENGTH]
        rows = list(Saying.objects.values_list("kind", "matter_id", "words"))
        said = {matter: words for kind, matter, words in rows if matter}
        lists = [
            (SayingKind(kind).label, sum(1 for row in rows if row[0] == kind), kind == SayingKind.FILLER, _entry(kind))
            for kind in LISTS
        ]
        fillers = sum(len(words) for kind, _, words in rows if kind == SayingKind.FILLER)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "搜索词典",
            "lists": [(label, fillers if words else number, address) for label, number, words, address in lists],
            "matters": [(matter, said.get(matter.code, []), _entry_of(matter)) for matter in _matters()],
            "tried": tried,
            "hits": search(tried, TRIED) if tried else [],
        }
        return TemplateResponse(request, "admin/matters/sayings.html", context)

    def entry_page(self, request: HttpRequest) -> HttpResponse:
        """One list, a line each, to be edited as text."""
        if not self.has_view_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        kind: str = request.GET.get("kind", "")
        matter: Matter | None = None
        if code := request.GET.get("matter", "").replace("\x00", "")[:100]:
            kind, matter = str(SayingKind.SITUATION), Matter.objects.filter(pk=code).first()
        if (kind not in LISTS and kind != SayingKind.SITUATION) or (kind == SayingKind.SITUATION and not matter):
            raise Http404("搜索词典里没有这一部分。")
        of_matter = matter.code if matter else None
        text, fault, status = _as_text(kind, of_matter), "", 200
        if request.method == "POST":
            text = request.POST.get("text", "")
            try:
                kept = save_words(
                    kind=kind, matter=of_matter, text=text, seen=request.POST.get("seen", ""), actor=actor_of(request)
                )
            except Conflict as conflict:
                fault, status = conflict.message, 409
            except Refused as refused:
                fault, status = refused.message, 422
            else:
                messages.success(request, f"已保存，{kept['words']} 个说法，现在搜索就按它。")
                return HttpResponseRedirect(reverse("admin:matters_saying_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{matter.name}：群众会怎么说" if matter else SayingKind(kind).label,
            "matter": matter,
            "help": OF_A_MATTER if matter else LISTS[SayingKind(kind)],
            "text": text,
            "stored": _as_text(kind, of_matter) if status == 409 else "",
            "seen": digest_of(kind, of_matter),
            "fault": fault,
            "lines": max(12, text.count("\n") + 3),
        }
        return TemplateResponse(request, "admin/matters/saying.html", context, status=status)


def _matters() -> QuerySet[Matter]:
    return Matter.objects.order_by("number").only("code", "name", "number", "keywords")


def _entry(kind: str) -> str:
    return f"{reverse('admin:matters_saying_entry')}?{urlencode({'kind': kind})}"


def _entry_of(matter: Matter) -> str:
    return f"{reverse('admin:matters_saying_entry')}?{urlencode({'matter': matter.code})}"


def _as_text(kind: str, matter: str | None) -> str:
    rows = held_rows(kind, matter)
    if kind in (SayingKind.SYNONYM, SayingKind.OUTSIDE):
        return "\n".join("、".join(words) for words in rows)
    return "\n".join(word for words in rows for word in words)
