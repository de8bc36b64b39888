from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "门户"

    def ready(self) -> None:
        # The Celery application has to exist before any shared task is called.
        from portal import celery

        self.celery = celery.app
