from django.core.validators import MinValueValidator
from django.db import models

from matters.words import ItemKind, Need, ResultKind, ReviewSteps, Submit


class Item(models.Model):
    """事项: an approval item, the smallest thing that one department decides."""

    code = models.SlugField("代码", primary_key=True, max_length=100)
    name = models.CharField("名称", max_length=200)
    department = models.ForeignKey(
        "departments.Department", models.PROTECT, verbose_name="审批部门", related_name="items"
    )
    kind = models.CharField("类别", max_length=20, choices=ItemKind)
    legal_basis = models.JSONField("法律依据", default=list)
    conditions = models.JSONField("办理条件", default=list, blank=True)
    statutory_days = models.PositiveIntegerField("法定时限（工作日）", help_text="0 为当场办结")
    promised_days = models.PositiveIntegerField("承诺时限（工作日）")
    inspection = models.BooleanField("有现场核查", default=False)
    commitment = models.BooleanField("可告知承诺", default=False)
    fee = models.CharField("收费", max_length=300, default="不收费")
    result_code = models.SlugField("结果代码", max_length=100)
    result_name = models.CharField("结果名称", max_length=200)
    result_kind = models.CharField("结果类别", max_length=20, choices=ResultKind)
    result_valid_months = models.PositiveIntegerField("结果有效期（月）", null=True, blank=True)
    points = models.JSONField("审查要点", default=list, blank=True, help_text="不填时以办理条件代替，标为待部门确认")
    clock = models.JSONField("计时规则", null=True, blank=True)
    special_procedures = models.JSONField("特别程序", default=list, blank=True)
    presence = models.JSONField("到场要求", null=True, blank=True)
    creates_applicant = models.BooleanField("办成后才有申请主体", default=False, help_text="如设立登记")
    deferral_days = models.PositiveIntegerField("容缺补交时限（工作日）", null=True, blank=True)
    own_form = models.BooleanField("结果由国家统一系统制证", default=False, help_text="门户只登记证号，不打印证件")
    # How the department signs is its own business: outside the plan and its hash, in force at the next acceptance.
    review_steps = models.PositiveSmallIntegerField(
        "签批步骤",
        choices=ReviewSteps,
        default=ReviewSteps.ONE,
        help_text="经手过的人不能再审核、批准。改了以后新受理的件照新的走，不用重新发布",
    )
    hearing = models.BooleanField(
        "不予前告知听证",
        default=False,
        help_text="关系申请人重大利益的，先告知听证才能不予。改了马上起作用，不用重新发布",
    )
    limited = models.BooleanField(
        "有数量限制", default=False, help_text="按受理先后作决定（行政许可法第五十七条）。改了以后新受理的件照新的走"
    )
    supervised_by = models.ForeignKey(
        "departments.Department",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="准予以后归谁监管",
        help_text="不是决定的部门才填；准予、撤销、注销都推送给它签收（审管联动）",
    )
    # Read and written by `matters.elements`; only what is filled has a key.
    elements = models.JSONField("办事指南要素", default=dict, blank=True)
    materials = models.ManyToManyField("matters.Material", through="ItemMaterial", related_name="items")
    fields = models.ManyToManyField("matters.Field", through="ItemField", related_name="items")

    class Meta:
        verbose_name = "事项"
        verbose_name_plural = "事项"
        ordering = ["department", "code"]

    def __str__(self) -> str:
        return self.name


class ItemMaterial(models.Model):
    """What an item asks for, in its own order."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="asks", verbose_name="事项")
    material = models.ForeignKey("matters.Material", models.PROTECT, related_name="asks", verbose_name="材料")
    position = models.PositiveIntegerField("顺序", default=0)
    submit = models.CharField("怎么交", max_length=20, choices=Submit)
    copies = models.PositiveIntegerField("份数", default=1, validators=[MinValueValidator(1)])
    need = models.CharField("要求", max_length=20, choices=Need, default=Need.CORE)
    when = models.JSONField("适用情形", null=True, blank=True)

    class Meta:
        verbose_name = "所需材料"
        verbose_name_plural = "所需材料"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "material"], name="item_material_once", violation_error_message="同一份材料列了两次"
            )
        ]

    def __str__(self) -> str:
        return str(self.material)


class ItemField(models.Model):
    """A field that an item needs in the form."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="item_fields", verbose_name="事项")
    field = models.ForeignKey("matters.Field", models.PROTECT, related_name="item_fields", verbose_name="字段")
    position = models.PositiveIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "所需字段"
        verbose_name_plural = "所需字段"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "field"], name="item_field_once", violation_error_message="同一个字段列了两次"
            )
        ]

    def __str__(self) -> str:
        return str(self.field)
