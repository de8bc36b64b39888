"""Posts (岗位): the only source of what a member of staff may do."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    CLERK = "clerk", "综合窗口人员"
    REVIEWER = "reviewer", "部门审批人员"
    EDITOR = "editor", "事项管理员"
    SUPERVISOR = "supervisor", "督查人员"


class Rank(models.IntegerChoices):
    """What a reviewer may sign in the department; a higher rank may sign for the lower ones."""

    HANDLE = 1, "承办人"
    CHECK = 2, "审核人"
    APPROVE = 3, "批准人"
    HEAD = 4, "负责人"


class Post(models.Model):
    """One post of one person. A post that ends becomes inactive; it is kept, because the timeline names it.

    A deputy's post (`deputy_for`) counts from `starts_on` to `ends_on`, both days included.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人员", on_delete=models.PROTECT, related_name="posts"
    )
    role = models.CharField("岗位", max_length=12, choices=Role)
    department = models.ForeignKey(
        "departments.Department",
        verbose_name="部门",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posts",
        help_text="审批岗必填。",
    )
    hall = models.ForeignKey(
        "departments.Hall",
        verbose_name="大厅",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="posts",
        help_text="窗口岗必填；乡镇审批岗填本镇便民服务中心。",
    )
    counter = models.CharField("窗口号", max_length=10, blank=True, default="")
    rank = models.PositiveSmallIntegerField(
        "签批层级", choices=Rank, default=Rank.HANDLE, help_text="审批岗：承办、审核、批准，或者本部门负责人。"
    )
    deputy_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="代谁",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="代理岗填被代理的人和起止日。",
    )
    starts_on = models.DateField("代理开始日", null=True, blank=True)
    ends_on = models.DateField("代理最后一天", null=True, blank=True)
    active = models.BooleanField("在岗", default=True)

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(role="reviewer") | Q(department__isnull=False),
                name="departments_post_reviewer_department",
                violation_error_message="审批岗要选部门",
            ),
            models.CheckConstraint(
                condition=~Q(role="clerk") | Q(hall__isnull=False),
                name="departments_post_clerk_has_hall",
                violation_error_message="窗口岗要选大厅",
            ),
            models.CheckConstraint(
                condition=Q(deputy_for=None, starts_on=None, ends_on=None)
                | Q(
                    deputy_for__isnull=False,
                    role="reviewer",
                    starts_on__isnull=False,
                    ends_on__gte=models.F("starts_on"),
                ),
                name="departments_post_deputy_dated",
                violation_error_message="代理岗只能是审批岗，要填代谁和起止日",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "department", "hall", "deputy_for"],
                condition=Q(active=True),
                nulls_distinct=False,
                name="departments_post_held_once",
                violation_error_message="这个人已经在这个岗位上了",
            ),
        ]

    def __str__(self) -> str:
        where = self.department or self.hall
        return f"{self.get_role_display()}（{where}）" if where else self.get_role_display()
