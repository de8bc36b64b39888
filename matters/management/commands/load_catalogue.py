"""manage.py load_catalogue [DIR] [--force]: loads the source files, all or nothing; every fault with file and code."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from departments.access import SYSTEM
from matters.operations.loading import FaultySource, Key, Report, load_catalogue
from matters.operations.sayings import FaultySayings
from matters.source.reading import KIND_LABELS, KINDS

BAR = 30
LISTED = 20


class Command(BaseCommand):
    help = "导入目录源文件：先整体核对，有错就逐条列出、什么也不导入；不覆盖管理员改过的内容，除非 --force。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", nargs="?", type=Path, default=Path(settings.BASE_DIR) / "fixtures" / "catalogue")
        parser.add_argument("--force", action="store_true", help="连管理员改过的内容也按源文件覆盖")

    def handle(self, *args: Any, **options: Any) -> None:
        root: Path = options["dir"]
        if not root.is_dir():
            self.stderr.write(f"没有这个文件夹：{root}")
            sys.exit(1)
        started = time.monotonic()
        bar = ProgressBar(self, total=sum(len(list(root.glob(places))) for places in KINDS.values()) + len(KINDS) + 3)
        try:
            report = load_catalogue(root=root, actor=SYSTEM, force=options["force"], progress=bar.advance)
        except FaultySource as error:
            bar.end()
            for fault in error.faults:
                self.stderr.write(str(fault))
            self.stderr.write(error.message)
            sys.exit(1)
        except FaultySayings as error:
            bar.end()
            self.stderr.write(error.message)
            sys.exit(1)
        bar.end()
        self._tell(report, time.monotonic() - started)

    def _tell(self, report: Report, seconds: float) -> None:
        counts = [
            f"新增 {len(report.created)} 条",
            f"更新 {len(report.updated)} 条",
            f"未变 {report.unchanged} 条",
            f"发布 {len(report.published)} 件事的新版本",
        ]
        self.stdout.write(f"目录导入完成：{'，'.join(counts)}，用时 {seconds:.1f} 秒。")
        self._list("管理员改过，保留未动（--force 才覆盖）", report.kept)
        self._list("其中源文件也改了，请管理员核对", report.differing)
        self._list("数据库里有、源文件里没有，保留未动", report.absent)
        self._list("有未发布的修改，请管理员核对后发布", [("matter", code) for code in report.unpublished])
        if report.kept_sayings:
            self.stdout.write(f"搜索词典有 {len(report.kept_sayings)} 处管理员改过，保留未动（--force 才覆盖）")

    def _list(self, title: str, keys: list[Key]) -> None:
        if keys:
            names = "、".join(f"{KIND_LABELS[kind]} {code}" for kind, code in keys[:LISTED])
            more = f" 等 {len(keys)} 条" if len(keys) > LISTED else ""
            self.stdout.write(f"{title}：{names}{more}")


class ProgressBar:
    """A bar on a terminal; silent elsewhere, so that logs stay readable."""

    def __init__(self, command: BaseCommand, total: int) -> None:
        self.out, self.total, self.done = command.stdout, total, 0
        self.shown = command.stdout.isatty()

    def advance(self, stage: str) -> None:
        self.done = min(self.done + 1, self.total)
        if self.shown:
            full = BAR * self.done // self.total
            line = f"\r导入目录 {'█' * full}{'░' * (BAR - full)} {100 * self.done // self.total:3d}% {stage}\x1b[K"
            self.out.write(line, ending="")
            self.out.flush()

    def end(self) -> None:
        if self.shown:
            self.out.write("\r\x1b[K", ending="")
