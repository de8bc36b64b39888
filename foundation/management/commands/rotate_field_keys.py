"""Write everything encrypted anew under FIELD_KEY_ID; afterwards the old key may leave FIELD_KEYS."""

from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation.rotation import encrypted_columns, renew


class Command(BaseCommand):
    help = "把所有加密的内容改用 FIELD_KEY_ID 指定的密钥重写。先把新旧两把密钥都放进 FIELD_KEYS，重写完再拿掉旧的。"

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        for model, column in encrypted_columns():
            name = f"{model._meta.db_table}.{column}"
            try:
                count = renew(model, column)
            except ValueError:
                raise CommandError(
                    f"{name}：有内容是用 FIELD_KEYS 里没有的密钥加密的，请先把那把密钥放回去。"
                ) from None
            except InvalidTag:
                raise CommandError(f"{name}：有内容解不开，可能被改动过，请核对备份。") from None
            self.stdout.write(f"{name}：{count} 条")
            done += count
        self.stdout.write(f"共重写 {done} 条，现在都用密钥 {settings.FIELD_KEY_ID}。")
