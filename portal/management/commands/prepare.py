"""Fills a fresh portal for `make run`: calendar, catalogue, demo accounts. Each step changes nothing when it was done
before."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "载入工作日历、事项目录和演示账号（可重复执行）"

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("load_calendar")
        call_command("load_catalogue")
        if settings.DEMO:
            call_command("create_demo_accounts")
