"""The figures of a matter beside its form, as they would be if what is typed were saved. Nothing is saved."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from departments.access import may_edit_catalogue
from departments.administration import actor_of
from matters.admin.drafts import compared
from matters.admin.edited import EditedAdmin
from matters.gantt import binding
from matters.models import Revision
from matters.operations.publishing import Draft
from matters.plan import Plan, fullest, scheme

SHOWN_CHANGES = 8


class TrialFigures(EditedAdmin):
    """The form asks for the fragment half a second after the last change."""

    change_form_after_template = "admin/matters/_figures_box.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.figures_view))
        own = path("<path:object_id>/figures/", view, name="matters_matter_figures")
        return [own, *super().get_urls()]

    def figures_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Figures, the critical path, faults, and what differs from the newest revision."""
        if not may_edit_catalogue(actor_of(request)):
            raise Http404
        matter = self.get_object(request, object_id)
        if matter is None:
            raise Http404("没有这件事。")
        tried = self.tried(request, matter, {matter.pk})
        context: dict[str, Any] = {"wrong": []}
        if isinstance(tried, dict):
            context |= _shown(tried[matter.pk])
        else:
            context["wrong"] = [
                f"{form.fields[name].label if name in form.fields else ''} {text}".strip()
                for form in tried
                if form.is_bound
                for name, texts in form.errors.items()
                for text in texts
            ]
        return TemplateResponse(request, "admin/matters/_figures.html", context)


def _shown(draft: Draft) -> dict[str, Any]:
    newest = Revision.objects.newest().filter(matter=draft.matter).first()
    context = {"draft": draft, "newest": newest, **compared(newest, draft.plan)}
    if draft.plan:
        plan = Plan.from_json(draft.plan)
        context["binding"] = binding(scheme(plan, fullest(plan)))
    changes = context["changes"]
    return context | {"changes": changes[:SHOWN_CHANGES], "more": max(len(changes) - SHOWN_CHANGES, 0)}
