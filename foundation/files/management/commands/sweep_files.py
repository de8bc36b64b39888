"""The nightly look at the files: what no row names goes, and what a row names must be there unchanged."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.files.sweeping import faults, scan_waiting, sweep_orphans, sweep_unused


class Command(BaseCommand):
    help = "清掉两天前上传失败或者已经没有人用的文件，补做没做成的查毒，并核对登记过的文件还在不在；--hashes 逐个核对内容。有缺失或改动时退出码不为 0。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hashes", action="store_true", help="读出每个文件核对散列值（慢）")

    def handle(self, *args: Any, hashes: bool, **options: Any) -> None:
        self.stdout.write(f"清掉 {sweep_orphans()} 个没有登记的旧文件，{sweep_unused()} 个没有人再用的文件。")
        if waiting := scan_waiting():
            self.stderr.write(f"{waiting} 个文件还在等查毒。")
        wrong = 0
        for stored, fault in faults(hashes=hashes):
            wrong += 1
            self.stderr.write(f"{fault} {stored.pk} {stored.path}")
        if wrong:
            raise CommandError(f"{wrong} 个登记过的文件缺失或被改动，见上面的清单，请从备份恢复。")
        self.stdout.write("登记过的文件都在。")
