"""Seeds the working-day calendar with the State Council's arrangements that `chinesecalendar` knows."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from departments.calendar import current_calendar
from departments.operations.calendar import import_days, published_days


class Command(BaseCommand):
    help = "导入国务院历年放假调休安排；管理员改过的日期不动，除非加 --force"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="管理员改过的日期也按国务院安排改回")

    def handle(self, *args: Any, **options: Any) -> None:
        done = import_days(days=published_days(), force=options["force"])
        self.stdout.write(
            f"放假调休日历：新增 {done.added} 天，改回 {len(done.changed)} 天，保留管理员改过的 {len(done.kept)} 天；"
            f"已知到 {current_calendar().known_through} 年，之后为暂定"
        )
