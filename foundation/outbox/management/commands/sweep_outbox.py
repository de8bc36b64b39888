"""Wake the workers for everything that is due: the same sweep that beat runs, for cron or systemd."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from foundation.outbox.models import Outbox, State
from foundation.outbox.operations import deliver_due, sweep


class Command(BaseCommand):
    help = "Nudge the queues for every row that is due or whose worker never came back; --inline carries them out here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--inline", action="store_true", help="carry the rows out in this process, without a broker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["inline"]:
            self.stdout.write(f"完成 {deliver_due()} 项待发任务。")
        else:
            self.stdout.write(f"已唤醒 {sweep()} 项待发任务。")
        if dead := Outbox.objects.filter(state=State.DEAD).count():
            self.stdout.write(f"另有 {dead} 项已停发，请在管理页“待发任务”看原因，再重发。")
