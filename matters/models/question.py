from django.db import models


class Question(models.Model):
    """情形引导: asked first; the answers decide which steps, materials and fields apply."""

    matter = models.ForeignKey("matters.Matter", models.CASCADE, related_name="questions", verbose_name="一件事")
    code = models.SlugField("代码", max_length=100)
    text = models.CharField("问题", max_length=300)
    position = models.PositiveIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "问题"
        verbose_name_plural = "问题"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter", "code"], name="question_code_once", violation_error_message="问题代码重复"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Choice(models.Model):
    """An answer that a question offers."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="choices", verbose_name="问题")
    code = models.SlugField("代码", max_length=100)
    label = models.CharField("选项", max_length=300)
    position = models.PositiveIntegerField("顺序", default=0)

    class Meta:
        verbose_name = "选项"
        verbose_name_plural = "选项"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "code"], name="choice_code_once", violation_error_message="选项代码重复"
            )
        ]

    def __str__(self) -> str:
        return self.label
