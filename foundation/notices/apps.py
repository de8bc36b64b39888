from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "foundation.notices"
    verbose_name = "通知"
