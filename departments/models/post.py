"""Posts (岗位): the only source of what a member of staff may do."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    CLERK = "clerk", "综合窗口人员"
    REVIEWER = "reviewer", "部门审批人员"
    EDITOR = "editor", "事项管理员"
    SUPERVISOR = "supervisor", "督查人员"


class Post(models.Model):
    """One post of one person. A post that ends becomes inactive; it is kept, because the timeline names it."""

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
            models.UniqueConstraint(
                fields=["user", "role", "department", "hall"],
                condition=Q(active=True),
                nulls_distinct=False,
                name="departments_post_held_once",
                violation_error_message="这个人已经在这个岗位上了",
            ),
        ]

    def __str__(self) -> str:
        where = self.department or self.hall
        return f"{self.get_role_display()}（{where}）" if where else self.get_role_display()
