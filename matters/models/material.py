from django.db import models

from matters.words import ProvidedBy


class Material(models.Model):
    """材料: an entry of the dictionary of documents, one however many items ask for it."""

    code = models.SlugField("代码", primary_key=True, max_length=100)
    name = models.CharField("名称", max_length=200)
    description = models.TextField("说明", blank=True)
    provided_by = models.CharField("来源", max_length=20, choices=ProvidedBy)
    issuer = models.ForeignKey(
        "departments.Department", models.PROTECT, verbose_name="核发部门", null=True, blank=True, related_name="+"
    )
    exempt = models.BooleanField("免提交", default=False, help_text="通过数据共享或电子证照取得，不用申请人交")
    blank_form = models.BooleanField("有空表和样表", default=False)
    result_of = models.ForeignKey(
        "matters.Item",
        models.PROTECT,
        verbose_name="是哪个事项的结果",
        null=True,
        blank=True,
        related_name="+",
        help_text="同一办件里办这个事项时，这份材料不用交",
    )
    may_not_apply = models.BooleanField("可标不涉及", default=False, help_text="窗口或申请人可以注明理由，标为不涉及")
    channel = models.CharField("来源渠道", max_length=300, blank=True, default="", help_text="到哪里、用什么办法取得")
    accepted_as = models.CharField("受理标准", max_length=500, blank=True, default="", help_text="什么样的收")
    filling = models.CharField("填报须知", max_length=500, blank=True, default="", help_text="怎么填、怎么签章")
    prints = models.ManyToManyField("matters.Field", verbose_name="印着的字段", blank=True, related_name="printed_on")
    prints_draft = models.BooleanField("印着的字段待部门确认", default=False)

    class Meta:
        verbose_name = "材料"
        verbose_name_plural = "材料"
        ordering = ["code"]
        constraints = [
            # Checked at commit, so that one load may exchange two names.
            models.UniqueConstraint(
                fields=["name"],
                name="material_name_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="已有同名的材料：一份材料只建一条，各事项共用",
            )
        ]

    def __str__(self) -> str:
        return self.name
