"""`manage.py fake_department`: a department's system that does not exist, to try the exchange with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from departments.fake_system import MODES, FakeSystem
from departments.system_client import Portal


class Command(BaseCommand):
    help = "演示用的假部门系统：收推送，按 --mode 应答。先在 /exchange/ 接好部门、发好密钥。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8765)
        parser.add_argument("--push-secret", required=True)
        parser.add_argument("--token", default="")
        parser.add_argument("--call-secret", default="")
        parser.add_argument("--portal", default="http://127.0.0.1:8000/api/v1/")
        parser.add_argument("--mode", choices=MODES, default="ok")

    def handle(self, *args: Any, **options: Any) -> None:
        portal = None
        if options["token"] and options["call_secret"]:
            portal = Portal(options["portal"], options["token"], options["call_secret"])
        server = FakeSystem(options["port"], options["push_secret"], portal, options["mode"])
        self.stdout.write(f"演示：假的部门系统，推送地址 {server.address}，Ctrl+C 结束")
        server.serve_forever()
