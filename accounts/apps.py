from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "人员和单位"
    default_auto_field = "django.db.models.BigAutoField"
