"""The catalogue as the API shows it, every field by name."""

from rest_framework import serializers

from foundation.api.doors import Strict
from matters.views.finding import QUERY_LENGTH
from matters.words import MatterLevel

LARGEST_PAGE = 200


class MatterQuery(Strict):
    search = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=QUERY_LENGTH, help_text="日常说法、拼音、首字母"
    )
    audience = serializers.ChoiceField(["enterprise", "individual"], required=False)
    theme = serializers.CharField(required=False, max_length=60, help_text="主题全称，例如“餐饮住宿”")
    joint = serializers.BooleanField(required=False, allow_null=True, default=None, help_text="两个以上部门联办")
    level = serializers.ChoiceField(MatterLevel.values, required=False, help_text="city-county 是市县联办")
    department = serializers.SlugField(required=False, max_length=60, help_text="参与办理的部门的代码")
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=LARGEST_PAGE)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=100_000)


class MatterLine(serializers.Serializer):
    """`why` says what of it met the search; empty in a plain list."""

    number = serializers.IntegerField(source="brief.number")
    code = serializers.CharField(source="brief.code")
    name = serializers.CharField(source="brief.name")
    why = serializers.CharField()
    audience = serializers.CharField(source="brief.audience")
    theme = serializers.CharField(source="brief.theme")
    joint = serializers.BooleanField(source="brief.joint")
    level = serializers.CharField(source="brief.level")
    summary = serializers.CharField(source="brief.summary")
    promised_days = serializers.IntegerField(source="brief.promised_days", help_text="工作日")
    departments = serializers.DictField(source="brief.departments", child=serializers.CharField())


class MatterPage(serializers.Serializer):
    count = serializers.IntegerField()
    results = MatterLine(many=True)


class ChoiceShape(serializers.Serializer):
    code = serializers.CharField()
    label = serializers.CharField()


class QuestionShape(serializers.Serializer):
    code = serializers.CharField()
    text = serializers.CharField()
    choices = ChoiceShape(many=True)


class FiguresShape(serializers.Serializer):
    """Days are working days; `before_*` is how it was when every department was asked alone."""

    departments = serializers.IntegerField()
    steps = serializers.IntegerField()
    asked = serializers.IntegerField(help_text="各部门分别要的材料")
    merged = serializers.IntegerField(help_text="合并后要交的材料")
    fields_to_fill = serializers.IntegerField()
    series_days = serializers.IntegerField()
    parallel_days = serializers.IntegerField()
    promised_days = serializers.IntegerField()
    visits = serializers.IntegerField()
    before_days = serializers.IntegerField()
    before_visits = serializers.IntegerField()


class StepShape(serializers.Serializer):
    """`start` and `finish` count working days from acceptance, `own_days` days of the item's own `unit`: working, calendar."""

    item = serializers.CharField(source="item.code")
    name = serializers.CharField(source="item.name")
    department = serializers.CharField(source="item.department")
    kind = serializers.CharField(source="item.kind")
    essential = serializers.BooleanField()
    after = serializers.ListField(child=serializers.CharField())
    starts_after = serializers.ListField(child=serializers.CharField())
    own_days = serializers.IntegerField()
    unit = serializers.CharField(source="item.clock.unit")
    start = serializers.IntegerField()
    finish = serializers.IntegerField()


class MaterialShape(serializers.Serializer):
    """`counted`: has to be handed in; not so when exempt or brought by another step (`supplied_by_step`)."""

    code = serializers.CharField(source="spec.code")
    name = serializers.CharField(source="spec.name")
    submit = serializers.CharField()
    copies = serializers.IntegerField()
    need = serializers.CharField()
    counted = serializers.BooleanField()
    used_by = serializers.ListField(child=serializers.CharField())
    supplied_by_step = serializers.CharField(allow_null=True)


class FeeShape(serializers.Serializer):
    item = serializers.CharField()
    text = serializers.CharField()


class MatterDetail(serializers.Serializer):
    """The plan under `answers`; where `open_questions` are left, the fullest case is shown."""

    number = serializers.IntegerField(source="plan.number")
    code = serializers.CharField(source="plan.code")
    name = serializers.CharField(source="plan.name")
    revision = serializers.IntegerField()
    audience = serializers.CharField(source="plan.audience")
    theme = serializers.CharField(source="plan.theme")
    level = serializers.CharField(source="plan.level")
    summary = serializers.CharField(source="plan.summary")
    applicant = serializers.CharField(source="plan.applicant")
    questions = QuestionShape(source="plan.questions", many=True)
    answers = serializers.DictField(child=serializers.CharField(), source="scheme.answers")
    open_questions = serializers.ListField(child=serializers.CharField())
    figures = FiguresShape()
    departments = serializers.DictField(child=serializers.CharField())
    steps = StepShape(source="scheme.steps", many=True)
    materials = MaterialShape(source="scheme.materials", many=True)
    fees = FeeShape(source="scheme.fees", many=True)
