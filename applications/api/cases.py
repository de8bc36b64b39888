"""Own cases in the API; the window and the supervisor read all of them, without form and papers."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from applications.access import is_applicant
from applications.api import case_shapes as shapes
from applications.models import Application, CasePaper
from applications.views.citizen_submit import filled_sections
from foundation.api.doors import Door, asked
from matters.plan import scheme
from matters.published import plan_of

LINES_OF_TIMELINE = 200
EITHER = PolymorphicProxySerializer(
    "ApplicationDetail", [shapes.ApplicantCase, shapes.OfficerCase], resource_type_field_name=None, many=False
)


class Applications(Door):
    """我的办件。"""

    @extend_schema(
        parameters=[shapes.CaseQuery],
        responses=shapes.CasePage,
        operation_id="applications_list",
        summary="我的办件",
        description="最新的在前，翻页用 `cursor`。窗口和督办看到全部办件。",
    )
    def get(self, request: Request) -> Response:
        """The newest first, page by page."""
        wish = asked(shapes.CaseQuery, request)
        cases = Application.objects.visible_to(request.actor).select_related("matter").order_by("-id")
        if "state" in wish:
            cases = cases.filter(state=wish["state"])
        if "cursor" in wish:
            cases = cases.filter(pk__lt=int(wish["cursor"]))
        found = list(cases[: wish["limit"] + 1])
        shown = found[: wish["limit"]]
        further = str(shown[-1].pk) if len(found) > len(shown) else None
        return Response(shapes.CasePage({"next": further, "results": shown}).data)


class OneApplication(Door):
    """One case by its number."""

    @extend_schema(
        responses=EITHER,
        operation_id="applications_read",
        summary="一件办件",
        description="状态、日期、各部门、文书。不是自己的办件答 404。",
    )
    def get(self, request: Request, number: str) -> Response:
        """State, dates, departments, papers. Somebody else's case does not exist (404)."""
        case = Application.objects.visible_to(request.actor).select_related("matter").get(number=number)
        detail = Detail(case)
        if is_applicant(case, request.actor):
            return Response(shapes.ApplicantCase(detail).data)
        return Response(shapes.OfficerCase(detail).data)


class Detail:
    """A case with the rows behind it, each read when a shape asks for it; everything else is the case's own."""

    def __init__(self, case: Application) -> None:
        self.case = case

    def __getattr__(self, name: str) -> Any:
        return getattr(self.case, name)

    @property
    def task_rows(self) -> Any:
        return self.case.tasks.select_related("department").order_by("position")

    @property
    def material_rows(self) -> Any:
        return self.case.materials.all()

    @property
    def paper_rows(self) -> Any:
        return CasePaper.objects.filter(application=self.case).select_related("document")

    @property
    def event_rows(self) -> Any:
        newest = list(self.case.events.order_by("-at", "-id")[:LINES_OF_TIMELINE])
        return newest[::-1]

    @property
    def sections(self) -> list[dict[str, Any]]:
        under = scheme(plan_of(self.case.revision_id), self.case.answers, frozenset(self.case.commitments))
        return [
            {"title": section.title, "fields_filled": [{"label": label, "value": value} for label, value, _ in rows]}
            for _, section, rows in filled_sections(under, self.case.form)
        ]
