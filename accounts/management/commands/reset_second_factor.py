"""For a member of staff who lost the phone: the next sign-in ties a new authenticator app."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.operations.second_factor import take_away
from foundation.errors import Refused


class Command(BaseCommand):
    help = "解除一个账号的验证器绑定（手机丢了时用）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            take_away(username=options["username"])
        except Refused as refusal:
            raise CommandError(refusal.message) from None
        self.stdout.write("解除了。下次登录时重新绑定。")
