from django.db import models

from matters.words import FieldType, Sensitivity


class Field(models.Model):
    """字段: an entry of the dictionary of data elements, asked once in the merged form."""

    code = models.SlugField("代码", primary_key=True, max_length=100)
    label = models.CharField("名称", max_length=200)
    section = models.CharField("所在栏目", max_length=100)
    type = models.CharField("类型", max_length=20, choices=FieldType)
    required = models.BooleanField("必填", default=True)
    help = models.TextField("填写说明", blank=True)
    unit = models.CharField("单位", max_length=50, blank=True)
    choices = models.JSONField("选项", default=list, blank=True)
    pattern = models.CharField("格式（正则表达式）", max_length=200, blank=True)
    min = models.DecimalField("最小值", max_digits=18, decimal_places=4, null=True, blank=True)
    max = models.DecimalField("最大值", max_digits=18, decimal_places=4, null=True, blank=True)
    prefill = models.CharField(
        "预填来源", max_length=150, blank=True, help_text="profile.<名称> 或 result.<事项代码>.number"
    )
    when = models.JSONField("适用情形", null=True, blank=True)
    source = models.ForeignKey(
        "departments.Department",
        models.PROTECT,
        verbose_name="数源部门",
        null=True,
        blank=True,
        related_name="+",
        help_text="这项数据以哪个部门的为准；有数源部门的，可以查数据，不用再交材料",
    )
    source_draft = models.BooleanField("数源部门待部门确认", default=False)
    sensitivity = models.CharField("敏感级别", max_length=20, choices=Sensitivity, blank=True, default="")
    standard = models.CharField("标准号", max_length=100, blank=True, default="", help_text="如 GB 11643-1999")
    definition = models.TextField("定义", blank=True, default="")
    position = models.PositiveIntegerField("字典顺序", default=0, help_text="申请表按这个顺序排列")

    class Meta:
        verbose_name = "字段"
        verbose_name_plural = "字段"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return f"{self.section} · {self.label}"
