"""A case as the API shows it: one shape for the applicant, one for officers. Every field by name.

The applicant never gets what officers note among themselves; officers get no form: fields and papers are seen by the
department whose item uses them, in the task.
"""

from django.urls import reverse
from rest_framework import serializers

from applications.models import CasePaper
from applications.states import CaseState, MaterialState, Outcome, TaskState
from foundation.api.doors import Strict

LARGEST_PAGE = 100


class CaseQuery(Strict):
    state = serializers.ChoiceField(CaseState.choices, required=False)
    limit = serializers.IntegerField(required=False, default=30, min_value=1, max_value=LARGEST_PAGE)
    cursor = serializers.RegexField(
        r"^[0-9]{1,18}\Z", required=False, max_length=18, help_text="上一页的 `next`，原样带回"
    )


class CaseLine(serializers.Serializer):
    number = serializers.CharField()
    matter = serializers.CharField(source="matter_id")
    matter_name = serializers.CharField(source="matter.name")
    title = serializers.CharField()
    state = serializers.ChoiceField(CaseState.choices)
    state_label = serializers.CharField(source="get_state_display")
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True)
    submitted_at = serializers.DateTimeField()
    accept_by = serializers.DateField()
    accepted_on = serializers.DateField(allow_null=True)
    promised_due = serializers.DateField(allow_null=True)
    expected_due = serializers.DateField(allow_null=True)
    concluded_at = serializers.DateTimeField(allow_null=True)


class CasePage(serializers.Serializer):
    """`next` is null on the last page."""

    next = serializers.CharField(allow_null=True)
    results = CaseLine(many=True)


class CaseTask(serializers.Serializer):
    item_code = serializers.CharField()
    item_name = serializers.CharField()
    department = serializers.CharField(source="department_id")
    department_name = serializers.CharField(source="department.short_name")
    state = serializers.ChoiceField(TaskState.choices)
    state_label = serializers.CharField(source="get_state_display")
    due = serializers.DateField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_number = serializers.CharField(allow_blank=True)
    result_number = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)


class CaseMaterialShape(serializers.Serializer):
    code = serializers.CharField(source="material_code")
    name = serializers.CharField()
    state = serializers.ChoiceField(MaterialState.choices)
    state_label = serializers.CharField(source="get_state_display")
    note = serializers.CharField(allow_blank=True)
    deferred_until = serializers.DateField(allow_null=True)


class CasePaperShape(serializers.Serializer):
    """`address` of the PDF on this portal; `ready`: it is made."""

    title = serializers.CharField(source="document.title")
    number = serializers.CharField(source="document.number", allow_null=True)
    issued_at = serializers.DateTimeField(source="document.issued_at")
    ready = serializers.SerializerMethodField()
    address = serializers.SerializerMethodField()

    def get_ready(self, paper: CasePaper) -> bool:
        return paper.document.file_id is not None

    def get_address(self, paper: CasePaper) -> str:
        return reverse("paper", args=[paper.pk])


class CaseEvent(serializers.Serializer):
    """One line of the timeline as the applicant reads it."""

    at = serializers.DateTimeField()
    kind = serializers.CharField()
    text = serializers.CharField()


class OfficerEvent(CaseEvent):
    """With who did it and the note for officers alone."""

    actor = serializers.CharField(source="actor_name")
    note = serializers.CharField(allow_blank=True)


class FilledField(serializers.Serializer):
    label = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class FilledSection(serializers.Serializer):
    title = serializers.CharField()
    fields_filled = FilledField(many=True)


class ApplicantCase(CaseLine):
    """For the applicant and their agent; identity and telephone numbers masked."""

    reason = serializers.CharField(allow_blank=True)
    answers = serializers.DictField(child=serializers.CharField())
    tasks = CaseTask(many=True, source="task_rows")
    materials = CaseMaterialShape(many=True, source="material_rows")
    papers = CasePaperShape(many=True, source="paper_rows")
    timeline = CaseEvent(many=True, source="event_rows")
    form = FilledSection(many=True, source="sections")


class OfficerCase(CaseLine):
    """For the window and the supervisor, about somebody else's case."""

    channel = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    tasks = CaseTask(many=True, source="task_rows")
    materials = CaseMaterialShape(many=True, source="material_rows")
    timeline = OfficerEvent(many=True, source="event_rows")
