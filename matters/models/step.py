from django.db import models


class Step(models.Model):
    """An item inside a matter, with what it waits for. Item codes in `after` and `starts_after` are of this matter."""

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="steps", verbose_name="一件事")
    item = models.ForeignKey("matters.Item", models.PROTECT, related_name="steps", verbose_name="事项")
    position = models.PositiveIntegerField("顺序", default=0)
    essential = models.BooleanField("必须办成", default=False, help_text="不予时，整件事失去意义")
    after = models.JSONField(
        "发证要等", default=list, blank=True, help_text="事项代码，一行一个：先审，等它们办成后才能作出决定"
    )
    starts_after = models.JSONField(
        "开审要等", default=list, blank=True, help_text="事项代码，一行一个：等它们办成后才能开始审，少用"
    )
    when = models.JSONField("适用情形", null=True, blank=True)
    starts_on = models.JSONField("等申请人", null=True, blank=True)

    class Meta:
        verbose_name = "环节"
        verbose_name_plural = "环节"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "item"], name="step_item_once", violation_error_message="同一个事项列了两次"
            )
        ]

    def __str__(self) -> str:
        return str(self.item)
