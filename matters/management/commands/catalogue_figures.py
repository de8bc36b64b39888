"""manage.py catalogue_figures [MATTER] [--json]: the published catalogue's figures against the announcement's."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from matters.figures import Figures, announcement_faults, figures, totals
from matters.published import NotPublished, catalogue, current_plan, plan_of


class Command(BaseCommand):
    help = "打印已发布目录的数字；不给事项代码时与公布的总数比对，不一致时退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("matter", nargs="?", help="一件事的代码，如 open-restaurant；不给则打印全部")
        parser.add_argument("--json", action="store_true", help="以 JSON 打印")
        default = Path(settings.BASE_DIR) / "fixtures" / "catalogue" / "announcement.yaml"
        parser.add_argument("--announcement", type=Path, default=default, help="公布的数字（YAML）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["matter"]:
            self._one(options["matter"], as_json=options["json"])
        else:
            self._all(options["announcement"], as_json=options["json"])

    def _one(self, code: str, *, as_json: bool) -> None:
        try:
            found = figures(current_plan(code).plan)
        except NotPublished as error:
            raise CommandError(error.message) from error
        if as_json:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
            return
        self.stdout.write(f"{found.number:03d} {found.name}（{found.code}）")
        answers = "，".join(f"{question}={choice}" for question, choice in found.answers.items())
        self.stdout.write(f"环节最多的情形：{answers or '不分情形'}")
        self.stdout.write(f"环节 {found.steps} 个；部门 {len(found.departments)} 个：{'、'.join(found.departments)}")
        self.stdout.write(f"材料：各部门分别要 {found.asked} 份（asked），合并后 {found.merged} 份（merged）")
        self.stdout.write(f"表单：{found.fields} 栏")
        days = f"串联 {found.series_days} 个工作日，并联 {found.parallel_days} 个，承诺 {found.promised_days} 个"
        self.stdout.write(f"时限：{days}（改革前 {found.before_days} 天）")
        self.stdout.write(f"跑动：{found.visits} 次（改革前 {found.before_visits} 次）")

    def _all(self, announcement: Path, *, as_json: bool) -> None:
        try:
            stated = yaml.safe_load(announcement.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise CommandError(f"读不出公布的数字 {announcement}：{error}") from error
        plans = [plan_of(brief.revision_id) for brief in catalogue()]
        rows, whole = [figures(plan) for plan in plans], totals(plans)
        faults = announcement_faults(plans, stated)
        if as_json:
            data = {"totals": asdict(whole), "matters": [row.as_json() for row in rows], "faults": faults}
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
        else:
            for row in rows:
                self.stdout.write(_line(row))
            audience = whole.audience
            self.stdout.write(
                f"{whole.matters} 件 = 企业 {audience.get('enterprise', 0)} + 个人 {audience.get('individual', 0)}"
                f" = 单部门 {whole.single} + 联办 {whole.joint}；市县联办 {len(whole.city_county)} 件；"
                f"第一批 {whole.first_list} 件"
            )
            for fault in faults:
                self.stderr.write(fault)
            if not faults:
                self.stdout.write("与公布的数字一致。")
        if faults:
            sys.exit(1)


def _line(row: Figures) -> str:
    return (
        f"{row.number:03d} {row.code}：部门 {len(row.departments)}，环节 {row.steps}，材料 {row.asked} → {row.merged}，"
        f"工作日 {row.series_days} → {row.parallel_days}，承诺 {row.promised_days}　{row.name}"
    )
