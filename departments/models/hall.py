"""Halls (办事大厅), their counters (窗口) and the towns (镇) they serve."""

from django.db import models


class Hall(models.Model):
    code = models.SlugField("代码", max_length=50, primary_key=True)
    name = models.CharField("名称", max_length=100)
    address = models.CharField("地址", max_length=200, blank=True, default="")
    hours = models.CharField("办公时间", max_length=200, blank=True, default="")
    phone = models.CharField("电话", max_length=40, blank=True, default="")

    class Meta:
        verbose_name = "办事大厅"
        verbose_name_plural = "办事大厅"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Counter(models.Model):
    hall = models.ForeignKey(Hall, verbose_name="大厅", on_delete=models.CASCADE, related_name="counters")
    number = models.CharField("窗口号", max_length=10)
    zone = models.CharField("区", max_length=20, blank=True, default="", help_text="例如“A 区”")
    handles = models.CharField(
        "办什么", max_length=60, blank=True, default="", help_text="例如“出件取件”；不填的是综合窗口，什么事都收"
    )

    class Meta:
        verbose_name = "窗口"
        verbose_name_plural = "窗口"
        ordering = ["hall", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["hall", "number"],
                name="departments_counter_one_per_number",
                violation_error_message="这个大厅已经有这个窗口号了",
            )
        ]

    def __str__(self) -> str:
        return f"{self.hall} {self.number} 号窗口"


class Town(models.Model):
    """A town of the county. The department of township level is a role that a case's address resolves to one town."""

    code = models.SlugField("代码", max_length=50, primary_key=True)
    name = models.CharField("名称", max_length=40)
    hall = models.ForeignKey(
        Hall, verbose_name="便民服务中心", null=True, blank=True, on_delete=models.SET_NULL, related_name="towns"
    )

    class Meta:
        verbose_name = "镇"
        verbose_name_plural = "镇"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
