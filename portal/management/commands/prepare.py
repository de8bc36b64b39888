"""Brings a portal up to date for `make run`: tables, calendar, catalogue, demo accounts.

Every step changes nothing when it was done before.
"""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from matters.operations.guidance import load_samples
from portal import env
from visits.operations.demo import open_demo_halls


class Command(BaseCommand):
    help = "建表，载入工作日历、事项目录和演示账号（可重复执行）"

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        # The tables' owner has done its part; the data is loaded with the rights that the portal itself has.
        connection.close()
        connection.settings_dict.update(env.database("DATABASE_URL"))
        call_command("load_calendar")
        call_command("load_catalogue")
        if settings.DEMO:
            call_command("create_demo_accounts")
            open_demo_halls()
            load_samples()
