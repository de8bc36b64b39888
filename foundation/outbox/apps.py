from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "foundation.outbox"
    verbose_name = "待发任务"
