"""数据和要素: of one matter, which papers data could replace, and how complete the guide's elements of its items are."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from unfold.decorators import action

from departments.access import may_edit_catalogue
from departments.administration import actor_of
from matters.item_guide import completeness, missing
from matters.models import Matter
from matters.stored import stored_catalogue
from matters.substitutes import substitutes


class DataPage:
    """A page of a matter's administration, beside `DraftPages`; a mixin of its ModelAdmin. Reads the edited rows."""

    _frame: Any
    _refused: Any

    @action(description="数据和要素", url_path="data")
    def data_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if not may_edit_catalogue(actor_of(request)):
            refused: HttpResponse = self._refused(request)
            return refused
        matter = get_object_or_404(Matter, pk=object_id)
        known = stored_catalogue()
        row = known.rows["matter"][matter.pk]
        items = [known.rows["item"][step["item"]] for step in row["steps"]]
        counts = [(*completeness(item.get("elements")), item) for item in items]
        context = {
            **self._frame(request, f"数据和要素：{matter.name}"),
            "matter": matter,
            "papers": substitutes(row, known.dictionaries),
            "items": [(item["code"], item["name"], n, missing(item.get("elements"))) for n, _, item in counts],
            "filled": sum(n for n, _, _ in counts),
            "whole": sum(whole for _, whole, _ in counts),
            "each": counts[0][1] if counts else 0,
        }
        return TemplateResponse(request, "admin/matters/data.html", context)
