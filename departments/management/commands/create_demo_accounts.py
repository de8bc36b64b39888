"""Creates and prints the accounts of the demonstration. Only in a demonstration."""

import json
import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from departments.demo import demo_password
from departments.operations.demo import create_demo_accounts
from foundation.errors import Refused

HEADS = ("账号", "密码", "姓名", "身份")


class Command(BaseCommand):
    help = "建立演示账号并列出；已有的不动。只在演示环境里能用"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 列出")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            accounts = create_demo_accounts()
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        rows = [(account.username, demo_password(), account.name, account.title) for account in accounts]
        if options["json"]:
            keys = ("username", "password", "name", "title")
            self.stdout.write(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], ensure_ascii=False))
        else:
            self.stdout.write(table([HEADS, *rows]))


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows as columns of even width; a Chinese character takes two places of a terminal."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)) for row in rows
    ]
    lines.insert(1, "  ".join("─" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
