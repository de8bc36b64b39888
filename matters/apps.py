from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "matters"
    verbose_name = "一件事目录"
    default_auto_field = "django.db.models.BigAutoField"
