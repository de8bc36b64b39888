"""manage.py export_catalogue [DIR] [--xlsx FILE]: the catalogue as it is edited now, as source files or as a workbook."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from matters.exchange.workbook import catalogue_workbook
from matters.exchange.yaml_files import catalogue_files
from matters.source.reading import KINDS
from matters.stored import field_positions, stored_catalogue


class Command(BaseCommand):
    help = "导出编辑中的目录：DIR 得到源文件格式的 YAML，--xlsx 得到 Excel 工作簿。不覆盖已有的文件。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dir", nargs="?", type=Path, help="YAML 写到这个文件夹")
        parser.add_argument("--xlsx", type=Path, help="Excel 工作簿写到这个文件")

    def handle(self, *args: Any, **options: Any) -> None:
        root, book = options["dir"], options["xlsx"]
        if root is None and book is None:
            raise CommandError("要写明导出到哪里：文件夹，或者 --xlsx 文件。")
        if root is not None and any(list(root.glob(places)) for places in KINDS.values()):
            raise CommandError(f"{root} 里已经有目录文件，请换一个空文件夹：混在一起就不是同一份目录了。")
        if book is not None and book.exists():
            raise CommandError(f"{book} 已经存在。")
        catalogue, positions = stored_catalogue(), field_positions()
        if root is not None:
            files = catalogue_files(catalogue, positions)
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text, encoding="utf-8")
            self.stdout.write(f"已导出 {len(files)} 个 YAML 文件到 {root}。")
        if book is not None:
            book.write_bytes(catalogue_workbook(catalogue, positions, timezone.localtime()))
            self.stdout.write(f"已导出工作簿 {book}。")
