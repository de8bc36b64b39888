"""Read the catalogue: list, search in rank order, one matter under given answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.api.doors import Door, asked
from matters import guide as guides
from matters.api import shapes
from matters.facets import NAMES as FACET_NAMES
from matters.facets import fits
from matters.plan import Plan
from matters.published import Brief, NotPublished, catalogue, current_plan
from matters.search import search

ANSWERS = OpenApiParameter(
    "answers",
    {"type": "object", "additionalProperties": {"type": "string"}},
    style="form",
    explode=True,
    description="情形：每个问题一个参数，`<question>=<choice>`。没有答的按最全的情形算。",
)


@dataclass(frozen=True)
class Line:
    brief: Brief
    why: str = ""


class Matters(Door):
    """一件事目录。"""

    permission_classes = [AllowAny]

    @extend_schema(
        parameters=[shapes.MatterQuery],
        responses=shapes.MatterPage,
        operation_id="matters_list",
        summary="一件事清单和搜索",
        description="不搜索时按编号；搜索时最合适的在前，`why` 说明为什么找到。",
    )
    def get(self, request: Request) -> Response:
        """All published matters by number, or those that meet `search`, best first; narrowed by the facets."""
        wish = asked(shapes.MatterQuery, request)
        found = [line for line in _lines(wish["search"]) if _fits(line.brief, wish)]
        shown = found[wish["offset"] : wish["offset"] + wish["limit"]]
        return Response(shapes.MatterPage({"count": len(found), "results": shown}).data)


def _lines(text: str) -> Iterable[Line]:
    if not text:
        return [Line(brief) for brief in catalogue()]
    return [Line(hit.brief, hit.why) for hit in search(text, limit=len(catalogue()))]


def _fits(brief: Brief, wish: dict[str, Any]) -> bool:
    facets = {name: wish[name] for name in FACET_NAMES if wish.get(name)}
    return fits(brief, facets) and wish["joint"] in (None, brief.joint)


class OneMatter(Door):
    """One matter, computed for given answers."""

    permission_classes = [AllowAny]

    @extend_schema(
        parameters=[ANSWERS],
        responses=shapes.MatterDetail,
        operation_id="matters_read",
        summary="一件事的办理方案",
        description="按给出的情形计算步骤、部门、材料和天数；没有答的情形按最全的算。",
    )
    def get(self, request: Request, code: str) -> Response:
        """Steps, departments, materials and figures under the answers in the query string."""
        try:
            published = current_plan(code)
        except NotPublished as missing:
            raise NotFound(missing.message) from None
        plan = published.plan
        shown = guides.guide(plan, _answers(plan, request.query_params.dict()))
        under = shown.scheme
        detail = {
            "plan": plan,
            "revision": published.number,
            "scheme": under,
            "open_questions": shown.open_questions,
            "departments": {code: plan.departments[code].short_name for code in under.departments},
            "figures": {
                "departments": len(under.departments),
                "steps": len(under.steps),
                "asked": under.asked,
                "merged": under.merged,
                "fields_to_fill": len(under.fields),
                "series_days": under.series_days,
                "parallel_days": under.parallel_days,
                "promised_days": plan.promised_days,
                "visits": under.visits,
                "before_days": plan.before_days,
                "before_visits": plan.before_visits,
            },
        }
        return Response(shapes.MatterDetail(detail).data)


def _answers(plan: Plan, query: dict[str, str]) -> dict[str, str]:
    """The answers in the query string. Raises ValidationError for a question or choice the plan does not have."""
    choices = {question.code: {choice.code for choice in question.choices} for question in plan.questions}
    faults = {}
    for question, choice in query.items():
        if question not in choices:
            faults[question[:80]] = ["没有这个问题。"]
        elif choice not in choices[question]:
            faults[question] = ["没有这个选项。"]
    if faults:
        raise ValidationError(faults)
    return query
